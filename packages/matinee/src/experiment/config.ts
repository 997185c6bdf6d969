// Everything that decides a run's result, and nothing else. Declared once: flags, help and the manifest read this.
import {
  measureOptions, MatineeError, modelDefinition, models, optionsOfSplit, resolveOptions, splitterDefinition, splitters, tieOptions, weightingOption,
  type Dataset, type ModelName, type OptionSpecs, type OptionValues,
} from '@matinee/core'

/** Options of every run, whatever the model. */
export const runOptions = {
  model: { kind: 'choice', default: 'als', choices: Object.keys(models) as ModelName[], help: 'Which model to fit.' },
  split: { kind: 'choice', default: 'leave-last-n', choices: Object.keys(splitters), help: 'How interactions are hidden for the test.' },
  ties: tieOptions.ties,
  weight: weightingOption,
  refit: { kind: 'choice', default: 'none', choices: ['none', 'all'], help: 'all: after the test, fit once more on everything, for serving.' },
  ...measureOptions,
} as const satisfies OptionSpecs

/** A checked configuration, complete with defaults. */
export interface RunConfig extends OptionValues<typeof runOptions> {
  readonly modelOptions: Readonly<Record<string, number | string>>
  /** Of the splitter; `ties` and `seed` are those of the run. */
  readonly splitOptions: Readonly<Record<string, number | string>>
}

/** A checked configuration; what is not given has its default. Throws ERR_OPTION, ERR_UNKNOWN_NAME. */
export function runConfig(
  given: Readonly<Record<string, unknown>>, modelOptions: Readonly<Record<string, unknown>>, splitOptions: Readonly<Record<string, unknown>> = {},
): RunConfig {
  const values = resolveOptions(runOptions, given)
  return {
    ...values,
    modelOptions: resolveOptions(modelDefinition(values.model).options, modelOptions),
    splitOptions: optionsOfSplit(splitterDefinition(values.split), { ties: values.ties, seed: values.seed }, splitOptions),
  }
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
