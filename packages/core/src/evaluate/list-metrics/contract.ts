// What a metric of lists is: it looks at what is recommended, and not at what was hidden.
import type { Csr } from '../../sparse/index.ts'
import type { MetricTraits } from '../metrics/contract.ts'

/** What the lists are seen against. */
export interface ListWorld {
  readonly nItems: number
  readonly nUsers: number
  /** [nItems] training interactions of each item. */
  readonly popularity: ArrayLike<number>
  /** [nItems × attributes], a row the numbers of an item's attributes; absent where the catalogue has none that are lists. */
  readonly attributes?: Csr
}

/** One user's list. */
export interface UserList {
  /** At most k item indices, best first; fewer where there are no more candidates. */
  readonly items: Int32Array
  /** The items that the user is known to have had; in no list. */
  readonly history: Int32Array
}

/** A number for each user, and the mean of these. */
export interface MetricOfList extends MetricTraits {
  ofUser(list: UserList, world: ListWorld): number
  /** As for `Metric`: the mean is Σ ofUser / Σ outOf. */
  outOf?(list: UserList, world: ListWorld): number
  /** Computed only where the catalogue has attributes that are lists. */
  readonly needsAttributes?: true
}

/** One number for all lists together. shown: [nItems], in how many lists each item stands. */
export interface MetricOfAllLists extends MetricTraits {
  ofAll(shown: Uint32Array): number
}

/** A line of the registry. */
export type ListMetric = MetricOfList | MetricOfAllLists

/** The mean of `values` at the items of a list or history; 0 of none. */
export function meanAt(items: Int32Array, valueOf: (item: number) => number): number {
  let sum = 0
  for (const item of items) sum += valueOf(item)
  return items.length === 0 ? 0 : sum / items.length
}
