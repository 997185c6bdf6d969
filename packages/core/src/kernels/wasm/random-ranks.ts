// Pessimistic ranks of the model `random`, in threads. Its scores are numbers of a seeded stream that can only be drawn
// one after the other, so a rank costs all of a user's; four users are drawn at once.
import type { RunContext } from '../../base/index.ts'
import { canShareMemory, rowLength } from '../../sparse/index.ts'
import { startCrew } from '../pool/crew.ts'
import { gateMemory } from '../pool/gate.ts'
import { threadsOf } from './als.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'
import { layOutRandom, randomThread, type RandomShared } from './random-thread.ts'

/** What is ranked; the matrices are [nUsers × nItems]. */
export interface RandomRanksInput extends Pick<RandomShared, 'seed' | 'relevant' | 'exclude'> {
  /** [nItems], 1, or NaN for an item without a score. */
  readonly known: Float32Array
  readonly users: ArrayLike<number>
}

/** Scores below which a thread is not worth starting. */
const THREAD_SCORES = 10_000_000
/** Chunks between two reports of progress. */
const CHUNKS_A_REPORT = 2048

/** [Σ relevant items of the users], as FittedModel.rankUsers gives them. Throws ERR_ABORTED, ERR_WORKER. */
export async function randomRanks({ known, seed, users: asked, relevant, exclude }: RandomRanksInput, { threads, signal, onProgress }: RunContext): Promise<Float64Array> {
  const buffer = (bytes: number): ArrayBuffer | SharedArrayBuffer => canShareMemory ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)
  const nItems = known.length
  const users = Int32Array.from(asked)
  const starts = new Uint32Array(users.length + 1)
  users.forEach((user, at) => { starts[at + 1] = starts[at] + rowLength(relevant, user) })
  const ranks = new Float64Array(buffer(8 * starts[users.length]))
  const working = Math.max(1, Math.min(threadsOf(threads === undefined ? {} : { threads }), Math.ceil(users.length * nItems / THREAD_SCORES)))
  const module = await kernelModule(canShareMemory)
  const memory = kernelMemory(layOutRandom(nItems, working - 1).end, canShareMemory)
  new Float32Array(memory.buffer, layOutRandom(nItems, 0).known, nItems).set(known)
  const shared: RandomShared = { nItems, seed, users, relevant, exclude, starts, ranks, firstChunk: new Int32Array(buffer(4)) }
  const crew = startCrew({ module, memory, gate: gateMemory(canShareMemory), job: { kind: 'random', shared } }, working, randomThread(instantiate(module, memory), memory, shared, 0), signal)
  try {
    for (let chunk = 0; 4 * chunk < users.length; chunk += CHUNKS_A_REPORT) {
      const end = Math.min(chunk + CHUNKS_A_REPORT, Math.ceil(users.length / 4))
      await crew.run(end - chunk, () => { shared.firstChunk[0] = chunk })
      onProgress?.({ stage: 'rank', done: Math.min(4 * end, users.length), total: users.length })
    }
  } finally {
    crew.close()
  }
  return ranks
}
