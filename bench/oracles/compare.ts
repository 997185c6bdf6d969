// How far a fitted ALS model is from an oracle's factors, and how many users get the same list.
import { userIndex } from '../../packages/core/src/base/index.ts'
import type { TensorFile } from '../../packages/core/src/artifact/index.ts'
import type { TrainingSet } from '../../packages/core/src/dataset/index.ts'
import { topK, type FittedModel } from '../../packages/core/src/model/index.ts'
import { rowIndices, rowLength } from '../../packages/core/src/sparse/index.ts'
import { frobeniusError } from './problem.ts'

export interface Agreement {
  /** ‖ours − oracle's‖ / ‖oracle's‖, Frobenius. */
  readonly userError: number
  readonly itemError: number
  /** Share of the users with a history whose ten best items are the same in the same order. */
  readonly sameLists: number
}

/** oracle: user_factors and item_factors as the model's, and top [nUsers × 10]. */
export function agreement(model: FittedModel, { byUser }: TrainingSet, { tensors }: TensorFile): Agreement {
  const own = model.state().tensors
  const expected = tensors.top.data
  const scores = new Float32Array(model.nItems)
  let [same, counted] = [0, 0]
  for (let user = 0; user < model.nUsers; user++) {
    if (rowLength(byUser, user) === 0) continue // all scores are zero: the list says nothing
    model.scoreUsers([userIndex(user)], scores)
    const { indices } = topK(scores, 10, rowIndices(byUser, user))
    counted++
    if (indices.length === 10 && indices.every((item, at) => item === expected[user * 10 + at])) same++
  }
  return {
    userError: frobeniusError(own.user_factors.data, tensors.user_factors.data),
    itemError: frobeniusError(own.item_factors.data, tensors.item_factors.data),
    sameLists: same / counted,
  }
}
