// What sparse weights from item to item can do: score, list and rank by the items that a history meets, explain.
import type { ItemIndex } from '../../base/index.ts'
import { entryAt, type Csr } from '../../sparse/index.ts'
import { bySums } from '../by-sums.ts'
import type { FittedModel, History, ModelState } from '../contract.ts'
import { itemWeightsTensors, type ItemWeights } from './state.ts'
import { sumsOver } from './sums.ts'

/**
 * score of i = Σ over the history's items j of strength × weights[j → i]; 0 for an item that no weight leads to, NaN for
 * one without training interactions. On the caller's thread.
 *
 * strengths: what each item of a history counts, [history]; what counts 0 is as if it were not there.
 */
export function fittedItemWeights(
  parts: ItemWeights, strengths: (history: History) => ArrayLike<number>, { model, options }: Pick<ModelState, 'model' | 'options'>,
): FittedModel {
  const { weights, known, histories } = parts
  return {
    ...bySums(known, histories, sumsOver(weights, strengths)),
    explain(history, item) {
      const strength = strengths(history)
      return Float64Array.from(history.items, (from, k) => strength[k] * weightAt(weights, from, item))
    },
    state: () => ({ model, options, tensors: itemWeightsTensors(parts) }),
  }
}

// The weight from one item to another; 0 where there is none.
function weightAt(weights: Csr, from: number, to: ItemIndex): number {
  const at = entryAt(weights, from, to)
  return at < 0 ? 0 : weights.values[at]
}
