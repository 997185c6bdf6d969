// What a dense inverse can do: score a history, compare items, take a score apart.
import type { ItemIndex } from '../../base/index.ts'
import { byHistory, historyTensors, type Histories } from '../by-history.ts'
import type { FittedModel, History, ModelState } from '../contract.ts'

export interface EaseParts {
  /** P, symmetric [nItems × nItems]. */
  readonly inverse: Float32Array
  /** [nItems], 1, or NaN for an item without training interactions. */
  readonly known: Float32Array
  readonly histories: Histories
}

/** The fitted model over its parts, which it keeps. */
export function fittedEase(parts: EaseParts, options: ModelState['options']): FittedModel {
  const { inverse, known, histories } = parts
  const n = known.length
  const sums = new Float64Array(n)
  const pivot = (item: number): number => inverse[item * n + item]

  // s_i = −(1 / P_ii) Σ_{j ≠ i} P_ji: rows of P are summed, and what an item of the history gives to itself is taken off.
  const scoreHistory = ({ items }: History, out: Float32Array): void => {
    sums.fill(0)
    for (let at = 0; at < items.length; at++) {
      const row = items[at] * n
      for (let item = 0; item < n; item++) sums[item] += inverse[row + item]
    }
    for (let at = 0; at < items.length; at++) sums[items[at]] -= pivot(items[at])
    for (let item = 0; item < n; item++) out[item] = known[item] * (-sums[item] / pivot(item))
  }

  return {
    ...byHistory(histories, n, scoreHistory),
    // the partial correlation of two items given all others (Steck 2019, §3.1)
    similarItems(item: ItemIndex, out: Float32Array): void {
      for (let other = 0; other < n; other++) {
        const correlation = -inverse[item * n + other] / Math.sqrt(pivot(item) * pivot(other))
        out[other] = known[item] * known[other] * (other === item ? 1 : correlation)
      }
    },
    explain: (history, item) =>
      Float64Array.from(history.items, other => other === item ? 0 : -inverse[other * n + item] / pivot(item)),
    state: () => ({
      model: 'ease',
      options,
      tensors: {
        inverse: { shape: [n, n], data: inverse },
        known: { shape: [n], data: known },
        ...historyTensors(histories),
      },
    }),
  }
}
