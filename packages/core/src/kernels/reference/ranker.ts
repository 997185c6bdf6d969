// Lists and ranks by their definition: every score, a sort, a count.
import { rowIndices, type Csr } from '../../sparse/index.ts'
import type { Lists, Ranker, Vectors } from '../contract.ts'
import { referenceScorer } from './scorer.ts'

/** ranked: item indices; the others are never listed and have no score. */
export function referenceRanker(itemFactors: Float32Array, nItems: number, factors: number, ranked: Int32Array): Ranker {
  const scorer = referenceScorer(itemFactors, nItems, factors)

  // NaN where an item is left out or cannot be ranked
  const scoresOf = ({ vectors, rows, excludeByRow, exclude, allow }: Vectors, v: number): Float32Array => {
    const all = new Float32Array(nItems)
    scorer.score(vectors.subarray(rows[v] * factors, (rows[v] + 1) * factors), 1, all)
    const scores = new Float32Array(nItems).fill(NaN)
    const allowed = allow && new Set(Array.from(allow))
    for (const item of ranked) if (!allowed || allowed.has(item)) scores[item] = all[item]
    for (const item of [...Array.from(exclude ?? []), ...excludeByRow ? rowIndices(excludeByRow, rows[v]) : []]) scores[item] = NaN
    return scores
  }

  const listsNow = (vectors: Vectors, k: number): Lists => {
    const n = vectors.rows.length
    const lists = { k, items: new Int32Array(n * k).fill(-1), scores: new Float32Array(n * k).fill(-Infinity) }
    for (let v = 0; v < n; v++) {
      const scores = scoresOf(vectors, v)
      const order = Array.from(scores.keys()).filter(item => !Number.isNaN(scores[item]))
      order.sort((a, b) => scores[a] === scores[b] ? a - b : scores[a] > scores[b] ? -1 : 1)
      order.slice(0, k).forEach((item, place) => {
        lists.items[v * k + place] = item
        lists.scores[v * k + place] = scores[item]
      })
    }
    return lists
  }

  const ranks = async (vectors: Vectors, relevant: Csr): Promise<Float64Array> => Float64Array.from(
    Array.from(vectors.rows).flatMap((row, v) => {
      const scores = scoresOf(vectors, v)
      return Array.from(rowIndices(relevant, row), item => {
        if (Number.isNaN(scores[item])) return Infinity
        return scores.reduce((rank, score) => rank + (score >= scores[item] ? 1 : 0), 0)
      })
    }))

  return { listsNow, lists: async (vectors, k) => listsNow(vectors, k), ranks }
}
