// Each user's items in order of time, for models that ask what follows what.
import type { Dataset } from './dataset.ts'
import { groupRows, rowReader } from './group-rows.ts'
import type { Timestamps } from './interactions.ts'
import { tieOrder, type TieOrder, type TieRule } from './tie-order.ts'

/** The items of user u are items[indptr[u] … indptr[u + 1]), the earliest first. */
export interface Sequences {
  /** [nUsers + 1] */
  readonly indptr: Uint32Array
  /** [n], item indices, no repeats within a user. */
  readonly items: Int32Array
  /** [n], seconds; absent where the data have no timestamps. */
  readonly timestamps?: Timestamps
}

/**
 * The order is that of the timestamps, then of the rule, as leave-last-n has it; without timestamps it is the order of arrival.
 * isKept: [n], 0 for rows to leave out.
 */
export function sequencesOf(dataset: Pick<Dataset, 'interactions' | 'users' | 'items'>, rule: TieRule, isKept?: Uint8Array): Sequences {
  const { nUsers, users, items, timestamps } = dataset.interactions
  const rowsOfUser = rowReader(groupRows(users, nUsers))
  const latestFirst = tieOrder(dataset, rule)
  const indptr = new Uint32Array(nUsers + 1)
  const length = isKept ? isKept.reduce((n, kept) => n + kept, 0) : users.length
  const result = new Int32Array(length)
  const times = timestamps && (timestamps instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length))
  let to = 0
  for (let user = 0; user < nUsers; user++) {
    const rows = timestamps ? inOrderOfTime(rowsOfUser(user), timestamps, latestFirst) : rowsOfUser(user)
    for (let at = 0; at < rows.length; at++) {
      if (isKept && !isKept[rows[at]]) continue
      if (times && timestamps) times[to] = timestamps[rows[at]]
      result[to++] = items[rows[at]]
    }
    indptr[user + 1] = to
  }
  return { indptr, items: result, ...(times && { timestamps: times }) }
}

/** Rows of one user, the earliest first. rows: in order of arrival. */
export function inOrderOfTime(rows: Uint32Array, timestamps: Timestamps, latestFirst: TieOrder): Uint32Array {
  const sorted = rows.slice().sort((a, b) => timestamps[a] - timestamps[b] || a - b)
  for (let start = 0, end = 1; start < sorted.length; start = end++) {
    while (end < sorted.length && timestamps[sorted[end]] === timestamps[sorted[start]]) end++
    if (end - start > 1) sorted.set(latestFirst([...sorted.subarray(start, end)].reverse()).reverse(), start)
  }
  return sorted
}
