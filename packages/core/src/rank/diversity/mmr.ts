// Maximal marginal relevance (Carbonell and Goldstein 1998), within caps.
import { jaccard } from '../../dataset/index.ts'
import type { CapCounts } from './caps.ts'

/** Items with their scores, best first. */
export interface ScoredItems {
  /** [n], item indices */
  readonly items: ArrayLike<number>
  /** [n] */
  readonly scores: ArrayLike<number>
}

/**
 * Places of a pool in the order of (1 − δ) · relevance − δ · greatest similarity to what stands above, at most n; of equals the one that
 * stood first. Items that the caps do not admit are left out, those chosen are counted.
 *
 * delta: δ, in [0, 1]. setOf: an item's attributes, by whose Jaccard similarity items are alike. above: items that stand above all of the
 * pool. O(pool · (n + above)) similarities.
 */
export function byMarginalRelevance(
  { items, scores }: ScoredItems, n: number, delta: number, setOf: (item: number) => Int32Array, caps: CapCounts, above: readonly number[],
): number[] {
  const relevance = relevanceOf(scores)
  const sets = Array.from(items, setOf)
  const greatest = new Float64Array(items.length)
  const left = new Set(greatest.keys()) // in the order of the list
  const countLikeness = (set: Int32Array): void => {
    for (const place of left) greatest[place] = Math.max(greatest[place], jaccard(set, sets[place]))
  }
  for (const item of above) countLikeness(setOf(item))
  const chosen: number[] = []
  while (chosen.length < n && left.size > 0) {
    let best: number | undefined
    let most = NaN
    for (const place of left) {
      const gain = (1 - delta) * relevance[place] - delta * greatest[place]
      if (best !== undefined && !(gain > most)) continue
      best = place
      most = gain
    }
    const place = best as number
    left.delete(place)
    if (!caps.admits(items[place])) continue
    caps.add(items[place])
    countLikeness(sets[place])
    chosen.push(place)
  }
  return chosen
}

// Scores of a pool as relevance, [n]: 1 for the best, 0 for the last, linear between; 1 where all are equal.
function relevanceOf(scores: ArrayLike<number>): Float64Array {
  const last = scores[scores.length - 1]
  const range = scores[0] - last
  return Float64Array.from(scores, score => range === 0 ? 1 : (score - last) / range)
}
