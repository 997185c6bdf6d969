// The lists of many users by whatever this repository has for it: the one place to change when that changes.
import { models, rowIndices, topK, userIndex, type Csr, type FittedModel, type Tensor } from '@matinee/core'

/** A model over factors that somebody else fitted; users, items: [n × factors]. */
export function factorModel(users: Tensor, items: Tensor): Promise<FittedModel> {
  const options = { alpha: 1, regularization: 1 }
  return models.als.restore({ model: 'als', options, tensors: { user_factors: users, item_factors: items } })
}

/** The k best items of users 0 … nUsers − 1, what they have had left out; both [nUsers × k]. threads: how many did the work. */
export async function topKOfUsers(model: FittedModel, byUser: Csr, nUsers: number, k: number, _threads: number) {
  const indices = new Int32Array(nUsers * k)
  const scores = new Float32Array(nUsers * k)
  const batchScores = new Float32Array(model.batch * model.nItems)
  for (let start = 0; start < nUsers; start += model.batch) {
    const batch = Array.from({ length: Math.min(model.batch, nUsers - start) }, (_, row) => userIndex(start + row))
    model.scoreUsers(batch, batchScores)
    batch.forEach((user, row) => {
      const best = topK(batchScores.subarray(row * model.nItems, (row + 1) * model.nItems), k, rowIndices(byUser, user))
      indices.set(best.indices, user * k)
      scores.set(best.scores, user * k)
    })
  }
  return { indices, scores, threads: 1 }
}
