// Sparse weights from item to item, the users' histories, and both as a model's tensors.
import { MatineeError } from '../../base/index.ts'
import type { Csr } from '../../sparse/index.ts'
import { historyTensors, restoredHistories, type Histories } from '../by-history.ts'
import type { ModelState, Tensor } from '../contract.ts'

/** All there is to a model whose scores are sums over a history. */
export interface ItemWeights {
  /** [nItems × nItems], row: the item in the history, column: the item that is scored. */
  readonly weights: Csr
  /** [nItems], 1 for an item with training interactions, else 0. */
  readonly known: Uint8Array
  readonly histories: Histories
}

/** [nRows], 1 for a row with entries: the known items of the training set's `byItem`. */
export const knownRows = ({ nRows, indptr }: Csr): Uint8Array =>
  Uint8Array.from({ length: nRows }, (_, row) => indptr[row + 1] > indptr[row] ? 1 : 0)

export function itemWeightsTensors({ weights, known, histories }: ItemWeights): Record<string, Tensor> {
  const vector = (data: Tensor['data']): Tensor => ({ shape: [data.length], data })
  return {
    weights_indptr: vector(weights.indptr),
    weights_items: vector(weights.indices),
    weights_values: vector(weights.values),
    known: vector(known),
    ...historyTensors(histories),
  }
}

/** The weights of a model whose scores are sums over a history; undefined for another. */
export const itemWeightsOf = (state: ModelState): Csr | undefined => state.tensors.weights_indptr && restoredItemWeights(state).weights

/** The inverse of itemWeightsTensors. Throws ERR_FORMAT. */
export function restoredItemWeights(state: ModelState): ItemWeights {
  const { weights_indptr: starts, weights_items: items, weights_values: numbers, known: isKnown } = state.tensors
  const [indptr, indices, values, known] = [starts?.data, items?.data, numbers?.data, isKnown?.data]
  const fits = indptr instanceof Uint32Array && indices instanceof Int32Array && values instanceof Float32Array && known instanceof Uint8Array
    && indptr.length === known.length + 1 && indptr[0] === 0 && indptr[known.length] === indices.length
    && indptr.every((start, row) => row === 0 || start >= indptr[row - 1])
    && values.length === indices.length && values.every(Number.isFinite) && rowsRise(indptr, indices, known)
  if (!fits) throw new MatineeError('ERR_FORMAT', `the ${state.model} model's weights are missing or do not fit its items.`)
  const weights = { nRows: known.length, nColumns: known.length, indptr, indices, values }
  return { weights, known, histories: restoredHistories(state, known.length) }
}

// Within each row the columns rise strictly and are known items.
function rowsRise(indptr: Uint32Array, indices: Int32Array, known: Uint8Array): boolean {
  for (let row = 0; row < known.length; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      if (known[indices[at]] !== 1 || (at > indptr[row] && indices[at] <= indices[at - 1])) return false
    }
  }
  return true
}
