import { type Metric, share } from './contract.ts'

export const mrr: Metric = {
  summary: '1 / rank of the first relevant item, 0 when it does not stand in the first k places.',
  ...share,
  ofUser: (ranks, k) => ranks[0] <= k ? 1 / ranks[0] : 0,
}
