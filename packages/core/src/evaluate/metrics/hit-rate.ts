import { hitsWithin, type Metric, share } from './contract.ts'

export const hitRate: Metric = {
  summary: '1 when any relevant item stands in the first k places, else 0.',
  ...share,
  ofUser: (ranks, k) => hitsWithin(ranks, k) > 0 ? 1 : 0,
}
