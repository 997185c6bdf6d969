// In which order interactions of a user with equal timestamps stand: a rule, since the data do not say.
import { hash53 } from '../base/index.ts'
import type { Dataset } from './dataset.ts'

/** The rule: by a seeded hash of the ids, or the later row is the later one. */
export interface TieRule {
  readonly ties: 'hash' | 'file'
  /** Of the hash; an integer in [0, 2³²). */
  readonly seed: number
}

/** Puts rows of one user and one time in order, the latest first; rows: the latest arrival first. */
export type TieOrder = (rows: number[]) => number[]

/** With `hash` the greater hash is the later one, and equal hashes are ordered by the item's id. */
export function tieOrder({ interactions, users, items }: Pick<Dataset, 'interactions' | 'users' | 'items'>, { ties, seed }: TieRule): TieOrder {
  if (ties === 'file') return rows => rows
  return rows => rows
    .map(row => {
      const item = items.ids[interactions.items[row]]
      return { row, item, hash: hash53(seed, users.ids[interactions.users[row]], item) }
    })
    .sort((a, b) => b.hash - a.hash || (a.item < b.item ? 1 : -1))
    .map(({ row }) => row)
}
