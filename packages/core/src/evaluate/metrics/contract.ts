// What a metric is: a number for one user, from the ranks of what was hidden from the model.

/**
 * ranks: the pessimistic ranks (1 = first) of a user's relevant items, rising; Infinity for one that the model
 * cannot score. k: list length, an integer ≥ 1. The result is in [0, 1].
 */
export interface Metric {
  /** One sentence with the formula. */
  readonly summary: string
  ofUser(ranks: ArrayLike<number>, k: number): number
}

/** How many of the ranks lie in the first k places. */
export function hitsWithin(ranks: ArrayLike<number>, k: number): number {
  let hits = 0
  for (let at = 0; at < ranks.length; at++) if (ranks[at] <= k) hits++
  return hits
}
