// One thread's part in inverting a symmetric matrix that lies in tiles.
//
// The symmetric sweep (Goodnight 1979, in blocks): with P = A_kk⁻¹, step k makes
//   A_ij ← A_ij − A_ik P A_kj,   A_ik ← A_ik P,   A_kk ← −P
// and after all steps A ← −A⁻¹. A stays symmetric, so the tiles on and below the diagonal are all there is.
// Each step is two phases: columns (B_i = A_ik P, and A_ikᵀ in panels), then rows of tiles.
import type { Csr } from '../../sparse/index.ts'
import type { KernelExports } from './module.ts'

/** Rows and columns of a tile; assembly/tiles.ts. */
export const SIDE = 128
export const TILE_BYTES = 4 * SIDE * SIDE

export const InversePhase = { gram: 0, columns: 1, rows: 2 } as const

/** Byte offsets, all of whole tiles. */
export interface InverseLayout {
  /** Columns of the matrix. */
  readonly n: number
  /** Tiles a side. */
  readonly m: number
  /** Tile (i, j), j ≤ i, is number i (i + 1) / 2 + j from here on: from 0. */
  readonly products: number
  /** [m], A_ikᵀ in panels. */
  readonly columns: number
  /** −P in panels. */
  readonly pivot: number
  /** One a thread. */
  readonly scratch: number
  readonly sizeBytes: number
}

/** What threads share besides the memory. */
export interface InverseShared {
  readonly layout: InverseLayout
  readonly byUser: Csr
  readonly byItem: Csr
  /** [n], what is added to the diagonal. */
  readonly diagonal: Float64Array
  /** [phase, k] */
  readonly phase: Int32Array
}

export const tileAt = (i: number, j: number): number => (i * (i + 1) / 2 + j) * TILE_BYTES

/** The function that does a chunk of the phase at hand: a row of tiles, the longest first. */
export function inverseThread(kernels: KernelExports, memory: WebAssembly.Memory, shared: InverseShared, slot: number): (chunk: number) => void {
  const { layout: { n, m, products, columns, pivot, scratch }, phase } = shared
  const own = scratch + slot * TILE_BYTES

  const fillGram = (i: number): void => {
    const sums = new Float64Array(n)
    const last = Math.min(n, (i + 1) * SIDE)
    for (let item = i * SIDE; item < (i + 1) * SIDE; item++) {
      if (item < n) addRow(shared, item, last, sums)
      for (let j = 0; j <= i; j++) {
        const row = new Float32Array(memory.buffer, tileAt(i, j) + 4 * SIDE * (item - i * SIDE), SIDE)
        for (let column = 0; column < SIDE; column++) {
          const other = j * SIDE + column
          row[column] = item < n && other < n ? sums[other] : item === other ? 1 : 0 // padding: the identity
        }
      }
      sums.fill(0)
    }
  }

  // A_ik, row-major, wherever it lies or is put
  const columnTile = (i: number, k: number): number => {
    if (i > k) return tileAt(i, k)
    kernels.transposeTile(tileAt(k, i), own)
    return own
  }

  const prepareColumn = (i: number, k: number): void => {
    const tile = columnTile(i, k)
    const product = products + i * TILE_BYTES
    new Float32Array(memory.buffer, product, SIDE * SIDE).fill(0)
    kernels.subtractProduct(tile, pivot, product)
    kernels.packTransposed(tile, columns + i * TILE_BYTES)
  }

  const sweepRow = (i: number, k: number): void => {
    const product = products + i * TILE_BYTES
    for (let j = 0; j <= i; j++) if (j !== k) kernels.subtractProduct(product, columns + j * TILE_BYTES, tileAt(i, j))
    if (i > k) new Uint8Array(memory.buffer).copyWithin(tileAt(i, k), product, product + TILE_BYTES)
    else kernels.transposeTile(product, tileAt(k, i))
  }

  return chunk => {
    const i = m - 1 - chunk
    const k = phase[1]
    if (phase[0] === InversePhase.gram) fillGram(i)
    else if (i !== k) (phase[0] === InversePhase.columns ? prepareColumn : sweepRow)(i, k)
  }
}

// sums[j] += Σ_u x_ui x_uj for j < last, and the diagonal's own
function addRow({ byUser, byItem, diagonal }: InverseShared, item: number, last: number, sums: Float64Array): void {
  for (let at = byItem.indptr[item]; at < byItem.indptr[item + 1]; at++) {
    const user = byItem.indices[at]
    const value = byItem.values[at]
    for (let to = byUser.indptr[user]; to < byUser.indptr[user + 1] && byUser.indices[to] < last; to++) {
      sums[byUser.indices[to]] += value * byUser.values[to]
    }
  }
  sums[item] += diagonal[item]
}
