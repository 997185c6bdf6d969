// Nothing that is hidden may be known to a fit: looked at in every part of what it is given. docs/decisions/0035-no-leakage.md
import { MatineeError } from '../base/index.ts'
import { entryAt, rowLength, type Csr } from '../sparse/index.ts'
import { newestOf, type ItemTimes } from './item-times.ts'
import type { Sequences } from './sequences.ts'
import type { TrainingSet } from './training-set.ts'

/** Interactions that a fit must not know. */
export interface Hidden {
  /** [n] */
  readonly users: ArrayLike<number>
  /** [n] */
  readonly items: ArrayLike<number>
  /** The moment from which on nothing may be known, where there is one. */
  readonly from?: number
}

/**
 * Throws ERR_LEAK where an interaction that is hidden is in any part of the training set, or one is from the moment on. `byUser` is held against
 * what is hidden, and the other parts against `byUser`: whose a row is they say in `sequences` alone, the others by how many there are of an item.
 *
 * what: of whom the error speaks. O(n + hidden · log(row)).
 */
export function checkHidden({ byUser, byItem, sequences, times }: TrainingSet, { users, items, from = Infinity }: Hidden, what: string): void {
  const fail = (part: string, detail: string): never => { throw new MatineeError('ERR_LEAK', `${what} would know what is hidden from it: in ${part} ${detail}.`) }
  for (let row = 0; row < users.length; row++) {
    if (entryAt(byUser, users[row], items[row]) >= 0) fail('byUser', `user ${users[row]} has item ${items[row]}, which is hidden`)
  }
  const counts = new Uint32Array(byUser.nColumns)
  for (let at = 0; at < byUser.indices.length; at++) counts[byUser.indices[at]]++
  const unlike = counts.findIndex((count, item) => count !== rowLength(byItem, item))
  if (unlike >= 0) fail('byItem', `item ${unlike} has ${rowLength(byItem, unlike)} people, and in byUser ${counts[unlike]}`)
  const stray = sequences && strayIn(sequences, byUser)
  if (stray) fail('sequences', `user ${stray.user} has item ${stray.item}, and in byUser not`)
  const item = times && hadTooOften(times, counts)
  if (item !== undefined) fail('times', `item ${item} has more rows than people who had it`)
  const newest = Math.max(times ? newestOf(times) : -Infinity, sequences?.timestamps ? newestOf({ items: sequences.items, timestamps: sequences.timestamps }) : -Infinity)
  if (newest >= from) fail('times or sequences', `the time ${newest} occurs, expected none from ${from} on`)
}

function strayIn({ indptr, items }: Sequences, byUser: Csr): { readonly user: number, readonly item: number } | undefined {
  const hadBy = new Int32Array(byUser.nColumns).fill(-1)
  for (let user = 0; user + 1 < indptr.length; user++) {
    for (let at = byUser.indptr[user]; at < byUser.indptr[user + 1]; at++) hadBy[byUser.indices[at]] = user
    for (let at = indptr[user]; at < indptr[user + 1]; at++) if (hadBy[items[at]] !== user) return { user, item: items[at] }
  }
  return undefined
}

// The times may be the last days alone: an item may have fewer.
function hadTooOften({ items, isKept }: ItemTimes, counts: Uint32Array): number | undefined {
  const left = counts.slice()
  for (let row = 0; row < items.length; row++) if ((!isKept || isKept[row]) && left[items[row]]-- === 0) return items[row]
  return undefined
}
