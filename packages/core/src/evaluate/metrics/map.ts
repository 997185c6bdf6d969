import { type Metric, share } from './contract.ts'

/** Average precision, by the places of the hits. Of relevant items with equal ranks the j-th counts as j-th. */
export const map: Metric = {
  summary: 'Mean average precision: Σ over hits of (hits so far) / rank, divided by min(k, |relevant|).',
  ...share,
  ofUser(ranks, k) {
    let sum = 0
    for (let at = 0; at < ranks.length && ranks[at] <= k; at++) sum += (at + 1) / ranks[at]
    return sum / Math.min(k, ranks.length)
  },
}
