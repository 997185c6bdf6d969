// From events to numbers in one call.
import { resolveOptions } from '../base/index.ts'
import { fromEvents, prepareDataset, trainingParts, trainingSet, type EventSource } from '../dataset/index.ts'
import { measure, measureOptions, type MetricsReport } from '../evaluate/index.ts'
import { modelDefinition } from '../model/index.ts'
import { splitterDefinition } from '../split/index.ts'
import type { FitOptions } from './fit.ts'

/** What to measure and how; what to fit stands beside it, as for `fit`. */
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
 * Hides each user's last interaction, fits on the rest, and measures the model and its baselines on what was hidden.
 *
 * Throws what fit throws, and ERR_EMPTY when nobody has two interactions.
 */
export async function evaluate(events: EventSource, options: EvaluateOptions = {}): Promise<MetricsReport> {
  const { model = 'als', weight = 'log', split: splitter = 'leave-last-n', ties, k, resamples, seed, metrics, sampled, minRating, kCore, items, ...rest } = options
  const { threads, signal, onProgress, onPhase, ...modelOptions } = rest
  const context = { threads, signal, onProgress, onPhase }
  const definition = modelDefinition(model)
  const values = resolveOptions(definition.options, modelOptions)
  const measured = resolveOptions(measureOptions, { k, resamples, seed, metrics, sampled })
  const dataset = prepareDataset(await fromEvents(events, { ...(items && { items }) }), { minRating, kCore })
  const split = splitterDefinition(splitter).split(dataset, { ties, seed: measured.seed })
  const isKept = split.isFitted
  const parts = trainingParts(definition.uses ?? [], dataset, { ties: split.protocol.ties, seed: measured.seed }, isKept)
  const training = trainingSet(dataset.interactions, weight, { isKept, ...parts })
  const fitted = await definition.fit(training, values, { ...context, seed: measured.seed })
  const { defaultsChosen } = definition
  return measure(fitted, { ...measured, training, split, catalogue: dataset.catalogue, evaluatedOn: 'test', configurationsTried: 1, defaultsChosen }, context)
}
