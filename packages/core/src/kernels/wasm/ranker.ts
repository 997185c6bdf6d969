// Lists and ranks by the wasm kernels: packs the items once, cuts the vectors into blocks, and shares these out.
import { MatineeError, type RunContext } from '../../base/index.ts'
import { canShareMemory, rowLength, shareableBuffer, type Csr } from '../../sparse/index.ts'
import type { Lists, Ranker, Vectors } from '../contract.ts'
import { startCrew } from '../pool/crew.ts'
import { gateMemory } from '../pool/gate.ts'
import { threadsOf } from './als.ts'
import { MAX_MEMORY_BYTES } from './layout.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'
import { layOutItems, packItems, type ItemsLayout } from './packed-items.ts'
import { BLOCK_VECTORS, rankerThread, slotBytes, soughtCapacity, type RankerGoal, type RankerShared } from './ranker-thread.ts'

/** Products of a block at most, some milliseconds, so that no thread waits long for the last. */
const BLOCK_PRODUCTS = 2 ** 28
/** Products below which a thread is not worth starting: about what one does in the time in which it starts. */
const THREAD_PRODUCTS = 2 ** 30
/** Blocks of a phase, after which progress is reported. */
const BLOCKS_A_PHASE = 256

/** Vectors against all items: what threads share, and how a phase of it begins. */
interface Pass {
  readonly shared: RankerShared
  /** Copies in the vectors of the phase that begins with that block. */
  begin(block: number): void
}

/**
 * Throws ERR_MEMORY when the items and one thread's scratch do not fit the 4 GiB of a wasm memory: to be asked before a
 * fit, which would be lost otherwise. nRanked: items that can be ranked at all.
 */
export function checkRankable(nItems: number, nRanked: number, factors: number): void {
  const layout = layOutItems(nItems, nRanked, factors)
  const sizeBytes = layout.sizeBytes + slotBytes(layout)
  if (sizeBytes <= MAX_MEMORY_BYTES) return
  throw new MatineeError('ERR_MEMORY', `${nItems} items with ${factors} factors need ${sizeBytes} bytes to be ranked, expected at most ${MAX_MEMORY_BYTES}.`)
}

