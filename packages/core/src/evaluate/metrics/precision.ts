import { hitsWithin, type Metric, share } from './contract.ts'

export const precision: Metric = {
  summary: 'Share of the first k places that hold a relevant item: hits / k.',
  ...share,
  ofUser: (ranks, k) => hitsWithin(ranks, k) / k,
}
