// Compressed sparse rows: row r holds columns indices[indptr[r] … indptr[r + 1]) with their values.

/** A sparse matrix [nRows × nColumns]; within a row the columns rise strictly. */
export interface Csr {
  readonly nRows: number
  readonly nColumns: number
  /** [nRows + 1], rising, from 0 to the number of entries. */
  readonly indptr: Uint32Array
  /** [entries], each in [0, nColumns). */
  readonly indices: Int32Array
  /** [entries]. */
  readonly values: Float32Array
}

/** Whether this place lets threads share memory (Node yes; a page only when it is cross-origin isolated). */
export const canShareMemory: boolean = typeof SharedArrayBuffer !== 'undefined'

// Threads read the matrix where it lies, so it is put into shared memory where there is any.
const buffer = (bytes: number): ArrayBuffer | SharedArrayBuffer => canShareMemory ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)

function emptyCsr(nRows: number, nColumns: number, nEntries: number): Csr {
  return {
    nRows,
    nColumns,
    indptr: new Uint32Array(buffer(4 * (nRows + 1))),
    indices: new Int32Array(buffer(4 * nEntries)),
    values: new Float32Array(buffer(4 * nEntries)),
  }
}

/**
 * Builds the matrix from its entries in any order.
 *
 * rows, columns, values: [entries], without repeated (row, column). O(entries + nRows + nColumns).
 */
export function buildCsr(rows: Int32Array, columns: Int32Array, values: Float32Array, nRows: number, nColumns: number): Csr {
  // Two stable counting sorts: by column, then by row. The second leaves the columns of a row in order.
  return transpose(group(columns, rows, values, nColumns, nRows))
}

/** The matrix [nColumns × nRows] with the same entries. */
export function transpose(matrix: Csr): Csr {
  const result = emptyCsr(matrix.nColumns, matrix.nRows, matrix.indices.length)
  const next = countStarts(matrix.indices, result)
  for (let row = 0; row < matrix.nRows; row++) {
    for (let at = matrix.indptr[row]; at < matrix.indptr[row + 1]; at++) {
      const to = next[matrix.indices[at]]++
      result.indices[to] = row
      result.values[to] = matrix.values[at]
    }
  }
  return result
}

function group(rows: Int32Array, columns: Int32Array, values: Float32Array, nRows: number, nColumns: number): Csr {
  const result = emptyCsr(nRows, nColumns, rows.length)
  const next = countStarts(rows, result)
  for (let at = 0; at < rows.length; at++) {
    const to = next[rows[at]]++
    result.indices[to] = columns[at]
    result.values[to] = values[at]
  }
  return result
}

// Fills indptr and returns a copy of the rows' starts, to be moved on as entries are placed.
function countStarts(keys: Int32Array, result: Csr): Uint32Array {
  const { indptr, nRows } = result
  for (let at = 0; at < keys.length; at++) indptr[keys[at] + 1]++
  for (let row = 0; row < nRows; row++) indptr[row + 1] += indptr[row]
  return Uint32Array.from(indptr.subarray(0, nRows))
}

/** Number of entries in a row. */
export const rowLength = (matrix: Csr, row: number): number => matrix.indptr[row + 1] - matrix.indptr[row]

/** The columns of a row, rising; a view, not a copy. */
export const rowIndices = (matrix: Csr, row: number): Int32Array => matrix.indices.subarray(matrix.indptr[row], matrix.indptr[row + 1])

/** The values of a row, in the order of rowIndices; a view, not a copy. */
export const rowValues = (matrix: Csr, row: number): Float32Array => matrix.values.subarray(matrix.indptr[row], matrix.indptr[row + 1])
