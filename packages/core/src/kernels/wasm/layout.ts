// Where everything lies in the wasm memory. Computed once, before the memory is made: it never grows, so
// views over it stay valid, and a problem that does not fit is refused with numbers.
import { MatineeError } from '../../base/index.ts'
import type { AlsProblem, Side } from '../contract.ts'
import type { Csr } from '../../sparse/index.ts'

/** Bytes that a 32-bit wasm memory can have. */
export const MAX_MEMORY_BYTES = 65536 * 65536
/** Rows of a chunk at most, so that a thread's share of scratch is small. */
const CHUNK_ROWS = 64
/** A chunk is full once its interactions and rows cost this much. */
const CHUNK_COST = 2048
/** What a row costs besides its interactions (transforming it there and back), in interactions. */
const ROW_COST = 16
/** The gram matrix is summed in this many parts at most, in a fixed order. */
const GRAM_PARTS = 64
/** Bytes of gathered rows that stay in a core's cache. */
const BLOCK_BYTES = 128 * 1024

/** Byte offsets of one side's arrays. */
export interface SideLayout {
  readonly nRows: number
  /** float32 [nRows × stride] */
  readonly factors: number
  /** [chunks + 1] first row of each chunk of `solve` */
  readonly chunks: Uint32Array
  /** Rows of one part of the gram matrix. */
  readonly gramRows: number
  readonly gramParts: number
}

/** Byte offsets of one thread's scratch; Work in assembly/interactions.ts has the fields. */
export interface SlotLayout {
  readonly work: number
  readonly indptr: number
  readonly indices: number
  readonly values: number
  readonly block: number
  readonly gains: number
  readonly vectors: number
  readonly matrix: number
  readonly sums: number
  readonly wide: number
  /** float32 [CHUNK_ROWS × stride], whitened factors of the chunk in work */
  readonly rows: number
}

export interface AlsLayout {
  /** factors rounded up to a multiple of 8 */
  readonly stride: number
  readonly blockRows: number
  readonly sides: Readonly<Record<Side, SideLayout>>
  /** float32 [max(nUsers, nItems) × stride] */
  readonly whitened: number
  /** L⁻ᵀ, L, L⁻¹ in panels of eight columns, float32 [stride × stride] each */
  readonly whiten: number
  readonly color: number
  readonly unwhiten: number
  /** float64 [stride × stride] */
  readonly gram: number
  /** float64 [gramParts × stride × stride] */
  readonly gramParts: number
  readonly slots: readonly SlotLayout[]
  readonly sizeBytes: number
}

/** factors rounded up to a multiple of 8. */
export const strideOf = (factors: number): number => Math.ceil(factors / 8) * 8

/** Lays out one ALS problem for `threads` threads. Throws ERR_MEMORY when it does not fit 4 GiB. */
export function layOutAls(problem: AlsProblem, threads: number): AlsLayout {
  const stride = strideOf(problem.factors)
  const place = placer()
  const users = layOutSide(problem.byUser, stride, place)
  const items = layOutSide(problem.byItem, stride, place)
  const blockRows = Math.max(32, Math.floor(BLOCK_BYTES / (4 * stride * 4)) * 4)
  const entries = Math.max(largestChunk(problem.byUser, users.chunks), largestChunk(problem.byItem, items.chunks))
  const layout = {
    stride,
    blockRows,
    sides: { users, items },
    whitened: place(4 * stride * Math.max(users.nRows, items.nRows)),
    whiten: place(4 * stride * stride),
    color: place(4 * stride * stride),
    unwhiten: place(4 * stride * stride),
    gram: place(8 * stride * stride),
    gramParts: place(8 * stride * stride * Math.max(users.gramParts, items.gramParts)),
    slots: Array.from({ length: threads }, () => ({
      work: place(96),
      indptr: place(4 * (CHUNK_ROWS + 1)),
      indices: place(4 * entries),
      values: place(4 * entries),
      block: place(4 * stride * blockRows),
      gains: place(4 * blockRows),
      vectors: place(4 * stride * 5),
      matrix: place(4 * stride * stride),
      sums: place(16),
      wide: place(8 * stride * 2),
      rows: place(4 * stride * CHUNK_ROWS),
    })),
  }
  const sizeBytes = place(0)
  if (sizeBytes > MAX_MEMORY_BYTES) {
    throw new MatineeError('ERR_MEMORY', `${users.nRows} users and ${items.nRows} items with ${problem.factors} factors need ${sizeBytes} bytes, expected at most ${MAX_MEMORY_BYTES}.`)
  }
  return { ...layout, sizeBytes }
}

/** Hands out 64-byte aligned pieces from `end` on; by default the first 1024 bytes stay free, so that no offset is 0. */
export function placer(end = 1024): (bytes: number) => number {
  return bytes => {
    const start = end
    end = Math.ceil((end + bytes) / 64) * 64
    return start
  }
}

function layOutSide(matrix: Csr, stride: number, place: (bytes: number) => number): SideLayout {
  const { nRows } = matrix
  const gramRows = Math.max(1, Math.ceil(nRows / GRAM_PARTS))
  return {
    nRows,
    factors: place(4 * stride * nRows),
    chunks: cutIntoChunks(matrix),
    gramRows,
    gramParts: Math.ceil(nRows / gramRows),
  }
}

// Neighbouring rows of about equal cost together; a heavy row is a chunk of its own. Depends on the data only.
function cutIntoChunks({ nRows, indptr }: Csr): Uint32Array {
  const starts = [0]
  let cost = 0
  for (let row = 0; row < nRows; row++) {
    const rowCost = indptr[row + 1] - indptr[row] + ROW_COST
    const start = starts[starts.length - 1]
    if (row > start && (cost + rowCost > CHUNK_COST || row - start === CHUNK_ROWS)) {
      starts.push(row)
      cost = 0
    }
    cost += rowCost
  }
  if (nRows > 0) starts.push(nRows)
  return Uint32Array.from(starts)
}

function largestChunk({ indptr }: Csr, chunks: Uint32Array): number {
  let largest = 0
  for (let chunk = 0; chunk + 1 < chunks.length; chunk++) largest = Math.max(largest, indptr[chunks[chunk + 1]] - indptr[chunks[chunk]])
  return largest
}
