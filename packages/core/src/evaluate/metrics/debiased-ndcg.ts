// NDCG as if everybody met every item equally often: a relevant item counts by the inverse of its propensity.
import { log2 } from '../../base/index.ts'
import { type Metric, type RankedUser, share } from './contract.ts'

/**
 * Inverse propensity weights, normalised by their own sum (Yang et al. 2018); the sum is over all users, as in Steck's
 * popularity-stratified recall (2011): normalised within a user, one relevant item would always weigh 1.
 *
 * Propensity ∝ √(training interactions), the power of Saito et al. 2020. docs/math/metrics.md says what a greater power does.
 */
export const debiasedNdcg: Metric = {
  summary: 'NDCG in which a relevant item weighs 1 / √(its training interactions); the mean is Σ gains / Σ best gains over all users.',
  ...share,
  ofUser: (ranks, k, { popularity }) => {
    let gain = 0
    for (let at = 0; at < ranks.length && ranks[at] <= k; at++) gain += weight(popularity[at]) / log2(ranks[at] + 1)
    return gain
  },
  outOf: (_, k, user) => bestGain(user, k),
}

// The heaviest item first, and so on.
function bestGain({ popularity }: RankedUser, k: number): number {
  if (popularity.length === 1) return weight(popularity[0])
  const weights = Float64Array.from(popularity, weight).sort().reverse()
  let gain = 0
  for (let rank = 1; rank <= Math.min(k, weights.length); rank++) gain += weights[rank - 1] / log2(rank + 1)
  return gain
}

// An item that nobody had in training weighs as much as one that one person had.
const weight = (interactions: number): number => 1 / Math.sqrt(Math.max(1, interactions))
