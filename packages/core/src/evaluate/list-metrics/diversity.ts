import { jaccard } from '../../dataset/index.ts'
import { rowIndices } from '../../sparse/index.ts'
import type { MetricOfList } from './contract.ts'

/** Intra-list diversity (Ziegler et al. 2005, there as similarity). Two items without any attribute are alike. */
export const diversity: MetricOfList = {
  summary: 'Mean over the pairs of a list of 1 − |attributes in common| / |attributes of either|, as genres; 0 for one item.',
  better: 'higher',
  range: [0, 1],
  needsAttributes: true,
  ofUser({ items }, { attributes }) {
    if (!attributes || items.length < 2) return 0
    const sets = Array.from(items, item => rowIndices(attributes, item))
    let sum = 0
    for (let a = 1; a < sets.length; a++) for (let b = 0; b < a; b++) sum += 1 - jaccard(sets[a], sets[b])
    return sum / (sets.length * (sets.length - 1) / 2)
  },
}
