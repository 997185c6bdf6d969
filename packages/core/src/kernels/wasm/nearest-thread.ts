// One thread's share of the nearest items: a function that does chunk number so-and-so, eight items against all.
import { rowIndices, rowLength, rowValues, type Csr } from '../../sparse/index.ts'
import { placer } from './layout.ts'
import type { KernelExports } from './module.ts'

/** Items of a chunk. */
export const LANES = 8

/** Byte offsets of what all threads read, and the sizes that scratch depends on. */
export interface NearestLayout {
  readonly nItems: number
  readonly k: number
  /** Entries of one chunk at most. */
  readonly chunkEntries: number
  /** The vectors by user: uint32 [nUsers + 1], int32 [n], float32 [n]; float32 [nItems], the norms. */
  readonly starts: number
  readonly items: number
  readonly values: number
  readonly norms: number
  /** Bytes of all this. */
  readonly end: number
}

/** Everything a thread needs besides the memory; can be sent to a worker. */
export interface NearestShared {
  readonly layout: NearestLayout
  readonly shrinkage: number
  /** [nItems × nUsers] */
  readonly vectors: Csr
  /** [nItems], the items in the order of the work. */
  readonly order: Int32Array
  /** [1]: the chunk of eight that is chunk 0 of the phase in work. */
  readonly firstChunk: Int32Array
  /** [nItems × k] each, a row an item, best first; item −1 where there are fewer than k. */
  readonly nearest: Int32Array
  readonly similarities: Float32Array
}

function layOutSlot({ nItems, k, chunkEntries }: NearestLayout, start: number) {
  const place = placer(start)
  return {
    near: place(128),
    own: place(4 * LANES),
    ownNorms: place(4 * LANES),
    ownStarts: place(4 * (LANES + 1)),
    ownUsers: place(4 * chunkEntries),
    ownValues: place(4 * chunkEntries),
    cursors: place(4 * LANES),
    heads: place(4 * LANES),
    lanes: place(4 * LANES),
    met: place(4 * chunkEntries),
    sums: place(4 * LANES * nItems),
    least: place(4 * LANES),
    heaps: place(8 * LANES * k),
    end: place(0),
  }
}

/** Bytes of one thread's scratch. */
export const nearestSlotBytes = (layout: NearestLayout): number => layOutSlot(layout, 0).end

/** The function for thread number `slot`. */
export function nearestThread(kernels: KernelExports, memory: WebAssembly.Memory, shared: NearestShared, slot: number): (chunk: number) => void {
  const { layout, vectors, order, firstChunk, nearest, similarities, shrinkage } = shared
  const { nItems, k, starts, items, values, norms } = layout
  const at = layOutSlot(layout, layout.end + slot * nearestSlotBytes(layout))
  const [ints, floats] = [new Int32Array(memory.buffer), new Float32Array(memory.buffer)]
  const near = at.near / 4
  ints.set([nItems, k, 0, starts, items, values, norms, at.own, at.ownNorms, at.ownStarts, at.ownUsers, at.ownValues,
    at.cursors, at.heads, at.lanes, at.met, at.sums, at.least, at.heaps], near)
  floats[near + 2] = shrinkage

  return chunk => {
    const own = order.subarray((firstChunk[0] + chunk) * LANES, (firstChunk[0] + chunk + 1) * LANES)
    let held = 0
    for (let lane = 0; lane < LANES; lane++) {
      const item = own[lane] ?? -1
      ints[at.own / 4 + lane] = item
      floats[at.ownNorms / 4 + lane] = item < 0 ? 0 : floats[norms / 4 + item]
      ints[at.ownStarts / 4 + lane] = held
      if (item < 0) continue
      ints.set(rowIndices(vectors, item), at.ownUsers / 4 + held)
      floats.set(rowValues(vectors, item), at.ownValues / 4 + held)
      held += rowLength(vectors, item)
    }
    ints[at.ownStarts / 4 + LANES] = held
    kernels.nearestItems(at.near)
    own.forEach((item, lane) => {
      const heap = at.heaps / 4 + 2 * k * lane
      for (let place = 0; place < k; place++) {
        similarities[item * k + place] = floats[heap + 2 * place]
        nearest[item * k + place] = ints[heap + 2 * place + 1]
      }
    })
  }
}
