// From events to numbers in one call.
import { pickOptions, resolveOptions } from '../base/index.ts'
import { fromEvents, prepareDataset, trainingParts, trainingSet, type EventSource } from '../dataset/index.ts'
import { measure, measureOptions, type MetricsReport } from '../evaluate/index.ts'
import { modelDefinition } from '../rank/index.ts'
import { optionsOfSplit, splitterDefinition } from '../split/index.ts'
import type { FitOptions } from './fit.ts'

/** What to measure and how; what to fit, and the splitter's own options (`n`, `testShare` …), stand beside it. */
export interface EvaluateOptions extends FitOptions {
  /** A splitter's name; default `leave-last-n`. */
  readonly split?: string
  /** The rule for a user's interactions with equal timestamps; default `hash`. */
  readonly ties?: 'hash' | 'file'
  /** List length; default 10. */
  readonly k?: number
  /** Bootstrap resamples; default 1000. */
  readonly resamples?: number
  /** `all`: also AUC, metrics of the lists, and slices; default `main`. */
  readonly metrics?: 'main' | 'all'
  /** Random items a user among which ranks are taken besides; default 0, none. */
  readonly sampled?: number
}

/**
 * Hides a part of the interactions, by default each user's last, fits on the rest, and measures the model and its
 * baselines on what was hidden.
 *
 * Throws what fit throws, ERR_EMPTY when there is nobody to ask for, as when nobody has two interactions, ERR_NO_TIME for
 * a split by time without timestamps, and ERR_NOT_SUPPORTED for `user-holdout` of a model that takes no history.
 */
export async function evaluate(events: EventSource, options: EvaluateOptions = {}): Promise<MetricsReport> {
  const { model = 'als', weight = 'log', split: splitter = 'leave-last-n', ties = 'hash', minRating, kCore, items, ...rest } = options
  const { threads, signal, onProgress, onPhase, ...others } = rest
  const context = { threads, signal, onProgress, onPhase }
  const definition = modelDefinition(model)
  const hiding = splitterDefinition(splitter)
  const measured = resolveOptions(measureOptions, pickOptions(others, measureOptions))
  const { seed } = measured
  const ofSplit = optionsOfSplit(hiding, { ties, seed }, pickOptions(others, hiding.options))
  const isOfModel = (name: string): boolean => !Object.hasOwn(measureOptions, name) && !Object.hasOwn(hiding.options, name)
  const values = resolveOptions(definition.options, Object.fromEntries(Object.entries(others).filter(([name]) => isOfModel(name))))
  const dataset = prepareDataset(await fromEvents(events, { ...(items && { items }) }), { minRating, kCore })
  const split = hiding.split(dataset, ofSplit)
  const isKept = split.isFitted
  const training = trainingSet(dataset.interactions, weight, { isKept, ...trainingParts(definition.uses ?? [], dataset, { ties, seed }, isKept) })
  const fitted = await definition.fit(training, values, { ...context, seed })
  const { defaultsChosen } = definition
  return measure(fitted, { ...measured, training, split, catalogue: dataset.catalogue, evaluatedOn: 'test', configurationsTried: 1, defaultsChosen }, context)
}
