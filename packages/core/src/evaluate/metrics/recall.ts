import { hitsWithin, type Metric, share } from './contract.ts'

export const recall: Metric = {
  summary: 'Share of the relevant items that stand in the first k places: hits / |relevant|.',
  ...share,
  ofUser: (ranks, k) => hitsWithin(ranks, k) / ranks.length,
}
