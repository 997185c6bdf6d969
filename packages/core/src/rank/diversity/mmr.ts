// Maximal marginal relevance (Carbonell and Goldstein 1998), within caps.
import type { CapCounts } from './caps.ts'

/** Items with their scores, best first. */
export interface ScoredItems {
  /** [n], item indices */
  readonly items: ArrayLike<number>
  /** [n] */
  readonly scores: ArrayLike<number>
}

/** How much likeness counts, and what it is. */
export interface Likeness {
  /** δ, in [0, 1] */
  readonly mmr: number
  /** Of two items, in [0, 1]. */
  readonly similarity: (a: number, b: number) => number
}

/**
 * Places of a pool in the order of (1 − δ) · relevance − δ · greatest similarity to what stands above, at most n; of equals the one that
 * stood first. Items that the caps do not admit are left out, those chosen are counted.
 *
 * above: items that stand above all of them. O(pool · (n + above)) similarities, none with δ = 0.
 */
export function byMarginalRelevance({ items, scores }: ScoredItems, n: number, { mmr, similarity }: Likeness, caps: CapCounts, above: readonly number[]): number[] {
  const relevance = relevanceOf(scores)
  const greatest = new Float64Array(items.length)
  const left = new Set(greatest.keys()) // in the order of the list
  const countLikeness = (item: number): void => {
    if (mmr > 0) for (const place of left) greatest[place] = Math.max(greatest[place], similarity(item, items[place]))
  }
  above.forEach(countLikeness)
  const chosen: number[] = []
  while (chosen.length < n) {
    let best: number | undefined
    let most = NaN
    for (const place of left) {
      if (!caps.admits(items[place])) {
        left.delete(place)
        continue
      }
      const gain = (1 - mmr) * relevance[place] - mmr * greatest[place]
      if (best !== undefined && !(gain > most)) continue
      best = place
      most = gain
    }
    if (best === undefined) break
    left.delete(best)
    caps.add(items[best])
    countLikeness(items[best])
    chosen.push(best)
  }
  return chosen
}

// Scores of a pool as relevance, [n]: 1 for the best, 0 for the last, linear between; 1 where all are equal.
function relevanceOf(scores: ArrayLike<number>): Float64Array {
  const last = scores[scores.length - 1]
  const range = scores[0] - last
  return Float64Array.from(scores, score => range === 0 ? 1 : (score - last) / range)
}
