// The lists of many users by whatever this repository has for it: the one place to change when that changes.
import { models, type Csr, type FittedModel, type Tensor } from '@matinee/core'
import { listAll, rankerOf, type TopKProblem } from '../top-k.ts'

/** A model over factors that somebody else fitted; users, items: [n × factors]. */
export function factorModel(users: Tensor, items: Tensor): Promise<FittedModel> {
  const options = { alpha: 1, regularization: 1 }
  return models.als.restore({ model: 'als', options, tensors: { user_factors: users, item_factors: items } })
}

/** Packs factors that somebody else fitted; users, items: float32 [n × factors]; seen: what is left out. */
export async function packFactors(users: Tensor, items: Tensor, seen: Csr) {
  if (!(users.data instanceof Float32Array && items.data instanceof Float32Array)) throw new Error('factors are float32')
  const problem: TopKProblem = { userFactors: users.data, itemFactors: items.data, factors: users.shape[1], seen }
  return { problem, ranker: await rankerOf(problem) }
}

/** The k best items of users 0 … nUsers − 1, what they have had left out, [nUsers × k]; small jobs use one thread of those asked for. */
export async function topKOfUsers({ problem, ranker }: Awaited<ReturnType<typeof packFactors>>, nUsers: number, k: number, threads: number) {
  const { items, scores } = await listAll(ranker, problem, nUsers, k, threads)
  return { indices: items, scores }
}
