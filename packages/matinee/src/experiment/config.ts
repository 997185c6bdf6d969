// Everything that decides a run's result, and nothing else. Declared once: flags, help and the manifest read this.
import {
  checkOption, measureOptions, MatineeError, modelDefinition, models, resolveOptions, splitterDefinition, splitters, weightingOption,
  type Dataset, type ModelName, type OptionSpecs, type OptionValues,
} from '@matinee/core'

/** Options of every run, whatever the model. */
export const runOptions = {
  model: { kind: 'choice', default: 'als', choices: Object.keys(models) as ModelName[], help: 'Which model to fit.' },
  split: { kind: 'choice', default: 'leave-last-n', choices: Object.keys(splitters), help: 'How interactions are hidden for the test.' },
  ties: splitters['leave-last-n'].options.ties,
  tieSeed: splitters['leave-last-n'].options.seed,
  weight: weightingOption,
  refit: { kind: 'choice', default: 'none', choices: ['none', 'all'], help: 'all: after the test, fit once more on everything, for serving.' },
  ...measureOptions,
} as const satisfies OptionSpecs

/** How often a configuration is fitted to be measured. */
export const repeatOptions = {
  seeds: { kind: 'integer', default: 1, min: 1, max: 1000, help: 'Fit with so many seeds, from --seed on; values are averaged for each user first.' },
  tieSeeds: { kind: 'integer', default: 1, min: 1, max: 1000, help: 'Split so many times, with seeds from --tie-seed on, and fit with every seed on each.' },
} as const satisfies OptionSpecs

/** Seeds by their numbers. */
export interface Repeats {
  readonly seeds: readonly number[]
  readonly tieSeeds: readonly number[]
}

/** The seeds that are asked for. Throws ERR_OPTION, also where no seed decides the split. */
export function repeatsFrom(config: RunConfig, given: Readonly<Record<string, unknown>>): Repeats {
  const { seeds, tieSeeds } = resolveOptions(repeatOptions, given)
  if (tieSeeds > 1 && config.ties === 'file') {
    throw new MatineeError('ERR_OPTION', `tieSeeds is ${tieSeeds}, expected 1: with --ties file no seed decides the split.`)
  }
  const from = (name: 'seed' | 'tieSeed', n: number): number[] => Array.from({ length: n }, (_, at) => Number(checkOption(name, runOptions[name], config[name] + at)))
  return { seeds: from('seed', seeds), tieSeeds: from('tieSeed', tieSeeds) }
}

/** A checked configuration, complete with defaults. */
export interface RunConfig extends OptionValues<typeof runOptions> {
  readonly modelOptions: Readonly<Record<string, number | string>>
}

/** A checked configuration; what is not given has its default. Throws ERR_OPTION, ERR_UNKNOWN_NAME. */
export function runConfig(given: Readonly<Record<string, unknown>>, modelOptions: Readonly<Record<string, unknown>>): RunConfig {
  const values = resolveOptions(runOptions, given)
  splitterDefinition(values.split)
  return { ...values, modelOptions: resolveOptions(modelDefinition(values.model).options, modelOptions) }
}

/** Throws ERR_OPTION for lists longer than the catalogue: here, since after the fit the fit would be lost. */
export function checkK({ k }: RunConfig, { items }: Pick<Dataset, 'items'>): void {
  if (k > items.size) throw new MatineeError('ERR_OPTION', `k is ${k}, expected an integer from 1 to the ${items.size} items of the catalogue.`)
}

/** Threads as asked for. Throws ERR_OPTION. */
export function checkedThreads(threads: number | undefined): number | undefined {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= 256)) return threads
  throw new MatineeError('ERR_OPTION', `threads is ${threads}, expected an integer from 1 to 256.`)
}
