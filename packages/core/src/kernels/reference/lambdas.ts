// The gradients of LambdaRank for one group, as LightGBM's lambdarank has them (Burges 2010). docs/math/lambdamart.md
import { exp, log2 } from '../../base/index.ts'
import type { LambdaSettings } from '../boosting-contract.ts'
import { discounts, idealDcg, labelGain } from '../dcg.ts'

/** Rows from … to − 1, the highest score first; equal scores in the order of the rows. */
function orderOf(scores: Float64Array, from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, at) => from + at).sort((a, b) => scores[b] - scores[a] || a - b)
}

/**
 * Adds up, over the pairs of rows with unlike labels of which one is among the T best, the derivatives of
 * |ΔNDCG| ln(1 + e^(−σ (s_high − s_low))), |ΔNDCG| held.
 *
 * scores, gradients, hessians: [nRows], of which rows [from, to) are read and written.
 */
export function lambdasOf(
  { sigmoid, truncation, isNormalized }: LambdaSettings, labels: Uint8Array, scores: Float64Array, from: number, to: number,
  gradients: Float64Array, hessians: Float64Array,
): void {
  gradients.fill(0, from, to)
  hessians.fill(0, from, to)
  const n = to - from
  const discount = discounts(n)
  const ideal = idealDcg(labels, from, to, truncation, discount)
  if (ideal === 0) return
  const order = orderOf(scores, from, to)
  const isSpread = scores[order[0]] !== scores[order[n - 1]]
  const perDcg = 1 / ideal
  let sum = 0
  for (let i = 0; i < Math.min(truncation, n - 1); i++) {
    for (let j = i + 1; j < n; j++) {
      if (labels[order[i]] === labels[order[j]]) continue
      const isHigh = labels[order[i]] > labels[order[j]]
      const [high, low] = isHigh ? [order[i], order[j]] : [order[j], order[i]]
      const apart = scores[high] - scores[low]
      let delta = (labelGain(labels[high]) - labelGain(labels[low])) * (discount[i] - discount[j]) * perDcg
      if (isNormalized && isSpread) delta /= 0.01 + Math.abs(apart)
      const miss = 1 / (1 + exp(sigmoid * apart))
      const lambda = sigmoid * delta * miss
      const hessian = sigmoid * sigmoid * delta * (miss * (1 - miss))
      gradients[high] -= lambda
      gradients[low] += lambda
      hessians[high] += hessian
      hessians[low] += hessian
      sum += 2 * lambda
    }
  }
  if (!isNormalized || sum <= 0) return
  const scale = log2(1 + sum) / sum
  for (let row = from; row < to; row++) {
    gradients[row] *= scale
    hessians[row] *= scale
  }
}
