// NDCG at k of groups of rows, as early stopping sees it.
import { discounts, idealDcg, labelGain } from '../kernels/index.ts'

/**
 * The mean over groups [fromGroup, …) that hold a relevant row of DCG / ideal DCG, gains 2^label − 1. Ranks are pessimistic: the number of rows
 * with a score ≥ that of the row. NaN where no group holds a relevant row.
 *
 * scores, labels: [rows]; groups: [groups + 1].
 */
export function meanNdcg(scores: Float64Array, labels: Uint8Array, groups: Uint32Array, k: number, fromGroup = 0): number {
  const discount = discounts(longestOf(groups))
  let sum = 0
  let n = 0
  for (let group = fromGroup; group < groups.length - 1; group++) {
    const ideal = idealDcg(labels, groups[group], groups[group + 1], k, discount)
    if (ideal === 0) continue
    sum += dcgOf(scores, labels, groups[group], groups[group + 1], k, discount) / ideal
    n++
  }
  return sum / n
}

function dcgOf(scores: Float64Array, labels: Uint8Array, from: number, to: number, k: number, discount: Float64Array): number {
  let dcg = 0
  for (let row = from; row < to; row++) {
    if (labels[row] === 0) continue
    let rank = 0
    for (let other = from; other < to; other++) rank += Number(scores[other] >= scores[row])
    if (rank <= k) dcg += labelGain(labels[row]) * discount[rank - 1]
  }
  return dcg
}

function longestOf(groups: Uint32Array): number {
  let longest = 0
  for (let group = 1; group < groups.length; group++) longest = Math.max(longest, groups[group] - groups[group - 1])
  return longest
}
