import type { MetricOfAllLists } from './contract.ts'

export const coverage: MetricOfAllLists = {
  summary: 'Share of the catalogue that stands in at least one list.',
  better: 'higher',
  range: [0, 1],
  ofAll: shown => shown.reduce((n, lists) => n + (lists > 0 ? 1 : 0), 0) / shown.length,
}
