// Which rows belong to which user (or item), without sorting anything: one counting sort over positions.

/** The rows of key k are rows[starts[k] … starts[k + 1]), in arrival order. */
export interface RowGroups {
  /** [nKeys + 1], rising, from 0 to the number of rows. */
  readonly starts: Uint32Array
  /** [n], row positions; absent where rows stand grouped already, in the order of keys: then rows[at] = at. */
  readonly rows?: Uint32Array
}

/**
 * Groups row positions by key, stably. keys: [n], each in [0, nKeys). O(n + nKeys); 4 bytes a row, or none where the
 * keys rise already, as in a file that is sorted by user.
 */
export function groupRows(keys: Int32Array, nKeys: number): RowGroups {
  const starts = new Uint32Array(nKeys + 1)
  let isGrouped = true
  for (let row = 0; row < keys.length; row++) {
    starts[keys[row] + 1]++
    if (row > 0 && keys[row] < keys[row - 1]) isGrouped = false
  }
  for (let key = 0; key < nKeys; key++) starts[key + 1] += starts[key]
  if (isGrouped) return { starts }
  const next = starts.slice(0, nKeys)
  const rows = new Uint32Array(keys.length)
  for (let row = 0; row < keys.length; row++) rows[next[keys[row]]++] = row
  return { starts, rows }
}

/** Reads the rows of one key after another; what it returns is overwritten by the next call. */
export function rowReader({ starts, rows }: RowGroups): (key: number) => Uint32Array {
  let own = new Uint32Array(1024)
  return key => {
    if (rows) return rows.subarray(starts[key], starts[key + 1])
    const length = starts[key + 1] - starts[key]
    if (own.length < length) own = new Uint32Array(2 * length)
    for (let at = 0; at < length; at++) own[at] = starts[key] + at
    return own.subarray(0, length)
  }
}
