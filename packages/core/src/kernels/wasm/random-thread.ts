// One thread's share of the ranks of random scores: a chunk is four users, a lane each.
import { rowIndices, type Csr } from '../../sparse/index.ts'
import { placer } from './layout.ts'
import type { KernelExports } from './module.ts'

/** Everything a thread needs besides the memory; can be sent to a worker. */
export interface RandomShared {
  readonly nItems: number
  readonly seed: number
  /** [n] */
  readonly users: Int32Array
  /** [nUsers × nItems] */
  readonly relevant: Csr
  readonly exclude: Csr
  /** [n + 1], where each user's ranks begin. */
  readonly starts: Uint32Array
  readonly ranks: Float64Array
  /** [1]: the four users that are chunk 0 of the phase in work. */
  readonly firstChunk: Int32Array
}

/** Byte offsets: `known` is everybody's, the rest a thread's own. */
export function layOutRandom(nItems: number, slot: number) {
  const place = placer()
  const known = place(4 * nItems)
  const own = placer(place(0) + slot * (16 * nItems + 256))
  return { known, users: own(16), least: own(16), counts: own(16), scores: own(16 * nItems), end: own(0) }
}

/** The function for thread number `slot`. */
export function randomThread(kernels: KernelExports, memory: WebAssembly.Memory, shared: RandomShared, slot: number): (chunk: number) => void {
  const { nItems, seed, users, relevant, exclude, starts, ranks } = shared
  const at = layOutRandom(nItems, slot)
  const [ints, floats] = [new Int32Array(memory.buffer), new Float32Array(memory.buffer)]
  const scoreOf = (lane: number, item: number): number => floats[at.scores / 4 + 4 * item + lane]

  return chunkOfPhase => {
    const chunk = shared.firstChunk[0] + chunkOfPhase
    const four = Array.from(users.subarray(4 * chunk, 4 * chunk + 4))
    ints.set(four, at.users / 4)
    kernels.randomScores(at.known, nItems, seed, at.users, at.scores)
    const sought = four.map(user => rowIndices(relevant, user))
    const rounds = Math.max(...sought.map(items => items.length))
    for (let round = 0; round < rounds; round++) {
      sought.forEach((items, lane) => { floats[at.least / 4 + lane] = round < items.length ? scoreOf(lane, items[round]) : Infinity })
      kernels.countReaching(at.scores, nItems, at.least, at.counts)
      sought.forEach((items, lane) => {
        if (round >= items.length) return
        const score = scoreOf(lane, items[round])
        let rank = ints[at.counts / 4 + lane]
        for (const item of rowIndices(exclude, four[lane])) if (scoreOf(lane, item) >= score) rank--
        ranks[starts[4 * chunk + lane] + round] = Number.isNaN(score) ? Infinity : rank
      })
    }
  }
}
