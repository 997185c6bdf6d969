// Rows as a test writes them, the raw events a reader would make of them, and back.
import fc from 'fast-check'
import type { ItemId, UserId } from '../../src/base/index.ts'
import type { Dataset, Interactions, ItemInfo, RawEvents } from '../../src/dataset/index.ts'

export interface Row {
  readonly user: string
  readonly item: string
  readonly value: number
  readonly time?: number
}

/** Ids numbered in order of first appearance, or in the order of `ids` where that is given. */
export function rawEvents(
  rows: readonly Row[],
  { valueKind = 'rating', itemInfo = new Map(), userIds, itemIds }: {
    valueKind?: Interactions['valueKind']
    itemInfo?: ReadonlyMap<string, ItemInfo>
    userIds?: readonly string[]
    itemIds?: readonly string[]
  } = {},
): RawEvents {
  const users = userIds ?? [...new Set(rows.map(row => row.user))]
  const items = itemIds ?? [...new Set(rows.map(row => row.item))]
  const hasTimes = rows.some(row => row.time !== undefined)
  return {
    name: 'rows',
    synthetic: false,
    userIds: users as UserId[],
    itemIds: items as ItemId[],
    interactions: {
      nUsers: users.length,
      nItems: items.length,
      users: Int32Array.from(rows, row => users.indexOf(row.user)),
      items: Int32Array.from(rows, row => items.indexOf(row.item)),
      values: Float32Array.from(rows, row => row.value),
      valueKind,
      ...(hasTimes && { timestamps: Float64Array.from(rows, row => row.time ?? NaN) }),
    },
    itemInfo,
    rowsRead: rows.length,
    badRows: 0,
  }
}

/** The rows of a dataset (or of a part of it) with the ids of the outside world. */
export function rowsOf({ users, items }: Pick<Dataset, 'users' | 'items'>, interactions: Interactions): Row[] {
  return Array.from(interactions.users, (user, row) => ({
    user: users.ids[user],
    item: items.ids[interactions.items[row]],
    value: interactions.values[row],
    ...(interactions.timestamps && { time: interactions.timestamps[row] }),
  }))
}

/** Up to 60 rows of few users and items with ratings 1–5, so that repeats and equal times are common. */
export const someRows = (withTimes: boolean): fc.Arbitrary<Row[]> => fc.array(fc.record({
  user: fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5', 'u6'),
  item: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
  value: fc.integer({ min: 1, max: 5 }),
  ...(withTimes && { time: fc.integer({ min: 100, max: 106 }) }),
}), { minLength: 1, maxLength: 60 })

/** The same with every (user, item) at most once. */
export const distinctRows = (withTimes: boolean): fc.Arbitrary<Row[]> =>
  someRows(withTimes).map(rows => [...new Map(rows.map(row => [`${row.user} ${row.item}`, row])).values()])
