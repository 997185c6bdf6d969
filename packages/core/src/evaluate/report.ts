// metrics.json: the numbers, their intervals, the baselines, and everything needed to know what was measured.
import type { Diversity } from '../rank/index.ts'
import type { SplitProtocol } from '../split/index.ts'
import { RECENT_DAYS, type Baselines } from './baselines.ts'
import { bootstrapIntervals, type Interval } from './bootstrap.ts'
import type { MetricValues } from './by-ranks.ts'
import type { Evaluation } from './evaluate-model.ts'
import type { LastStepValues } from './last-step.ts'

/** How a number came about; two numbers are comparable when their protocols are equal. */
export interface Protocol extends SplitProtocol {
  /** Which hidden part the model was asked for. */
  readonly evaluatedOn: 'test' | 'validation'
  readonly candidates: string
  readonly ranks: string
  readonly denominators: string
  readonly usersCounted: number
  /** Users with something hidden of whom nothing is known; left out. */
  readonly usersUnknown: number
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

/** A mean by each metric's name, and intervals of those that are means over users. */
export interface Numbers {
  /** `recall@10` … */
  readonly [metric: `${string}@${number}`]: number
  readonly auc?: number
  readonly intervals: Readonly<Record<string, Interval>>
}

/** The numbers for some of the relevant items. */
export interface SliceNumbers extends Numbers {
  readonly what: string
  readonly usersCounted: number
  readonly relevantItems: number
}

/** The numbers of ranks among random items; they are not those above, and say so. */
export interface SampledNumbers extends Numbers {
  readonly what: string
  readonly negatives: number
}

/** The lists before and after the last step. */
export interface LastStepNumbers extends Required<Diversity> {
  readonly what: string
  readonly before: Numbers
  readonly after: Numbers
  /** after − before; the intervals are of the users' differences. */
  readonly difference: Numbers
}

/** What one model comes to. */
export interface MeasuredModel extends Numbers {
  /** By slice and group; where all metrics were asked for. */
  readonly slices?: Readonly<Record<string, Readonly<Record<string, SliceNumbers>>>>
  readonly sampled?: SampledNumbers
}

/** The model's numbers at the top, the baselines' beside them. */
export interface MetricsReport extends MeasuredModel {
  readonly baselines: Readonly<Record<string, MeasuredModel>>
  readonly protocol: Protocol
  /** Where a last step was asked for that does anything. */
  readonly lastStep?: LastStepNumbers
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
  /** Random items a user among which ranks were taken besides; 0 for none. */
  readonly sampled?: number
  /** The last step that was measured. */
  readonly lastStep?: Diversity
}

/** The document that stands in metrics.json. */
export function metricsReport(
  { model, baselines, split, evaluatedOn, resamples, seed, configurationsTried, defaultsChosen, sampled = 0, lastStep = {} }: ReportInput,
): MetricsReport {
  const [own, ...others] = measuredModels([model, ...Object.values<Evaluation>(baselines)], { resamples, seed, sampled })
  return {
    ...own,
    baselines: Object.fromEntries(Object.keys(baselines).map((name, at) => [name, others[at]])),
    ...(model.lastStep && { lastStep: lastStepNumbers(model.lastStep, lastStep, resamples, seed) }),
    protocol: {
      ...split,
      evaluatedOn,
      candidates: 'all items of the dataset, those unseen in training included, minus what is known of the user',
      ranks: 'pessimistic: 1 + number of other candidates with a score at least as high',
      denominators: 'recall: all relevant items; cappedRecall: min(k, relevant); means over the users counted',
      usersCounted: model.usersCounted,
      usersUnknown: model.usersUnknown,
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

// All models at once: their intervals share the resamples.
function measuredModels(evaluations: readonly Evaluation[], { resamples, seed, sampled }: { resamples: number, seed: number, sampled: number }): MeasuredModel[] {
  const intervals = (of: readonly MetricValues[]): Numbers[] => withIntervals(of, resamples, seed)
  const numbers = intervals(evaluations.map(({ metrics, perUser: { values } }) => ({ metrics, values })))
  const slices: Record<string, Record<string, SliceNumbers>>[] = evaluations.map(() => ({}))
  for (const [slice, groups] of Object.entries(evaluations[0].slices ?? {})) {
    for (const [group, { what, usersCounted, relevantItems }] of Object.entries(groups)) {
      const parts = intervals(evaluations.flatMap(each => each.slices ? [each.slices[slice][group]] : []))
      parts.forEach((part, at) => { (slices[at][slice] ??= {})[group] = { what, usersCounted, relevantItems, ...part } })
    }
  }
  const drawn = intervals(evaluations.flatMap(each => each.sampled ? [each.sampled] : []))
  const what = `SAMPLED: ranks among the relevant items and ${sampled} random others, not among all; only for comparing with papers that did so`
  return evaluations.map((evaluation, at) => ({
    ...numbers[at],
    ...(evaluation.slices && { slices: slices[at] }),
    ...(evaluation.sampled && { sampled: { what, negatives: sampled, ...drawn[at] } }),
  }))
}

function lastStepNumbers(values: LastStepValues, { mmr = 0, caps = {} }: Diversity, resamples: number, seed: number): LastStepNumbers {
  const [before, after, difference] = withIntervals([values.before, values.after, values.difference], resamples, seed)
  return { what: 'ranks are places in the list; what is not in it is a miss', mmr, caps, before, after, difference }
}

// What is no mean over users has no interval.
function withIntervals(all: readonly MetricValues[], resamples: number, seed: number): Numbers[] {
  const columns = all.flatMap(({ values }, at) => Object.entries(values).map(([name, column]) => [`${at} ${name}`, column] as const))
  if (columns.length === 0) return []
  const intervals = bootstrapIntervals(Object.fromEntries(columns), resamples, seed)
  return all.map(({ metrics, values }, at) => ({
    ...metrics,
    intervals: Object.fromEntries(Object.keys(values).map(name => [name, intervals[`${at} ${name}`]])),
  }))
}
