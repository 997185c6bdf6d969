// What a slice is: the relevant items in groups, each measured by itself.
import type { Interactions } from '../../dataset/index.ts'
import type { Csr } from '../../sparse/index.ts'

/** What groups can be made of. */
export interface SliceData {
  /** The users with something hidden, rising. */
  readonly users: Int32Array
  /** [nUsers × nItems], what is known of a user: the training interactions, or the history that is folded in. */
  readonly known: Csr
  /** [nUsers × nItems], what was hidden, with its ratings or weights. */
  readonly relevant: Csr
  readonly valueKind: Interactions['valueKind']
  /** [nItems] training interactions of each item. */
  readonly popularity: Uint32Array
  /** [nUsers], 1 for a user whose hidden items were chosen among equal times by a rule; absent where time had no say. */
  readonly decidedByTies?: Uint8Array
}

/** A group of a slice. */
export interface SliceGroup {
  readonly name: string
  /** Which relevant items are in it, for people. */
  readonly what: string
}

/** Each relevant item is in one group. */
export interface Slicing {
  readonly groups: readonly SliceGroup[]
  /** The number of the group of a relevant item; value: its rating or weight. */
  groupOf(user: number, item: number, value: number): number
}

/** A line of the registry. */
export interface SliceDefinition {
  /** One sentence for the docs table. */
  readonly summary: string
  /** Undefined where the data do not tell. */
  slice(data: SliceData): Slicing | undefined
}

/** Numbers as people read a range. */
export const fromTo = (low: number, high: number): string => low >= high ? `${high}` : `${low} to ${high}`
