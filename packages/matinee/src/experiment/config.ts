// Everything that decides a run's result, and nothing else. Declared once: flags, help and the manifest read this.
import {
  allModels, checkOption, measureOptions, MatineeError, modelDefinition, optionsOfSplit, resolveOptions, splitterDefinition, splitters, tieOptions, weightingOption,
  type AnyModelName, type Dataset, type OptionSpecs, type OptionValues,
} from '@matinee/core'
import { testParts } from './test-part.ts'

/** Options of every run, whatever the model. */
export const runOptions = {
  model: { kind: 'choice', default: 'als', choices: Object.keys(allModels) as AnyModelName[], help: 'Which model to fit.' },
  rank: { kind: 'choice', default: 'none', choices: ['none', 'lambdamart'], help: 'lambdamart: als and others propose candidates, trees order them; as --model lambdamart.' },
  split: { kind: 'choice', default: 'leave-last-n', choices: Object.keys(splitters), help: 'How interactions are hidden for the test.' },
  ties: tieOptions.ties,
  tieSeed: { ...tieOptions.seed, help: 'Seed of the split: of the hash that orders equal timestamps, and of what is drawn.' },
  weight: weightingOption,
  testPart: {
    kind: 'choice', default: 'all', choices: testParts,
    help: 'Of whom the test is asked: all users, or by a hash of their ids four fifths, while choices are made, or the other fifth, at the end.',
  },
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

/** The seeds that are asked for, one where the model has no use for more. Throws ERR_OPTION, also for ranks among random items of more than one fit. */
export function repeatsFrom(config: RunConfig, given: Readonly<Record<string, unknown>>): Repeats {
  const { seeds, tieSeeds } = resolveOptions(repeatOptions, given)
  if (seeds * tieSeeds > 1 && config.sampled > 0) throw new MatineeError('ERR_OPTION', `sampled is ${config.sampled}, expected 0 for more than one fit.`)
  const from = (name: 'seed' | 'tieSeed', n: number): number[] => Array.from({ length: n }, (_, at) => Number(checkOption(name, runOptions[name], config[name] + at)))
  return { seeds: from('seed', modelDefinition(config.model).seedless ? 1 : seeds), tieSeeds: from('tieSeed', tieSeeds) }
}

/** The same configuration on another split of its kind. */
export const withTieSeed = (config: RunConfig, tieSeed: number): RunConfig =>
  ({ ...config, tieSeed, splitOptions: { ...config.splitOptions, ...(config.splitOptions.seed !== undefined && { seed: tieSeed }) } })

/** A checked configuration, complete with defaults. */
export interface RunConfig extends Omit<OptionValues<typeof runOptions>, 'rank'> {
  readonly modelOptions: Readonly<Record<string, number | string>>
  /** Of the splitter; `ties` is that of the run, `seed` is tieSeed. */
  readonly splitOptions: Readonly<Record<string, number | string>>
}

/** A checked configuration; what is not given has its default. Throws ERR_OPTION, ERR_UNKNOWN_NAME. */
export function runConfig(
  given: Readonly<Record<string, unknown>>, modelOptions: Readonly<Record<string, unknown>>, splitOptions: Readonly<Record<string, unknown>> = {},
): RunConfig {
  const { rank, ...values } = resolveOptions(runOptions, given)
  const model = rankedModel(values.model, rank)
  return {
    ...values,
    model,
    modelOptions: resolveOptions(modelDefinition(model).options, modelOptions),
    splitOptions: optionsOfSplit(splitterDefinition(values.split), { ties: values.ties, seed: values.tieSeed }, splitOptions),
  }
}

/** What `rank` makes of a model; by default the model itself. Throws ERR_OPTION for one that is not its first source. */
export function rankedModel(model: AnyModelName, rank: OptionValues<typeof runOptions>['rank'] = 'none'): AnyModelName {
  if (rank === 'none') return model
  if (model === 'als' || model === rank) return rank
  throw new MatineeError('ERR_OPTION', `rank is ${rank} and model is ${model}, expected als, the default: ${rank} orders candidates that als and others propose.`)
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
