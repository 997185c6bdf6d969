// Discounted cumulative gain with the gains 2^label − 1 (Burges et al. 2005).
import { log2 } from '../base/index.ts'

/** The highest label: 2^31 − 1 is the largest gain. */
export const MAX_LABEL = 31

/** 2^label − 1 */
export const labelGain = (label: number): number => (1 << label >>> 0) - 1

/** [n] 1 / log₂(place + 2), place from 0. */
export const discounts = (n: number): Float64Array => Float64Array.from({ length: n }, (_, place) => 1 / log2(place + 2))

/** The largest DCG at k that rows [from, to) can have. */
export function idealDcg(labels: Uint8Array, from: number, to: number, k: number, discount: Float64Array): number {
  const counts = new Uint32Array(MAX_LABEL + 1)
  for (let row = from; row < to; row++) counts[labels[row]]++
  let dcg = 0
  let place = 0
  for (let label = MAX_LABEL; label > 0; label--) {
    for (let left = counts[label]; left > 0 && place < k; left--, place++) dcg += labelGain(label) * discount[place]
  }
  return dcg
}
