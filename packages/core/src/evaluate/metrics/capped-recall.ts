import { hitsWithin, type Metric, share } from './contract.ts'

export const cappedRecall: Metric = {
  summary: 'Recall out of what k places can hold: hits / min(k, |relevant|). The ML-20M literature calls this recall.',
  ...share,
  ofUser: (ranks, k) => hitsWithin(ranks, k) / Math.min(k, ranks.length),
}
