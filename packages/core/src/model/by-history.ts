// What models share that know a user by the user's history alone: keeping the histories, and scoring by them.
import { MatineeError, type UserIndex } from '../base/index.ts'
import type { Timestamps } from '../dataset/index.ts'
import type { FittedModel, History, ModelState, Tensor } from './contract.ts'
import { keptRows } from './tensors.ts'

/** The history of user u is items[indptr[u] … indptr[u + 1]), with its weights. */
export interface Histories {
  /** [nUsers + 1] */
  readonly indptr: Uint32Array
  /** [n], item indices, no repeats within a user. */
  readonly items: Int32Array
  /** [n], > 0 */
  readonly weights: Float32Array
  /** [n], seconds, for a model that looks at them. */
  readonly times?: Timestamps
}

/** scoreUsers by scoreHistory: whoever has the same history has the same scores, known or not. */
export function byHistory(histories: Histories, nItems: number, scoreHistory: (history: History, out: Float32Array) => void) {
  const { indptr } = histories
  const historyOf = (user: UserIndex): History => historyBetween(histories, indptr[user], indptr[user + 1])
  return {
    nUsers: indptr.length - 1,
    nItems,
    batch: 32,
    historyOf,
    scoreHistory,
    scoreUsers: (users, out) => users.forEach((user, row) => scoreHistory(historyOf(user), out.subarray(row * nItems, (row + 1) * nItems))),
  } satisfies Partial<FittedModel>
}

/** A part of a history. */
export const historyBetween = ({ items, weights, times }: Histories, start: number, end: number): History =>
  ({ items: items.subarray(start, end), weights: weights.subarray(start, end), ...(times && { times: times.subarray(start, end) }) })

/** The histories among a model's tensors. */
export function historyTensors({ indptr, items, weights, times }: Histories): Record<string, Tensor> {
  const vector = (data: Tensor['data']): Tensor => ({ shape: [data.length], data })
  return { history_indptr: vector(indptr), history_items: vector(items), history_weights: vector(weights), ...(times && { history_times: vector(times) }) }
}

/** The inverse of historyTensors. Throws ERR_FORMAT. */
export function restoredHistories({ model, tensors }: ModelState, nItems: number): Histories {
  const [indptr, items, weights] = [tensors.history_indptr?.data, tensors.history_items?.data, tensors.history_weights?.data]
  const times = tensors.history_times?.data
  const fits = indptr instanceof Uint32Array && items instanceof Int32Array && weights instanceof Float32Array && indptr.length > 0
    && indptr.every((start, row) => row === 0 ? start === 0 : start >= indptr[row - 1])
    && indptr[indptr.length - 1] === items.length && weights.length === items.length
    && items.every(item => item >= 0 && item < nItems) && weights.every(weight => weight > 0 && weight < Infinity)
  const fitsTimes = times === undefined || ((times instanceof Uint32Array || times instanceof Float64Array) && times.length === items?.length)
  if (fits && fitsTimes) return { indptr, items, weights, ...(times && { times }) }
  throw new MatineeError('ERR_FORMAT', `the ${model} model's histories do not fit ${nItems} items.`)
}

/** A state whose users are known by their histories alone, without the others'. */
export function withKeptHistories(state: ModelState, kept: Uint32Array): ModelState {
  const { history_indptr: starts, history_items: items, history_weights: weights, history_times: times } = state.tensors
  const { indptr, entries } = keptSpans(starts.data, kept)
  const history = {
    history_indptr: { shape: [indptr.length], data: indptr },
    history_items: keptRows(items, entries),
    history_weights: keptRows(weights, entries),
    ...(times && { history_times: keptRows(times, entries) }),
  }
  return { ...state, tensors: { ...state.tensors, ...history } }
}

/** Of spans that lie one behind the other, those that stay: where they begin, [kept + 1], and which entries are theirs. starts: [n + 1] */
export function keptSpans(starts: ArrayLike<number>, kept: Uint32Array): { readonly indptr: Uint32Array, readonly entries: Uint32Array } {
  const indptr = new Uint32Array(kept.length + 1)
  kept.forEach((span, at) => { indptr[at + 1] = indptr[at] + starts[span + 1] - starts[span] })
  const entries = new Uint32Array(indptr[kept.length])
  kept.forEach((span, at) => { for (let k = indptr[at]; k < indptr[at + 1]; k++) entries[k] = starts[span] + k - indptr[at] })
  return { indptr, entries }
}
