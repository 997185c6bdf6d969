import { log2 } from '../../base/index.ts'
import { type Metric, share } from './contract.ts'

/** Järvelin and Kekäläinen 2002, with binary relevance. */
export const ndcg: Metric = {
  summary: 'Σ 1 / log2(rank + 1) over hits, divided by the same sum for the best order possible.',
  ...share,
  ofUser(ranks, k) {
    let gain = 0
    for (let at = 0; at < ranks.length; at++) if (ranks[at] <= k) gain += 1 / log2(ranks[at] + 1)
    let ideal = 0
    for (let rank = 1; rank <= Math.min(k, ranks.length); rank++) ideal += 1 / log2(rank + 1)
    return gain / ideal
  },
}
