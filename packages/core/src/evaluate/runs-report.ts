// metrics.json of several fits: numbers are means over users of each user's mean over the fits.
import type { Baselines } from './baselines.ts'
import type { Evaluation } from './evaluate-model.ts'
import type { LastStepValues } from './last-step.ts'
import { metricsReport, type MeasuredModel, type MetricsReport, type ReportInput, type RunMeans } from './report.ts'
import { meanOf, overRuns, runIntervals, runOrder, userRuns, type UserRuns } from './runs.ts'

/** What came of one split. */
export interface SplitRuns {
  readonly tieSeed: number
  /** By seed. */
  readonly evaluations: readonly Evaluation[]
  /** By the first seed. */
  readonly baselines: Baselines
}

/**
 * The report on fits with each seed on each split, and the users' values behind it; a user counts who is counted in all.
 *
 * input: what metricsReport needs besides; its split is the first one. The baselines are those of the first seed. Counts of
 * the protocol that differ from split to split are means; of several fits there are no slices. Throws what userRuns throws.
 */
export function runsReport(
  splits: readonly SplitRuns[], seeds: readonly number[], input: Omit<ReportInput, 'model' | 'baselines'>,
): { readonly report: MetricsReport, readonly runs: UserRuns } {
  const { resamples, seed } = input
  const tieSeeds = splits.map(({ tieSeed }) => tieSeed)
  const model = averaged(splits.map(({ evaluations }) => evaluations), seeds, tieSeeds)
  const names = Object.keys(splits[0].baselines) as (keyof Baselines)[]
  const baselines = names.map(name => [name, averaged(splits.map(split => [split.baselines[name] as Evaluation]), seeds.slice(0, 1), tieSeeds)] as const)
  const lastStep = lastStepRuns(splits, seeds, tieSeeds)
  const ofLastStep = lastStep && mapParts(lastStep, ({ evaluation: { metrics, perUser } }) => ({ metrics, values: perUser.values }))
  const report = metricsReport({
    ...input, model: { ...model.evaluation, ...(ofLastStep && { lastStep: ofLastStep }) },
    baselines: Object.fromEntries(baselines.map(([name, { evaluation }]) => [name, evaluation])) as unknown as Baselines,
  })
  if (seeds.length * tieSeeds.length === 1) return { report, runs: model.runs }
  const overAll = <Model extends MeasuredModel>(numbers: Model, { runs }: Averaged): Model =>
    ({ ...numbers, intervals: { ...numbers.intervals, ...runIntervals(runs, resamples, seed) } })
  const { lastStep: numbers } = report
  return {
    runs: model.runs,
    report: {
      ...overAll(report, model),
      ...(numbers && lastStep && { lastStep: { ...numbers, ...mapParts(lastStep, (of, part) => overAll(numbers[part], of)) } }),
      baselines: Object.fromEntries(baselines.map(([name, of]) => [name, overAll(report.baselines[name], of)])),
      protocol: {
        ...report.protocol, seeds, tieSeeds,
        intervals: `95 % percentile bootstrap over users, ${seeds.length} seeds and ${tieSeeds.length} tie seeds, ${resamples} resamples`,
      },
      runs: runOrder({ seeds, tieSeeds }).map((run, at): RunMeans => ({
        ...run, ...Object.fromEntries(Object.entries(model.runs.values).map(([name, columns]) => [name, meanOf(columns[at])])),
      })),
    },
  }
}

interface Averaged {
  readonly evaluation: Evaluation
  readonly runs: UserRuns
}

type Part = keyof LastStepValues

const mapParts = <From, To>({ before, after, difference }: Record<Part, From>, map: (of: From, part: Part) => To): Record<Part, To> =>
  ({ before: map(before, 'before'), after: map(after, 'after'), difference: map(difference, 'difference') })

function lastStepRuns(splits: readonly SplitRuns[], seeds: readonly number[], tieSeeds: readonly number[]): Record<Part, Averaged> | undefined {
  const { lastStep } = splits[0].evaluations[0]
  return lastStep && mapParts(lastStep, (_, part) => averaged(splits.map(({ evaluations }) => evaluations.map((evaluation): Evaluation => {
    const { metrics, values } = (evaluation.lastStep ?? lastStep)[part]
    return { ...evaluation, metrics, perUser: { users: evaluation.perUser.users, values } }
  })), seeds, tieSeeds))
}

// Evaluations by tie seed and seed as one: what is a mean over users is theirs, other numbers are means over the runs.
function averaged(evaluations: readonly (readonly Evaluation[])[], seeds: readonly number[], tieSeeds: readonly number[]): Averaged {
  const all = evaluations.flat()
  if (all.length === 1) return { evaluation: all[0], runs: userRuns(evaluations, seeds, tieSeeds) }
  const runs = userRuns(evaluations, seeds, tieSeeds)
  const values = Object.fromEntries(Object.entries(runs.values).map(([name, columns]) => [name, overRuns(columns)]))
  const metrics = Object.keys(all[0].metrics).map(name => [name, Object.hasOwn(values, name) ? meanOf(values[name]) : meanOf(all.map(each => each.metrics[name]))])
  return {
    runs,
    evaluation: {
      metrics: Object.fromEntries(metrics) as Evaluation['metrics'],
      usersCounted: runs.users.length,
      usersUnknown: meanOf(all.map(({ usersUnknown }) => usersUnknown)),
      relevantItems: meanOf(all.map(({ relevantItems }) => relevantItems)),
      relevantUnseen: meanOf(all.map(({ relevantUnseen }) => relevantUnseen)),
      perUser: { users: runs.users, values },
    },
  }
}
