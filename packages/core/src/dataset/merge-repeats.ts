// A (user, item) that comes again: the latest rating wins, the weights of events add up.
// The same rule holds for files and for feedback.
import { groupRows } from './group-rows.ts'
import type { Interactions } from './interactions.ts'

export interface Merged {
  /** [n], the columns' own values unless weights were added. */
  readonly values: Float32Array
  /** Rows that gave way to another row of their (user, item). */
  readonly repeated: number
}

/**
 * Clears `kept` for every row but the latest of its (user, item), and adds up weights in that latest row.
 *
 * The latest row has the greatest timestamp; among equal or absent timestamps it is the one that arrived
 * last. kept: [n], 1 for rows that count; changed in place. The interactions are not changed.
 */
export function mergeRepeats(interactions: Interactions, kept: Uint8Array): Merged {
  const { nUsers, nItems, users, items, timestamps, valueKind } = interactions
  const { starts, rows } = groupRows(users, nUsers)
  const seenBy = new Int32Array(nItems).fill(-1) // the last user who had the item
  const latestRow = new Uint32Array(nItems) // … and that user's latest row of it
  const sums = valueKind === 'weight' ? new Float64Array(nItems) : undefined
  let values = interactions.values
  let repeated = 0
  for (let user = 0; user < nUsers; user++) {
    for (let at = starts[user]; at < starts[user + 1]; at++) {
      const row = rows ? rows[at] : at
      if (!kept[row]) continue
      const item = items[row]
      if (seenBy[item] !== user) {
        seenBy[item] = user
        latestRow[item] = row
        if (sums) sums[item] = values[row]
        continue
      }
      const before = latestRow[item]
      const winner = timestamps && timestamps[row] < timestamps[before] ? before : row
      kept[winner === row ? before : row] = 0
      latestRow[item] = winner
      repeated++
      if (!sums) continue
      sums[item] += interactions.values[row]
      if (values === interactions.values) values = values.slice()
      values[winner] = sums[item]
    }
  }
  return { values, repeated }
}
