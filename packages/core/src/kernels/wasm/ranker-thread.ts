// One thread's share of lists and ranks: a function that does chunk number so-and-so, a block of vectors against all items.
import { rowIndices, type Csr } from '../../sparse/index.ts'
import type { Lists } from '../contract.ts'
import { placer } from './layout.ts'
import type { KernelExports } from './module.ts'
import { TILE, type ItemsLayout } from './packed-items.ts'
import { normOf, roundTo, stepFor, upwards } from './whole-numbers.ts'

/** What one pass over the vectors is after, and where it goes. */
export type RankerGoal =
  /** The first `length` of each list; the rest of `lists` stays as it is. */
  | { readonly kind: 'lists', readonly length: number, readonly lists: Lists }
  /** ranks: [Σ relevant items of the vectors' rows], those of vector v from starts[v], in the order of the relevant items; Infinity beyond `limit`, an int32 */
  | { readonly kind: 'ranks', readonly relevant: Csr, readonly limit: number, readonly starts: Uint32Array, readonly ranks: Float64Array }

/** Everything a thread needs besides the memory; can be sent to a worker. */
export interface RankerShared {
  readonly layout: ItemsLayout
  /** The greatest norm of an item, Infinity where one cannot be bounded. */
  readonly longest: number
  /** [most vectors of a phase × factors]: those of the phase in work, from the first of its first block on */
  readonly vectors: Float32Array
  /** [n], the row of each vector in the matrices. */
  readonly rows: Int32Array
  /** [nRows × nItems], what is left out for each. */
  readonly exclude?: Csr
  /** [nPanels], bit j of byte p: place 8p + j is left out for all. */
  readonly blocked: Uint8Array
  /** [blocks + 1], the first vector of each block. */
  readonly blocks: Uint32Array
  /** [1]: the block that is chunk 0 of the phase in work. */
  readonly firstBlock: Int32Array
  readonly goal: RankerGoal
}

/** Vectors of one block at most: theirs and a panel's whole numbers stay in the first-level cache. */
export const BLOCK_VECTORS = 64
/** Products that one call of a kernel does, a millisecond or two, so that V8 puts its optimised code in place soon. */
const CALL_PRODUCTS = 67_108_864

/** Byte offsets of one thread's scratch; Block in assembly/screen.ts has the fields. */
function layOutSlot({ stride, nPanels, nPlaces }: ItemsLayout, start: number) {
  const place = placer(start)
  return {
    block: place(64),
    vectors: place(4 * stride * BLOCK_VECTORS),
    wholes: place(2 * stride * BLOCK_VECTORS),
    least: place(4 * BLOCK_VECTORS),
    norms: place(4 * BLOCK_VECTORS),
    errors: place(4 * BLOCK_VECTORS),
    scales: place(4 * BLOCK_VECTORS),
    caps: place(4 * BLOCK_VECTORS),
    blocked: place(nPanels * BLOCK_VECTORS),
    sums: place(128),
    limits: place(64),
    starts: place(4 * (BLOCK_VECTORS + 1)),
    waiting: place(16 * BLOCK_VECTORS),
    nWaiting: place(4 * BLOCK_VECTORS),
    sought: place(8 * soughtCapacity(nPlaces)),
    end: place(0),
  }
}

/** Places of lists, or relevant items, that one block can hold: those of any one vector at least. */
export const soughtCapacity = (nPlaces: number): number => Math.max(128 * BLOCK_VECTORS, nPlaces)

/** Bytes of one thread's scratch. */
export const slotBytes = (layout: ItemsLayout): number => layOutSlot(layout, 0).end

