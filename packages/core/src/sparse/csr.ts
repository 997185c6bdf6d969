// Compressed sparse rows: row r holds columns indices[indptr[r] … indptr[r + 1]) with their values.
import { endOfUpTo, letGo } from '../base/index.ts'

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

/** Memory that threads read where it lies: shared where there is such, and where it is wanted. */
export const shareableBuffer = (bytes: number, shared = canShareMemory): ArrayBuffer | SharedArrayBuffer =>
  shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)

function emptyCsr(nRows: number, nColumns: number, nEntries: number): Csr {
  return {
    nRows,
    nColumns,
    indptr: new Uint32Array(shareableBuffer(4 * (nRows + 1))),
    indices: new Int32Array(shareableBuffer(4 * nEntries)),
    values: new Float32Array(shareableBuffer(4 * nEntries)),
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
  readonly nRows: number
  readonly nColumns: number
  readonly rows: Int32Array
  readonly columns: Int32Array
  readonly values: Float32Array
  /** 0 for entries to leave out; absent where there are none. */
  readonly isKept?: Uint8Array
}

/**
 * The entries by row, the columns of a row in the order in which they came: no matrix before `sortColumns`.
 *
 * mayLetGo: each array of the entries is ended as soon as it has been copied, to make room for the next.
 */
export function groupEntries({ nRows, nColumns, rows, columns, values: entryValues, isKept }: Entries, mayLetGo = false): Csr {
  const indptr = new Uint32Array(shareableBuffer(4 * (nRows + 1)))
  countStarts(rows, indptr, isKept)
  const scatter = (from: ArrayLike<number>, to: Int32Array | Float32Array): void => {
    const next = indptr.slice(0, nRows)
    for (let at = 0; at < rows.length; at++) if (!isKept || isKept[at]) to[next[rows[at]]++] = from[at]
  }
  const indices = new Int32Array(shareableBuffer(4 * indptr[nRows]))
  scatter(columns, indices)
  if (mayLetGo) letGo(columns)
  const values = new Float32Array(shareableBuffer(4 * indptr[nRows]))
  scatter(entryValues, values)
  if (mayLetGo) for (const array of [entryValues, rows, isKept]) letGo(array)
  return { nRows, nColumns, indptr, indices, values }
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
  countStarts(matrix.indices, result.indptr)
  place(matrix, result, result.indptr.slice(0, matrix.nColumns))
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

// Fills indptr with where the entries of each key begin.
function countStarts(keys: Int32Array, indptr: Uint32Array, isKept?: Uint8Array): void {
  for (let at = 0; at < keys.length; at++) if (!isKept || isKept[at]) indptr[keys[at] + 1]++
  for (let row = 1; row < indptr.length; row++) indptr[row] += indptr[row - 1]
}

/**
 * All entries of two matrices of one shape that have none in common; isFirst: [entries], 1 for those of the first.
 */
export function mergeRows(first: Csr, second: Csr): { readonly matrix: Csr, readonly isFirst: Uint8Array } {
  const n = first.indices.length + second.indices.length
  const matrix = emptyCsr(first.nRows, first.nColumns, n)
  const isFirst = new Uint8Array(n)
  let to = 0
  const take = (from: Csr, at: number): void => {
    matrix.indices[to] = from.indices[at]
    matrix.values[to] = from.values[at]
    isFirst[to++] = from === first ? 1 : 0
  }
  for (let row = 0; row < first.nRows; row++) {
    let other = second.indptr[row]
    for (let at = first.indptr[row]; at < first.indptr[row + 1]; at++) {
      while (other < second.indptr[row + 1] && second.indices[other] < first.indices[at]) take(second, other++)
      take(first, at)
    }
    while (other < second.indptr[row + 1]) take(second, other++)
    matrix.indptr[row + 1] = to
  }
  return { matrix, isFirst }
}

/**
 * A matrix that came from another thread, with its whole length: a view of more than 4 GiB loses length on the way
 * (Node 24), the memory under it does not.
 */
export function received(matrix: Csr): Csr {
  const { nRows, indptr, indices, values } = matrix
  const n = indptr[nRows]
  return { ...matrix, indices: new Int32Array(indices.buffer, indices.byteOffset, n), values: new Float32Array(values.buffer, values.byteOffset, n) }
}

/** Number of entries in a row. */
export const rowLength = (matrix: Csr, row: number): number => matrix.indptr[row + 1] - matrix.indptr[row]

/** The columns of a row, rising; a view, not a copy. */
export const rowIndices = (matrix: Csr, row: number): Int32Array => matrix.indices.subarray(matrix.indptr[row], matrix.indptr[row + 1])

/** Where the entry of a row and column stands in indices and values; −1 where there is none. The columns of the row rise. */
export function entryAt({ indptr, indices }: Csr, row: number, column: number): number {
  const at = endOfUpTo(column, indices, indptr[row], indptr[row + 1]) - 1
  return at >= indptr[row] && indices[at] === column ? at : -1
}

/** The values of a row, in the order of rowIndices; a view, not a copy. */
export const rowValues = (matrix: Csr, row: number): Float32Array => matrix.values.subarray(matrix.indptr[row], matrix.indptr[row + 1])
