// metrics.json: the numbers, their intervals, the baselines, and everything needed to know what was measured.
import type { SplitProtocol } from '../split/index.ts'
import { RECENT_DAYS, type Baselines } from './baselines.ts'
import { bootstrapIntervals, type Interval } from './bootstrap.ts'
import type { Evaluation } from './evaluate-model.ts'

/** How a number came about; two numbers are comparable when their protocols are equal. */
export interface Protocol extends SplitProtocol {
  /** Which hidden part the model was asked for. */
  readonly evaluatedOn: 'test' | 'validation'
  readonly candidates: string
  readonly ranks: string
  readonly denominators: string
  readonly usersCounted: number
  readonly relevantItems: number
  /** Relevant items absent from training, counted as misses by a model that cannot score them. */
  readonly itemsUnseen: number
  readonly intervals: string
  readonly recentPopularity: string
  /** How many configurations were tried on the validation item before this one was tested; 1 when it was given. */
  readonly configurationsTried: number
  /** How the defaults of the model's options came about. */
  readonly defaultsChosen: string
  /** Seeds of the models and of the splits, where there were several; `seed` is the first of the latter. */
  readonly seeds?: readonly number[]
  readonly tieSeeds?: readonly number[]
}

/** A baseline's metrics by name, as `recall@10`, and their intervals. */
export interface MeasuredBaseline {
  readonly [metric: `${string}@${number}`]: number
  readonly intervals: Readonly<Record<string, Interval>>
}

/** Metric names at the top, as `recall@10`. */
export interface MetricsReport {
  readonly [metric: `${string}@${number}`]: number
  readonly intervals: Readonly<Record<string, Interval>>
  readonly baselines: Readonly<Record<string, MeasuredBaseline>>
  readonly protocol: Protocol
  /** Each fit's means over the users, where there were several. */
  readonly runs?: readonly RunMeans[]
}

/** One fit's numbers by name, as `recall@10`. */
export interface RunMeans {
  readonly [metric: `${string}@${number}`]: number
  readonly seed: number
  readonly tieSeed: number
}

/** What a report is made of. */
export interface ReportInput {
  readonly model: Evaluation
  readonly baselines: Baselines
  readonly split: SplitProtocol
  readonly evaluatedOn: 'test' | 'validation'
  /** Bootstrap resamples and their seed. */
  readonly resamples: number
  readonly seed: number
  readonly configurationsTried: number
  readonly defaultsChosen: string
}

/** The document that stands in metrics.json. */
export function metricsReport(
  { model, baselines, split, evaluatedOn, resamples, seed, configurationsTried, defaultsChosen }: ReportInput,
): MetricsReport {
  const [own, ...others] = withIntervals([model, ...Object.values<Evaluation>(baselines)], resamples, seed)
  return {
    ...own,
    baselines: Object.fromEntries(Object.keys(baselines).map((name, at) => [name, others[at]])),
    protocol: {
      ...split,
      evaluatedOn,
      candidates: 'all items of the dataset, those unseen in training included, minus the user\'s training items',
      ranks: 'pessimistic: 1 + number of other candidates with a score at least as high',
      denominators: 'recall: all relevant items; cappedRecall: min(k, relevant); means over the users counted',
      usersCounted: model.usersCounted,
      relevantItems: model.relevantItems,
      itemsUnseen: model.relevantUnseen,
      intervals: `95 % percentile bootstrap over users, ${resamples} resamples`,
      recentPopularity: baselines.recentPopularity
        ? `interactions of the last ${RECENT_DAYS} days before the newest training interaction`
        : 'not evaluated: the data have no timestamps',
      configurationsTried,
      defaultsChosen,
    },
  }
}

// All models' intervals at once: they share the resamples.
function withIntervals(evaluations: readonly Evaluation[], resamples: number, seed: number): MeasuredBaseline[] {
  const all = evaluations.flatMap(({ perUser }, at) => Object.entries(perUser.values).map(([name, values]) => [`${at} ${name}`, values] as const))
  const intervals = bootstrapIntervals(Object.fromEntries(all), resamples, seed)
  return evaluations.map(({ metrics }, at) => ({
    ...metrics,
    intervals: Object.fromEntries(Object.keys(metrics).map(name => [name, intervals[`${at} ${name}`]])),
  }))
}
