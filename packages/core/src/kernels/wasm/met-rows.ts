// The rows of the opposite side that a chunk meets, numbered for it alone.

export interface MetRows {
  /** [nRows]: where a row that the chunk meets stands among those. */
  readonly placeOf: Int32Array
  /** Forgets the last chunk and takes in another; columns: of its interactions. Returns the rows, each once, rising. */
  meet(columns: readonly Int32Array[]): Int32Array
}

/** nRows: of the opposite side. */
export function metRows(nRows: number): MetRows {
  const placeOf = new Int32Array(nRows).fill(-1)
  let rows = new Int32Array(0)
  return {
    placeOf,
    meet(columns) {
      for (const row of rows) placeOf[row] = -1
      rows = new Int32Array(columns.reduce((sum, { length }) => sum + length, 0))
      let nMet = 0
      for (const some of columns) {
        for (let at = 0; at < some.length; at++) {
          if (placeOf[some[at]] >= 0) continue
          placeOf[some[at]] = 0
          rows[nMet++] = some[at]
        }
      }
      rows = rows.subarray(0, nMet).sort() // so that rows solved together meet them in the order of memory
      for (let place = 0; place < nMet; place++) placeOf[rows[place]] = place
      return rows
    },
  }
}
