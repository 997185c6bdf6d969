// One thread's share of the weights of neighbours: a function that does chunk number so-and-so of the phase in work.
//
// A row of G = XᵀX is counted once a batch and dealt to every item of the batch in whose neighbourhood it stands; then each
// item's system is complete and is solved. Neither G nor all systems at once are ever held.
import { rowLength, type Csr } from '../../sparse/index.ts'
import { solveCholesky } from '../reference/linear-algebra.ts'
import { strideOf } from './layout.ts'
import type { KernelExports } from './module.ts'

/** Items of a chunk, in both phases. */
export const CHUNK_ITEMS = 8

export const NeighbourhoodPhase = { count: 0, solve: 1 } as const

/** Everything a thread needs besides the memory; can be sent to a worker. */
export interface NeighbourhoodShared {
  /** X by user and by item; values are not read. */
  readonly byUser: Csr
  readonly byItem: Csr
  /** [nItems], what is added to G's diagonal. */
  readonly diagonal: Float64Array
  /** [nItems × nItems], row: an item, columns: its neighbours. */
  readonly neighbours: Csr
  /** Its transpose; the value is the neighbour's place in the item's row. */
  readonly places: Csr
  /** [nItems + 1], where the system of each item begins, in floats; of a batch, counted from its first item. */
  readonly starts: Float64Array
  /** The systems of the batch: for m neighbours G_CC's lower triangle row by row, m (m + 1) / 2 counts, and G_Ci, m. Right up to 2²⁴. */
  readonly systems: Float32Array
  /** [entries of neighbours], the solutions. */
  readonly weights: Float32Array
  /** [4]: the phase in work, the batch's first item and the one after its last, the first item of chunk 0. */
  readonly phase: Int32Array
  /** [1]: 1 + an item whose system has no positive pivot; 0 where there is none. */
  readonly singular: Int32Array
  /** Bytes of a thread's memory. */
  readonly slotBytes: number
}

/** Floats of the system of m neighbours. */
export const systemLength = (m: number): number => m * (m + 1) / 2 + m

/** The function for thread number `slot`. */
export function neighbourhoodThread(
  kernels: KernelExports, memory: WebAssembly.Memory, shared: NeighbourhoodShared, slot: number,
): (chunk: number) => void {
  const { byUser, byItem, diagonal, neighbours, places, starts, systems, weights, phase, singular, slotBytes } = shared
  const counts = new Uint32Array(byItem.nRows)

  const countRow = (item: number): void => {
    counts.fill(0)
    for (let at = byItem.indptr[item]; at < byItem.indptr[item + 1]; at++) {
      const user = byItem.indices[at]
      for (let to = byUser.indptr[user]; to < byUser.indptr[user + 1]; to++) counts[byUser.indices[to]]++
    }
  }

  // Of row c of G, to the systems of items first … end − 1: what stands at and left of the diagonal, and the right-hand side.
  const deal = (c: number, from: number, first: number, end: number): void => {
    const { indptr, indices } = neighbours
    for (let at = from; at < places.indptr[c + 1] && places.indices[at] < end; at++) {
      const item = places.indices[at]
      const place = places.values[at]
      const system = starts[item] - starts[first]
      const row = system + place * (place + 1) / 2
      for (let b = 0; b <= place; b++) systems[row + b] = counts[indices[indptr[item] + b]]
      const m = rowLength(neighbours, item)
      systems[system + m * (m + 1) / 2 + place] = counts[item]
    }
  }

  const solve = (item: number, first: number): void => {
    const m = rowLength(neighbours, item)
    const from = neighbours.indptr[item]
    const stride = strideOf(m) // the padding is the identity
    const [matrix, lower] = [slot * slotBytes, slot * slotBytes + 8 * stride * stride]
    const a = new Float64Array(memory.buffer, matrix, stride * stride)
    let at = starts[item] - starts[first]
    for (let i = 0; i < stride; i++) {
      for (let j = 0; j <= i; j++) a[i * stride + j] = i < m ? systems[at++] : 0
      a[i * stride + i] += i < m ? diagonal[neighbours.indices[from + i]] : 1
    }
    const x = new Float64Array(stride)
    for (let i = 0; i < m; i++) x[i] = systems[at + i]
    if (kernels.factorizeLower(matrix, stride, 8 * stride, lower) >= 0) singular[0] = item + 1
    weights.set(solveCholesky(new Float64Array(memory.buffer, lower, stride * stride), x, stride).subarray(0, m), from)
  }

  return chunk => {
    const [kind, first, end, begin] = phase
    const last = kind === NeighbourhoodPhase.count ? byItem.nRows : end
    for (let item = begin + chunk * CHUNK_ITEMS; item < Math.min(last, begin + (chunk + 1) * CHUNK_ITEMS); item++) {
      if (kind === NeighbourhoodPhase.solve) {
        if (rowLength(neighbours, item) > 0) solve(item, first)
        continue
      }
      let from = places.indptr[item]
      while (from < places.indptr[item + 1] && places.indices[from] < first) from++
      if (from === places.indptr[item + 1] || places.indices[from] >= end) continue // stands in no neighbourhood of the batch
      countRow(item)
      deal(item, from, first, end)
    }
  }
}
