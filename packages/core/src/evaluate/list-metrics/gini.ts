import type { MetricOfAllLists } from './contract.ts'

/** Gini 1912, over all items of the catalogue; those in no list count as 0. */
export const gini: MetricOfAllLists = {
  summary: 'Gini coefficient of how often items are listed: 0 when all equally often, near 1 when a few make up all lists.',
  better: 'lower',
  range: [0, 1],
  ofAll(shown) {
    const rising = shown.slice().sort()
    const n = rising.length
    let [sum, ranked] = [0, 0]
    for (let at = 0; at < n; at++) {
      sum += rising[at]
      ranked += (2 * (at + 1) - n - 1) * rising[at]
    }
    return sum === 0 ? 0 : ranked / (n * sum)
  },
}
