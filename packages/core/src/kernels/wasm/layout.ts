// Where everything lies in the wasm memory. Computed once, before the memory is made: it never grows, so
// views over it stay valid, and a problem that does not fit is refused with numbers.
//
// The factors lie outside, [rows × factors] for each side, and are copied in by blocks. Only the side that is held is
// read all over the place: it lies in the wasm memory whole, whitened and plain, or, where it is too large for that, each
// chunk has the rows that it meets gathered into its thread's scratch.
import { MatineeError } from '../../base/index.ts'
import type { AlsProblem, Side } from '../contract.ts'
import type { Csr } from '../../sparse/index.ts'
import { cutIntoChunks, scratchNeed, type Chunks } from './chunks.ts'

/** Bytes that a 32-bit wasm memory can have. */
export const MAX_MEMORY_BYTES = 65536 * 65536
/** What a side that is held may take of them, whitened and plain; the rest is left to scratch. Not a matter of threads: chunks depend on it. */
export const RESIDENT_BYTES = 3 * 2 ** 30
/** The gram matrix is summed in this many parts at most, in a fixed order. */
const GRAM_PARTS = 64
/** Bytes of scaled rows that stay in a core's cache. */
const BLOCK_BYTES = 128 * 1024
/** Rows that are copied in at a time to be whitened, or to be summed up in float32 before the sum is added up in float64. */
export const COPIED_ROWS = 128

/** One side. */
export interface SideLayout {
  readonly nRows: number
  /** Whether it lies in the wasm memory while the other side is solved. */
  readonly isResident: boolean
  /** The pieces of `solve`. */
  readonly chunks: Chunks
  /** Rows of one part of the gram matrix. */
  readonly gramRows: number
  readonly gramParts: number
}

/** Byte offsets of one thread's scratch; Work in assembly/interactions.ts has the fields. */
export interface SlotLayout {
  readonly work: number
  readonly starts: number
  readonly lengths: number
  readonly indices: number
  readonly values: number
  /** Four arrays of `span` bytes */
  readonly entries: number
  readonly vectors: number
  readonly states: number
  readonly matrix: number
  readonly block: number
  readonly sums: number
  readonly wide: number
  /** float32 [rows of a chunk × stride]: whitened factors of the chunk in work, and the factors */
  readonly rows: number
  readonly x: number
  /** float32 [COPIED_ROWS × stride] each */
  readonly input: number
  readonly output: number
  /** float32 [rows met by a chunk × stride] each: the other side's rows, whitened and plain, where it is not resident */
  readonly whitened: number
  readonly plain: number
}

export interface AlsLayout {
  readonly factors: number
  /** factors rounded up to a multiple of 8 */
  readonly stride: number
  readonly blockRows: number
  /** Bytes of one of a thread's four arrays of entries. */
  readonly span: number
  readonly sides: Readonly<Record<Side, SideLayout>>
  /** float32 [rows of the largest resident side × stride] each. Pages that nobody touches take no memory: `plain` is for `refined`. */
  readonly whitened: number
  readonly plain: number
  /** Rows of the largest side that is not resident; its whitened factors lie outside. */
  readonly gatheredRows: number
  /** float32 [stride], zero */
  readonly zeros: number
  /** L⁻ᵀ, L, L⁻¹, or Q, Q, Qᵀ, in panels of eight columns, float32 [stride × stride] each */
  readonly whiten: number
  readonly color: number
  readonly unwhiten: number
  /** YᵀY + λI, its lower Cholesky factor L, L⁻¹, or scratch and Qᵀ: float64 [stride × stride] each */
  readonly gram: number
  readonly lower: number
  readonly inverse: number
  /** Eigenvalues of YᵀY + λI, then scratch: float64 [4 × stride]; the eigenvalues again, float32 [stride] */
  readonly eigenvalues: number
  readonly spectrum: number
  /** float64 [gramParts × stride × stride] */
  readonly gramParts: number
  readonly slots: readonly SlotLayout[]
  readonly sizeBytes: number
}

/** factors rounded up to a multiple of 8. */
export const strideOf = (factors: number): number => Math.ceil(factors / 8) * 8

