// Which rows belong to which user (or item), without sorting anything: one counting sort over positions.

/** The rows of key k are rows[starts[k] … starts[k + 1]), in arrival order. */
export interface RowGroups {
  /** [nKeys + 1], rising, from 0 to the number of rows. */
  readonly starts: Uint32Array
  /** [n], row positions. */
  readonly rows: Uint32Array
}

/** Groups row positions by key, stably. keys: [n], each in [0, nKeys). O(n + nKeys); 4 bytes a row. */
export function groupRows(keys: Int32Array, nKeys: number): RowGroups {
  const starts = new Uint32Array(nKeys + 1)
  for (let row = 0; row < keys.length; row++) starts[keys[row] + 1]++
  for (let key = 0; key < nKeys; key++) starts[key + 1] += starts[key]
  const next = starts.slice(0, nKeys)
  const rows = new Uint32Array(keys.length)
  for (let row = 0; row < keys.length; row++) rows[next[keys[row]]++] = row
  return { starts, rows }
}
