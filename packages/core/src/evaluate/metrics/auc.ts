import { type Metric, share } from './contract.ts'

/** Exact, from ranks (Mann and Whitney 1947). An equal score counts as lost; items without a score are below all others. */
export const auc: Metric = {
  summary: 'Share of the pairs of a relevant and another candidate in which the relevant one has the higher score.',
  ...share,
  isOfWholeOrder: true,
  ofUser(ranks, _, { nCandidates }) {
    const others = nCandidates - ranks.length
    if (others === 0) return 1
    let won = 0
    for (let at = 0, end = 1; at < ranks.length && ranks[at] < Infinity; at = end++) {
      while (end < ranks.length && ranks[end] === ranks[at]) end++
      // of the items counted by this rank, `end` are relevant themselves
      won += (end - at) * (others - (ranks[at] - end))
    }
    return won / (ranks.length * others)
  },
}
