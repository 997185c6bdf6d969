// What a metric is: a number for one user, from the ranks of what was hidden from the model.

/** How a number is read. */
export interface MetricTraits {
  /** One sentence with the formula. */
  readonly summary: string
  /** Which way is better; `neither` where it describes a list and does not judge it. */
  readonly better: 'higher' | 'lower' | 'neither'
  /** What the mean over users can be, ends included. */
  readonly range: readonly [lowest: number, highest: number]
}

/** What a metric may ask of a user besides the ranks. */
export interface RankedUser {
  /** Items that were ranked, the relevant ones among them. */
  readonly nCandidates: number
  /** [relevant] training interactions of the relevant items, in the order of their ranks. */
  readonly popularity: ArrayLike<number>
}

/**
 * ranks: the pessimistic ranks (1 = first) of a user's relevant items, rising; Infinity for one that the model
 * cannot score. k: list length, an integer ≥ 1.
 */
export interface Metric extends MetricTraits {
  ofUser(ranks: ArrayLike<number>, k: number, user: RankedUser): number
  /**
   * What the user's number is a part of. With it the mean is Σ ofUser / Σ outOf over users, and not each user counts
   * the same; 1 by default.
   */
  outOf?(ranks: ArrayLike<number>, k: number, user: RankedUser): number
  /** Of the whole order, however deep: its name has no @k, and it is computed where every rank is known. */
  readonly isOfWholeOrder?: true
}

/** How many of the ranks lie in the first k places. */
export function hitsWithin(ranks: ArrayLike<number>, k: number): number {
  let hits = 0
  for (let at = 0; at < ranks.length; at++) if (ranks[at] <= k) hits++
  return hits
}

/** In [0, 1], 1 is best. */
export const share = { better: 'higher', range: [0, 1] } as const satisfies Partial<MetricTraits>
