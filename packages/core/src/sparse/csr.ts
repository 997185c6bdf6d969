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
  return sortColumns(groupEntries({ rows, columns, values, nRows, nColumns })).matrix
}

/** Entries in any order, without repeated (row, column); all columns [entries]. */
export interface Entries {
  readonly rows: Int32Array
  readonly columns: Int32Array
  readonly values: Float32Array
  readonly nRows: number
  readonly nColumns: number
}

/**
 * The entries by row, the columns of a row in the order in which they came: not a matrix before `sortColumns`.
 * Where `isKept` is given, entries with 0 are left out.
 */
export function groupEntries({ rows, columns, values, nRows, nColumns }: Entries, isKept?: Uint8Array): Csr {
  let nEntries = rows.length
  if (isKept) for (let at = 0; at < rows.length; at++) if (!isKept[at]) nEntries--
  const result = emptyCsr(nRows, nColumns, nEntries)
  const next = countStarts(rows, result, isKept)
  for (let at = 0; at < rows.length; at++) {
    if (isKept && !isKept[at]) continue
    const to = next[rows[at]]++
    result.indices[to] = columns[at]
    result.values[to] = values[at]
  }
  return result
}

/** Puts the columns of each row in order, in place, and gives the transpose that this takes. 8 bytes an entry for both. */
export function sortColumns(matrix: Csr): { readonly matrix: Csr, readonly transposed: Csr } {
  // Two stable counting sorts: by column, then by row again. The second leaves the columns of a row in order.
  const transposed = transpose(matrix)
  place(transposed, matrix, matrix.indptr.slice(0, matrix.nRows))
  return { matrix, transposed }
}

/** The matrix [nColumns × nRows] with the same entries. */
export function transpose(matrix: Csr): Csr {
  const result = emptyCsr(matrix.nColumns, matrix.nRows, matrix.indices.length)
  place(matrix, result, countStarts(matrix.indices, result))
  return result
}

// Puts each entry of a matrix where its transpose has it; next: [nColumns], where the next of each column goes.
function place(matrix: Csr, result: Csr, next: Uint32Array): void {
  for (let row = 0; row < matrix.nRows; row++) {
    for (let at = matrix.indptr[row]; at < matrix.indptr[row + 1]; at++) {
      const to = next[matrix.indices[at]]++
      result.indices[to] = row
      result.values[to] = matrix.values[at]
    }
  }
}

// Fills indptr and returns a copy of the rows' starts, to be moved on as entries are placed.
function countStarts(keys: Int32Array, result: Csr, isKept?: Uint8Array): Uint32Array {
  const { indptr, nRows } = result
  for (let at = 0; at < keys.length; at++) if (!isKept || isKept[at]) indptr[keys[at] + 1]++
  for (let row = 0; row < nRows; row++) indptr[row + 1] += indptr[row]
  return Uint32Array.from(indptr.subarray(0, nRows))
}

/** Number of entries in a row. */
export const rowLength = (matrix: Csr, row: number): number => matrix.indptr[row + 1] - matrix.indptr[row]

/** The columns of a row, rising; a view, not a copy. */
export const rowIndices = (matrix: Csr, row: number): Int32Array => matrix.indices.subarray(matrix.indptr[row], matrix.indptr[row + 1])

/** The values of a row, in the order of rowIndices; a view, not a copy. */
export const rowValues = (matrix: Csr, row: number): Float32Array => matrix.values.subarray(matrix.indptr[row], matrix.indptr[row + 1])