/** Rows of one part of a side's gram matrix. */
export const gramRowsOf = (nRows: number): number => Math.max(COPIED_ROWS, Math.ceil(nRows / GRAM_PARTS))

/** Scaled rows that are held at a time. */
export const blockRowsOf = (stride: number): number => Math.max(32, Math.floor(BLOCK_BYTES / (4 * stride)))

/** Lays out one ALS problem for `threads` threads. Throws ERR_MEMORY when it does not fit 4 GiB. */
export function layOutAls(problem: AlsProblem, threads: number, residentBytes = RESIDENT_BYTES): AlsLayout {
  const stride = strideOf(problem.factors)
  const place = placer()
  const users = layOutSide(problem.byUser, stride, residentBytes)
  const items = layOutSide(problem.byItem, stride, residentBytes)
  const rowsOf = (isResident: boolean): number => Math.max(0, ...[users, items].filter(side => side.isResident === isResident).map(side => side.nRows))
  const blockRows = blockRowsOf(stride)
  const needs = [scratchNeed(problem.byUser, users.chunks), scratchNeed(problem.byItem, items.chunks)]
  const most = (what: keyof typeof needs[number]): number => Math.max(...needs.map(need => need[what]))
  const span = Math.ceil(4 * most('entries') / 64) * 64
  const met = Math.max(items.isResident ? 0 : needs[0].met, users.isResident ? 0 : needs[1].met)
  const layout = {
    factors: problem.factors,
    stride,
    blockRows,
    span,
    sides: { users, items },
    gatheredRows: rowsOf(false),
    whitened: place(4 * stride * rowsOf(true)),
    zeros: place(4 * stride),
    whiten: place(4 * stride * stride),
    color: place(4 * stride * stride),
    unwhiten: place(4 * stride * stride),
    gram: place(8 * stride * stride),
    lower: place(8 * stride * stride),
    inverse: place(8 * stride * stride),
    eigenvalues: place(4 * 8 * stride),
    spectrum: place(4 * stride),
    gramParts: place(8 * stride * stride * Math.max(users.gramParts, items.gramParts)),
    slots: Array.from({ length: threads }, () => ({
      work: place(128),
      starts: place(4 * (most('rows') + 1)),
      lengths: place(4 * most('rows')),
      indices: place(4 * most('apart')),
      values: place(4 * most('apart')),
      entries: place(4 * span),
      vectors: place(4 * stride * 6),
      states: place((12 * stride + 32) * most('together')),
      matrix: place(4 * stride * stride),
      block: place(4 * stride * blockRows),
      sums: place(16),
      wide: place(8 * stride * 2),
      rows: place(4 * stride * most('rows')),
      x: place(4 * stride * most('rows')),
      input: place(4 * stride * COPIED_ROWS),
      output: place(4 * stride * COPIED_ROWS),
      whitened: place(4 * stride * met),
      plain: place(4 * stride * met),
    })),
    plain: place(4 * stride * rowsOf(true)), // last: what is touched of it is the beginning
  }
  const sizeBytes = place(0)
  if (sizeBytes > MAX_MEMORY_BYTES) {
    const gathered = met > 0 ? `, among them twice the factors of ${met} rows, as many as a chunk meets, for each thread` : ''
    throw new MatineeError('ERR_MEMORY', `${users.nRows} users and ${items.nRows} items with ${problem.factors} factors need ${sizeBytes} bytes `
      + `on ${threads} threads${gathered}, expected at most ${MAX_MEMORY_BYTES}.`)
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

function layOutSide(matrix: Csr, stride: number, residentBytes: number): SideLayout {
  const { nRows, nColumns } = matrix
  const isResident = (rows: number): boolean => 8 * stride * rows <= residentBytes
  const gramRows = gramRowsOf(nRows)
  return {
    nRows,
    isResident: isResident(nRows),
    chunks: cutIntoChunks(matrix, 4 * stride, !isResident(nColumns)),
    gramRows,
    gramParts: Math.ceil(nRows / gramRows),
  }
}