/** The function for thread number `slot`. */
export function rankerThread(kernels: KernelExports, memory: WebAssembly.Memory, shared: RankerShared, slot: number): (chunk: number) => void {
  const { layout, vectors, rows, exclude, blocks, firstBlock, goal } = shared
  const { factors, stride, nPanels } = layout
  const at = layOutSlot(layout, layout.sizeBytes + slot * slotBytes(layout))
  const { buffer } = memory
  const [bytes, shorts, ints] = [new Uint8Array(buffer), new Int16Array(buffer), new Int32Array(buffer)]
  const [uints, floats] = [new Uint32Array(buffer), new Float32Array(buffer)]
  const places = ints.subarray(layout.places / 4, layout.places / 4 + layout.nItems)

  const writeVector = (v: number, vector: number): void => {
    const to = at.vectors / 4 + v * stride
    floats.fill(0, to, to + stride)
    floats.set(vectors.subarray(vector * factors, (vector + 1) * factors), to)
    const norm = normOf(floats, to, factors)
    const step = stepFor(floats, to, factors, norm)
    const bounded = step < Infinity && norm * shared.longest < 8e37 // else a sum may leave float32: score every item
    const whole = at.wholes / 2 + (v >> 2) * 4 * stride + 2 * (v & 3)
    const error = bounded ? Math.sqrt(roundTo(step, floats, to, stride, shorts, whole, 8)) : 0
    writeBounds(v, -Infinity, bounded ? upwards(norm) : Infinity, upwards(error), bounded ? 1 / step : 1, bounded ? 0x7fff_ffff : -0x8000_0000)
  }

  const writeBounds = (v: number, least: number, norm: number, error: number, scale: number, cap: number): void => {
    floats[at.least / 4 + v] = least
    floats[at.norms / 4 + v] = norm
    floats[at.errors / 4 + v] = error
    floats[at.scales / 4 + v] = scale
    ints[at.caps / 4 + v] = cap
  }

  const writeBlocked = (v: number, row: number): void => {
    const mask = bytes.subarray(at.blocked + v * nPanels, at.blocked + (v + 1) * nPanels)
    mask.set(shared.blocked)
    if (!exclude) return
    for (let entry = exclude.indptr[row]; entry < exclude.indptr[row + 1]; entry++) {
      const place = places[exclude.indices[entry]]
      if (place >= 0) mask[place >> 3] |= 1 << (place & 7)
    }
  }

  const overTiles = (nVectors: number, kernel: (from: number, to: number) => number): void => {
    const nTiles = Math.ceil(nPanels / TILE)
    const step = Math.ceil(CALL_PRODUCTS / (TILE * 8 * stride * nVectors))
    for (let tile = 0; tile < nTiles && kernel(tile, Math.min(tile + step, nTiles)) !== 0; tile += step);
  }

  const list = (first: number, nVectors: number, { length, lists }: RankerGoal & { kind: 'lists' }): void => {
    kernels.startLists(at.block, length)
    overTiles(nVectors, (from, to) => kernels.addToLists(at.block, length, from, to))
    kernels.finishLists(at.block, length)
    for (let v = 0; v < nVectors; v++) {
      const [from, to] = [at.sought / 4 + 2 * v * length, (first + v) * lists.k]
      for (let place = 0; place < length; place++) {
        lists.scores[to + place] = floats[from + 2 * place]
        lists.items[to + place] = ints[from + 2 * place + 1]
      }
    }
  }

  const rank = (first: number, nVectors: number, { relevant, limit, starts, ranks }: RankerGoal & { kind: 'ranks' }): void => {
    const sought = Array.from({ length: nVectors }, (_, v) => soughtBy(v, rowIndices(relevant, rows[first + v])))
    let next = 0
    sought.forEach((entries, v) => {
      uints[at.starts / 4 + v] = 8 * next
      floats[at.least / 4 + v] = entries[0].score
      for (const { score } of entries) {
        floats[at.sought / 4 + 2 * next] = score
        ints[at.sought / 4 + 2 * next++ + 1] = 0
      }
    })
    uints[at.starts / 4 + nVectors] = 8 * next
    overTiles(nVectors, (from, to) => kernels.countAtLeast(at.block, from, to, limit))
    next = 0
    sought.forEach((entries, v) => {
      ranks.fill(Infinity, starts[first + v], starts[first + v + 1])
      for (const { index } of entries) {
        const count = ints[at.sought / 4 + 2 * next++ + 1]
        if (index >= 0 && count <= limit) ranks[starts[first + v] + index] = count
      }
    })
  }

  // The relevant items that have a score, lowest first, and where each stands among the relevant ones; −1 if there is none.
  const soughtBy = (v: number, relevant: Int32Array): { index: number, score: number }[] => {
    const entries: { index: number, score: number }[] = []
    relevant.forEach((item, index) => {
      const score = places[item] < 0 ? NaN : kernels.scoreOf(at.vectors + 4 * stride * v, layout.rows + 4 * stride * places[item], 4 * stride)
      if (!Number.isNaN(score)) entries.push({ index, score })
    })
    return entries.length > 0 ? entries.sort((a, b) => a.score - b.score) : [{ index: -1, score: Infinity }]
  }

  return chunk => {
    const block = firstBlock[0] + chunk
    const [begun, first, end] = [blocks[firstBlock[0]], blocks[block], blocks[block + 1]]
    const nVectors = end - first
    uints.set([layout.items, nVectors, at.vectors, at.wholes, at.least, at.norms, at.errors, at.scales, at.caps, at.blocked, at.sums,
      at.limits, at.sought, at.starts, at.waiting, at.nWaiting], at.block / 4)
    for (let v = 0; v < nVectors; v++) {
      writeVector(v, first + v - begun)
      writeBlocked(v, rows[first + v])
    }
    for (let v = nVectors; v < BLOCK_VECTORS; v++) writeBounds(v, Infinity, 0, 0, 1, 0x7fff_ffff) // without effect
    if (goal.kind === 'lists') list(first, nVectors, goal)
    else rank(first, nVectors, goal)
  }
}
