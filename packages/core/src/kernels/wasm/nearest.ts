// The nearest items of all items by the wasm kernel: the vectors lie in its memory by user, and eight items at a time are
// copied in and multiplied with all.
import { MatineeError, type RunContext } from '../../base/index.ts'
import { rowLength, shareableBuffer, transpose, type Csr } from '../../sparse/index.ts'
import type { NearestProblem } from '../contract.ts'
import { startCrew } from '../pool/crew.ts'
import { gateMemory } from '../pool/gate.ts'
import { asMatrix, normsOf } from '../reference/nearest.ts'
import { threadsOf } from './als.ts'
import { MAX_MEMORY_BYTES, placer } from './layout.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'
import { LANES, nearestSlotBytes, nearestThread, type NearestLayout } from './nearest-thread.ts'

/** Chunks of a phase, after which progress is reported. */
const CHUNKS_A_PHASE = 64

/** Throws ERR_MEMORY when the vectors and one thread's scratch do not fit the 4 GiB of a wasm memory, ERR_ABORTED, ERR_WORKER. */
export async function wasmNearest({ vectors, neighbours: k, shrinkage }: NearestProblem, context: RunContext): Promise<Csr> {
  const order = byFallingLength(vectors)
  const layout = layOutNearest(vectors, k, order)
  const threads = threadsThatFit(layout, threadsOf(context))
  const inThreads = threads > 1
  const module = await kernelModule(inThreads)
  const memory = kernelMemory(layout.end + threads * nearestSlotBytes(layout), inThreads)
  writeVectors(memory.buffer, layout, vectors)
  const { nRows } = vectors
  const shared = {
    layout, shrinkage, vectors, order,
    firstChunk: new Int32Array(shareableBuffer(4)),
    nearest: new Int32Array(shareableBuffer(4 * nRows * k)).fill(-1),
    similarities: new Float32Array(shareableBuffer(4 * nRows * k)),
  }
  const doChunk = nearestThread(instantiate(module, memory), memory, shared, 0)
  const crew = startCrew({ module, memory, gate: gateMemory(inThreads), job: { kind: 'nearest', shared } }, threads, doChunk, context.signal)
  try {
    const nChunks = Math.ceil(nRows / LANES)
    for (let first = 0; first < nChunks; first += CHUNKS_A_PHASE) {
      const n = Math.min(CHUNKS_A_PHASE, nChunks - first)
      await crew.run(n, () => { shared.firstChunk[0] = first })
      context.onProgress?.({ stage: 'nearest', done: Math.min(LANES * (first + n), nRows), total: nRows })
    }
  } finally {
    crew.close()
  }
  return asMatrix(shared.nearest, shared.similarities, nRows)
}

/** Bytes that wasmNearest takes besides the vectors, at most. */
export function nearestBytes(vectors: Csr, k: number, context: RunContext): number {
  const layout = layOutNearest(vectors, k, byFallingLength(vectors))
  return layout.end + threadsOf(context) * nearestSlotBytes(layout) + 8 * vectors.indices.length + 24 * vectors.nRows * k
}

// The longest first: items of a chunk then have most users in common, and no thread waits long for the last chunk.
function byFallingLength(vectors: Csr): Int32Array {
  return Int32Array.from({ length: vectors.nRows }, (_, item) => item).sort((a, b) => rowLength(vectors, b) - rowLength(vectors, a) || a - b)
}

function layOutNearest(vectors: Csr, k: number, order: Int32Array): NearestLayout {
  const place = placer()
  const { nRows: nItems, nColumns: nUsers, indices: { length: n } } = vectors
  const chunkEntries = order.subarray(0, LANES).reduce((sum, item) => sum + rowLength(vectors, item), 0)
  return {
    nItems, k, chunkEntries, starts: place(4 * (nUsers + 1)), items: place(4 * n), values: place(4 * n), norms: place(4 * nItems), end: place(0),
  }
}

function threadsThatFit(layout: NearestLayout, threads: number): number {
  const most = Math.floor((MAX_MEMORY_BYTES - layout.end) / nearestSlotBytes(layout))
  if (most >= 1) return Math.min(threads, most)
  throw new MatineeError('ERR_MEMORY', `comparing ${layout.nItems} items needs ${layout.end + nearestSlotBytes(layout)} bytes, expected at most ${MAX_MEMORY_BYTES}.`)
}

function writeVectors(memory: ArrayBufferLike, layout: NearestLayout, vectors: Csr): void {
  const { indptr, indices, values } = transpose(vectors)
  new Uint32Array(memory, layout.starts, indptr.length).set(indptr)
  new Int32Array(memory, layout.items, indices.length).set(indices)
  new Float32Array(memory, layout.values, values.length).set(values)
  new Float32Array(memory, layout.norms, vectors.nRows).set(normsOf(vectors))
}