/** Throws ERR_MEMORY as checkRankable does. */
export async function wasmRanker(itemFactors: Float32Array, nItems: number, factors: number, ranked: Int32Array): Promise<Ranker> {
  checkRankable(nItems, ranked.length, factors)
  const layout = layOutItems(nItems, ranked.length, factors)
  const mostThreads = Math.floor((MAX_MEMORY_BYTES - layout.sizeBytes) / slotBytes(layout))
  const bytesOf = (threads: number): number => layout.sizeBytes + threads * slotBytes(layout)
  const module = await kernelModule(canShareMemory)
  const memory = kernelMemory(bytesOf(1), canShareMemory)
  const kernels = instantiate(module, memory)
  const longest = packItems(layout, memory.buffer, itemFactors, ranked)
  const maskOf = maskOver(layout, new Int32Array(memory.buffer, layout.places, nItems))
  const productsAVector = 8 * layout.nPanels * layout.stride
  const mostVectors = Math.max(16, Math.min(BLOCK_VECTORS, Math.floor(BLOCK_PRODUCTS / productsAVector)))

  // sought: places of a list or relevant items of vector v. isShared: whether threads read it; a shared buffer takes longer to make
  const passOver = ({ vectors, rows, excludeByRow, exclude, allow }: Vectors, goal: RankerGoal, sought: (v: number) => number, isShared = canShareMemory): Pass => {
    const blocks = cut(rows.length, mostVectors, soughtCapacity(layout.nPlaces), sought)
    const nFloats = factors * Math.min(rows.length, BLOCKS_A_PHASE * mostVectors)
    const shared = {
      layout,
      longest,
      vectors: isShared ? new Float32Array(shareableBuffer(4 * nFloats)) : new Float32Array(nFloats),
      rows: Int32Array.from(rows),
      ...(excludeByRow && { exclude: excludeByRow }),
      blocked: maskOf(exclude, allow),
      blocks,
      firstBlock: isShared ? new Int32Array(shareableBuffer(4)) : new Int32Array(1),
      goal,
    }
    const begin = (block: number): void => {
      shared.firstBlock[0] = block
      const first = blocks[block]
      const end = blocks[endOfPhase(blocks, block)]
      for (let v = first; v < end; v++) shared.vectors.set(vectors.subarray(rows[v] * factors, (rows[v] + 1) * factors), (v - first) * factors)
    }
    return { shared, begin }
  }

  const run = async ({ shared, begin }: Pass, { threads: asked, signal, onProgress }: RunContext): Promise<void> => {
    const { blocks, rows } = shared
    const nBlocks = blocks.length - 1
    const worthwhile = Math.floor(rows.length * productsAVector / THREAD_PRODUCTS)
    const threads = Math.max(1, Math.min(threadsOf({ threads: asked }), nBlocks, worthwhile, mostThreads))
    const missing = Math.ceil((bytesOf(threads) - memory.buffer.byteLength) / 65536)
    if (missing > 0) memory.grow(missing)
    const doBlock = rankerThread(kernels, memory, shared, 0)
    const crew = startCrew({ module, memory, gate: gateMemory(canShareMemory), job: { kind: 'ranker', shared } }, threads, doBlock, signal)
    try {
      for (let block = 0; block < nBlocks; block += BLOCKS_A_PHASE) {
        const end = endOfPhase(blocks, block)
        await crew.run(end - block, () => begin(block))
        onProgress?.({ stage: 'rank', done: blocks[end], total: rows.length })
      }
    } finally {
      crew.close()
    }
  }

  // Passes of one ranker follow each other: they share the scratch.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = (pass: Pass, context: RunContext): Promise<void> => {
    const result = last.then(() => run(pass, context))
    last = result.catch(() => {}) // whoever asked for it has the error
    return result
  }

  const listsNow = (vectors: Vectors, k: number): Lists => {
    const lists = emptyLists(vectors.rows.length, k, false)
    const length = Math.min(k, layout.nPlaces)
    if (length === 0) return lists
    const { shared, begin } = passOver(vectors, { kind: 'lists', length, lists }, () => length, false)
    const doBlock = rankerThread(kernels, memory, shared, 0)
    for (let block = 0; block + 1 < shared.blocks.length; block++) {
      if (block % BLOCKS_A_PHASE === 0) begin(block)
      doBlock(block % BLOCKS_A_PHASE)
    }
    return lists
  }

  const lists = async (vectors: Vectors, k: number, context: RunContext): Promise<Lists> => {
    const result = emptyLists(vectors.rows.length, k)
    const length = Math.min(k, layout.nPlaces)
    if (length > 0) await inTurn(passOver(vectors, { kind: 'lists', length, lists: result }, () => length), context)
    return result
  }

  const ranks = async (vectors: Vectors, relevant: Csr, limit: number, context: RunContext): Promise<Float64Array> => {
    const starts = new Uint32Array(vectors.rows.length + 1)
    for (let v = 0; v < vectors.rows.length; v++) starts[v + 1] = starts[v] + rowLength(relevant, vectors.rows[v])
    const result = new Float64Array(shareableBuffer(8 * starts[vectors.rows.length])).fill(Infinity)
    if (layout.nPlaces > 0) await inTurn(passOver(vectors, { kind: 'ranks', relevant, limit: Math.min(limit, nItems), starts, ranks: result }, v => Math.max(1, starts[v + 1] - starts[v])), context)
    return result
  }
  return { lists, listsNow, ranks }
}

function emptyLists(n: number, k: number, isShared = canShareMemory): Lists {
  const items = isShared ? new Int32Array(shareableBuffer(4 * n * k)) : new Int32Array(n * k)
  const scores = isShared ? new Float32Array(shareableBuffer(4 * n * k)) : new Float32Array(n * k)
  return { k, items: items.fill(-1), scores: scores.fill(-Infinity) }
}

const endOfPhase = (blocks: Uint32Array, block: number): number => Math.min(block + BLOCKS_A_PHASE, blocks.length - 1)

// Blocks of at most `most` vectors that seek at most `capacity` together, or one vector.
function cut(n: number, most: number, capacity: number, sought: (v: number) => number): Uint32Array {
  const starts = [0]
  let held = 0
  for (let v = 0; v < n; v++) {
    const start = starts[starts.length - 1]
    if (v > start && (v - start === most || held + sought(v) > capacity)) {
      starts.push(v)
      held = 0
    }
    held += sought(v)
  }
  if (n > 0) starts.push(n)
  return Uint32Array.from(starts)
}

// [nPanels], bit j of byte p: place 8p + j is left out; so are the places behind the last item.
function maskOver({ nPanels, nPlaces }: ItemsLayout, places: Int32Array) {
  return (exclude: ArrayLike<number> | undefined, allow: ArrayLike<number> | undefined): Uint8Array => {
    const mask = new Uint8Array(nPanels).fill(allow ? 0xff : 0)
    const eachPlace = (items: ArrayLike<number>, change: (place: number) => void): void => {
      for (let at = 0; at < items.length; at++) if (places[items[at]] >= 0) change(places[items[at]])
    }
    eachPlace(allow ?? [], place => { mask[place >> 3] &= ~(1 << (place & 7)) })
    eachPlace(exclude ?? [], place => { mask[place >> 3] |= 1 << (place & 7) })
    for (let place = nPlaces; place < 8 * nPanels; place++) mask[place >> 3] |= 1 << (place & 7)
    return mask
  }
}
