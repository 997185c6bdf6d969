// One run of `implicit` and one of ours on the same training rows, measured by the same function for all ranks.
//
// implicit's last step solves the items, so its users are those of the step before; `recalculated` solves them again for the
// final items, as fitAls does. Its own start is uniform in [0, .01), ours is normal, so a seed means something else on each side;
// given a start (our item factors, users at zero) nothing but the solver is left.
import type { TensorFile } from '../../packages/core/src/artifact/index.ts'
import { evaluateModel } from '../../packages/core/src/evaluate/index.ts'
import type { Interactions, TrainingSet } from '../../packages/core/src/dataset/index.ts'
import { models } from '../../packages/core/src/model/index.ts'
import { problemFile, type AlsOptions } from './problem.ts'
import { askOracle } from './python.ts'

export const METRICS = ['recall@10', 'ndcg@10'] as const
export type Metric = typeof METRICS[number]
/** The metrics of each user counted, [usersCounted] each. */
export type PerUser = Readonly<Record<Metric, Float64Array>>

export interface Data {
  readonly training: TrainingSet
  /** The rows behind `training`. */
  readonly fitRows: Interactions
  readonly holdout: Interactions
}

/** What implicit makes of the training rows: its tensors and versions. */
export const askImplicit = (python: string, { fitRows }: Data, options: AlsOptions, question: { seed: number, useCg: boolean, start?: Float32Array }): Promise<TensorFile> =>
  askOracle(python, 'implicit_als.py', problemFile(fitRows, options, question))

/** The metrics of any factors, [nUsers × factors] and [nItems × factors], by evaluateModel. */
export async function measured({ training, holdout }: Data, options: AlsOptions, userFactors: ArrayLike<number>, itemFactors: ArrayLike<number>): Promise<PerUser> {
  const { nRows: nUsers, nColumns: nItems } = training.byUser
  const model = await models.als.restore({
    model: 'als',
    options: { ...options },
    tensors: {
      user_factors: { shape: [nUsers, options.factors], data: Float32Array.from(userFactors) },
      item_factors: { shape: [nItems, options.factors], data: Float32Array.from(itemFactors) },
    },
  })
  const { perUser } = await evaluateModel(model, { training: training.byUser, holdout, ks: [10], stage: 'evaluate' }, {})
  return perUser.values as PerUser
}

/** The metrics of our own fit. */
export async function ours(data: Data, options: AlsOptions, seed: number): Promise<PerUser> {
  const { tensors } = (await models.als.fit(data.training, options, { seed })).state()
  return measured(data, options, tensors.user_factors.data, tensors.item_factors.data)
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: ArrayLike<number>): number => {
  const centre = mean(values)
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}
const meanOverSeeds = (runs: readonly PerUser[], metric: Metric): Float64Array =>
  Float64Array.from(runs[0][metric], (_, user) => mean(runs.map(run => run[metric][user])))

/** A metric's mean over seeds, with the standard error over seeds, and over users of their means over seeds. */
export function summary(runs: readonly PerUser[], metric: Metric) {
  const each = runs.map(run => mean(run[metric]))
  const users = meanOverSeeds(runs, metric)
  return { mean: mean(each), errorOverSeeds: deviation(each) / Math.sqrt(each.length), errorOverUsers: deviation(users) / Math.sqrt(users.length), each }
}

/** a − b of a metric, with the errors it is to be seen against: of a mean over users, of the difference over seeds, and user by user. */
export function difference(a: readonly PerUser[], b: readonly PerUser[], metric: Metric) {
  const [x, y] = [summary(a, metric), summary(b, metric)]
  const [users, others] = [meanOverSeeds(a, metric), meanOverSeeds(b, metric)]
  const paired = users.map((value, user) => value - others[user])
  return {
    difference: x.mean - y.mean,
    errorOverUsers: x.errorOverUsers,
    errorOverSeeds: Math.sqrt(x.errorOverSeeds ** 2 + y.errorOverSeeds ** 2),
    pairedErrorOverUsers: deviation(paired) / Math.sqrt(paired.length),
  }
}
