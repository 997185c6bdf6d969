// Columns of interactions whose number is not known beforehand: typed arrays that double, and ids that are
// numbered as they first appear. Nothing is kept per row besides the columns.
import type { ItemId, UserId } from '../base/index.ts'
import type { Interactions } from './interactions.ts'

/** Columns that take one row after another, and number the ids in order of first appearance. */
export interface GrowingColumns {
  /** Adds a row. A timestamp is given for every row or for none. */
  push(user: string | number, item: string | number, value: number, timestamp?: number): void
  /** Ids in index order and the columns, cut to size. */
  finish(valueKind: Interactions['valueKind']): { userIds: UserId[]; itemIds: ItemId[]; interactions: Interactions }
}

/** Empty columns. The number 7 and the string '7' are the same id. */
export function growingColumns(hasTimestamps: boolean): GrowingColumns {
  const userIds = numberedIds()
  const itemIds = numberedIds()
  let n = 0
  let users = new Int32Array(1024)
  let items = new Int32Array(1024)
  let values = new Float32Array(1024)
  let timestamps = new Float64Array(hasTimestamps ? 1024 : 0)
  const grow = (): void => {
    const length = 2 * n
    const larger = [new Int32Array(length), new Int32Array(length), new Float32Array(length)] as const
    larger[0].set(users)
    larger[1].set(items)
    larger[2].set(values)
    ;[users, items, values] = larger
    if (!hasTimestamps) return
    const times = new Float64Array(length)
    times.set(timestamps)
    timestamps = times
  }
  return {
    push(user, item, value, timestamp = 0) {
      if (n === users.length) grow()
      users[n] = userIds.indexOf(user)
      items[n] = itemIds.indexOf(item)
      values[n] = value
      if (hasTimestamps) timestamps[n] = timestamp
      n++
    },
    finish: valueKind => ({
      userIds: userIds.ids as UserId[],
      itemIds: itemIds.ids as ItemId[],
      interactions: {
        nUsers: userIds.ids.length,
        nItems: itemIds.ids.length,
        users: users.slice(0, n),
        items: items.slice(0, n),
        values: values.slice(0, n),
        valueKind,
        ...(hasTimestamps && { timestamps: timestamps.slice(0, n) }),
      },
    }),
  }
}

function numberedIds(): { ids: string[]; indexOf(id: string | number): number } {
  const ids: string[] = []
  const byText = new Map<string, number>()
  const byNumber = new Map<number, number>() // spares numeric ids a text a row
  const ofText = (id: string): number => {
    const known = byText.get(id)
    if (known !== undefined) return known
    byText.set(id, ids.length)
    return ids.push(id) - 1
  }
  const ofNumber = (id: number): number => {
    const known = byNumber.get(id)
    if (known !== undefined) return known
    const index = ofText(String(id))
    byNumber.set(id, index)
    return index
  }
  return { ids, indexOf: id => typeof id === 'number' ? ofNumber(id) : ofText(id) }
}
