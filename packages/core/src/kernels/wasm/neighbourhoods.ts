// Weights of each item's neighbours, in threads: by batches of items whose systems fit a fixed share of memory.
import { MatineeError, type RunContext } from '../../base/index.ts'
import { rowLength, shareableBuffer, transpose, type Csr } from '../../sparse/index.ts'
import type { NeighbourhoodProblem } from '../contract.ts'
import { startCrew } from '../pool/crew.ts'
import { gateMemory } from '../pool/gate.ts'
import { threadsOf } from './als.ts'
import { strideOf } from './layout.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'
import { CHUNK_ITEMS, NeighbourhoodPhase, neighbourhoodThread, systemLength, type NeighbourhoodShared } from './neighbourhoods-thread.ts'

/** Bytes of the systems of one batch, unless one alone takes more. */
const BATCH_BYTES = 512 * 2 ** 20
/** Chunks of a phase, after which progress is reported. */
const CHUNKS_A_PHASE = 64

/** Throws ERR_SINGULAR, ERR_ABORTED, ERR_WORKER. batchBytes: for tests. */
export async function wasmNeighbourhoods(problem: NeighbourhoodProblem, context: RunContext, batchBytes = BATCH_BYTES): Promise<Csr> {
  const threads = threadsOf(context)
  const inThreads = threads > 1
  const { nRows } = problem.neighbours
  const starts = startsOf(problem.neighbours)
  const batches = cutIntoBatches(starts, batchBytes / 4)
  const shared = shareable(problem, starts, Math.max(0, ...batches.map(([first, end]) => starts[end] - starts[first])))
  const module = await kernelModule(inThreads)
  const memory = kernelMemory(threads * shared.slotBytes, inThreads)
  const doChunk = neighbourhoodThread(instantiate(module, memory), memory, shared, 0)
  const crew = startCrew({ module, memory, gate: gateMemory(inThreads), job: { kind: 'neighbourhoods', shared } }, threads, doChunk, context.signal)
  const total = (batches.length + 1) * nRows // each batch looks at all rows of G, and each item is solved once
  let done = 0
  const phase = async (kind: number, [first, end]: Batch, from: number, to: number): Promise<void> => {
    for (let begin = from; begin < to; begin += CHUNKS_A_PHASE * CHUNK_ITEMS) {
      const n = Math.min(CHUNKS_A_PHASE * CHUNK_ITEMS, to - begin)
      await crew.run(Math.ceil(n / CHUNK_ITEMS), () => shared.phase.set([kind, first, end, begin]))
      done += n
      context.onProgress?.({ stage: 'neighbourhoods', done, total })
    }
  }
  try {
    for (const batch of batches) {
      await phase(NeighbourhoodPhase.count, batch, 0, nRows)
      await phase(NeighbourhoodPhase.solve, batch, ...batch)
    }
  } finally {
    crew.close()
  }
  if (shared.singular[0] === 0) return { ...shared.neighbours, values: shared.weights }
  throw new MatineeError('ERR_SINGULAR', `the gram matrix of item ${shared.singular[0] - 1}'s neighbours plus regularization has a pivot that is not > 0.`)
}

/** Bytes that wasmNeighbourhoods takes besides X, at most, for rows of k neighbours. */
export function neighbourhoodBytes(nItems: number, k: number, context: RunContext): number {
  const systems = Math.min(4 * nItems * systemLength(k), Math.max(BATCH_BYTES, 4 * systemLength(k)))
  return systems + threadsOf(context) * (slotBytesOf(k) + 4 * nItems) + 32 * nItems * k
}

type Batch = readonly [first: number, end: number]

// As many items as fit, one at least.
function cutIntoBatches(starts: Float64Array, most: number): Batch[] {
  const batches: Batch[] = []
  for (let first = 0, end = 0; first < starts.length - 1; first = end) {
    end = first + 1
    while (end < starts.length - 1 && starts[end + 1] - starts[first] <= most) end++
    batches.push([first, end])
  }
  return batches
}

function startsOf(neighbours: Csr): Float64Array {
  const starts = new Float64Array(neighbours.nRows + 1)
  for (let item = 0; item < neighbours.nRows; item++) starts[item + 1] = starts[item] + systemLength(rowLength(neighbours, item))
  return starts
}

// A matrix and a Cholesky factor.
const slotBytesOf = (k: number): number => 16 * strideOf(k) ** 2

function shareable({ byUser, byItem, diagonal, neighbours }: NeighbourhoodProblem, starts: Float64Array, batchLength: number): NeighbourhoodShared {
  const { indptr, indices, nRows } = neighbours
  const placeOf = new Float32Array(indices.length)
  let most = 1
  for (let item = 0; item < nRows; item++) {
    for (let at = indptr[item]; at < indptr[item + 1]; at++) placeOf[at] = at - indptr[item]
    most = Math.max(most, rowLength(neighbours, item))
  }
  const places = transpose({ ...neighbours, values: placeOf })
  return {
    byUser, byItem, diagonal, starts, places,
    neighbours: transpose(places), // in shared memory now
    systems: new Float32Array(shareableBuffer(4 * batchLength)),
    weights: new Float32Array(shareableBuffer(4 * indices.length)),
    phase: new Int32Array(shareableBuffer(16)),
    singular: new Int32Array(shareableBuffer(4)),
    slotBytes: slotBytesOf(most),
  }
}
