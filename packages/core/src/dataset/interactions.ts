// Interactions as columns. Their order is the order in which they arrived (the file's order), and where
// there are no timestamps that order is the time.

/** Seconds since 1970: 4 bytes a row where all are whole and below 2³², else 8. */
export type Timestamps = Uint32Array | Float64Array

/** One row an interaction; all columns have the same length. */
export interface Interactions {
  readonly nUsers: number
  readonly nItems: number
  /** [n], user indices in [0, nUsers). */
  readonly users: Int32Array
  /** [n], item indices in [0, nItems). */
  readonly items: Int32Array
  /** [n], > 0: ratings, or weights that need no further scaling. */
  readonly values: Float32Array
  readonly valueKind: 'rating' | 'weight'
  /** [n], seconds since 1970, or absent. Rows need not be in time order. */
  readonly timestamps?: Timestamps
}

/** The rows at the given positions, in that order; index spaces stay as they are. */
export function selectRows(from: Interactions, rows: ArrayLike<number>): Interactions {
  const { length } = rows
  const users = new Int32Array(length)
  const items = new Int32Array(length)
  const values = new Float32Array(length)
  const timestamps = from.timestamps && (from.timestamps instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length))
  for (let to = 0; to < length; to++) {
    const row = rows[to]
    users[to] = from.users[row]
    items[to] = from.items[row]
    values[to] = from.values[row]
    if (timestamps && from.timestamps) timestamps[to] = from.timestamps[row]
  }
  return { nUsers: from.nUsers, nItems: from.nItems, users, items, values, valueKind: from.valueKind, ...(timestamps && { timestamps }) }
}
