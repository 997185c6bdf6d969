// When each item was had, for what counts by time.
import type { Interactions, Timestamps } from './interactions.ts'

/** Rows in any order. */
export interface ItemTimes {
  /** [n] */
  readonly items: Int32Array
  /** [n] */
  readonly timestamps: Timestamps
  /** [n], 0 for rows that are not in the training set; absent where all are. */
  readonly isKept?: Uint8Array
}

/** Seconds of a day, as timestamps count. */
export const DAY_SECONDS = 86_400

/** The columns themselves, not copies; undefined without timestamps. */
export function timesOf({ items, timestamps }: Pick<Interactions, 'items' | 'timestamps'>, isKept?: Uint8Array): ItemTimes | undefined {
  return timestamps && { items, timestamps, ...(isKept && { isKept }) }
}

/** Rows later than this are of the last so many days before the newest row that is kept. */
export const startOfLast = (days: number, times: ItemTimes): number => newestOf(times) - days * DAY_SECONDS

/** The time of the newest row that is kept; −Infinity without one. */
export function newestOf({ timestamps, isKept }: ItemTimes): number {
  let newest = -Infinity
  for (let row = 0; row < timestamps.length; row++) if (timestamps[row] > newest && (!isKept || isKept[row])) newest = timestamps[row]
  return newest
}

/** Copies of the rows of the last so many days: all that a count over as many days, or fewer, asks for. */
export function lastDays(days: number, times: ItemTimes): ItemTimes {
  const { items, timestamps, isKept } = times
  const from = startOfLast(days, times)
  let n = 0
  for (let row = 0; row < timestamps.length; row++) if (timestamps[row] > from) n++
  const last = {
    items: new Int32Array(n),
    timestamps: timestamps instanceof Uint32Array ? new Uint32Array(n) : new Float64Array(n),
    ...(isKept && { isKept: new Uint8Array(n) }),
  }
  let to = 0
  for (let row = 0; row < timestamps.length; row++) {
    if (timestamps[row] <= from) continue
    last.items[to] = items[row]
    last.timestamps[to] = timestamps[row]
    if (last.isKept && isKept) last.isKept[to] = isKept[row]
    to++
  }
  return last
}
