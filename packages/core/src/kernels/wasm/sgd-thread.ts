// One thread's share of stochastic gradient descent: a function that does block number so-and-so of the phase in work.
import type { Csr } from '../../sparse/index.ts'
import { blockState, itemBlockOf, type Deal } from '../grid.ts'
import type { SgdProblem } from '../sgd-contract.ts'
import type { KernelExports } from './module.ts'
import { wordsOf, type SgdLayout } from './sgd-layout.ts'

/** Everything a thread needs besides the memory; can be sent to a worker. */
export interface SgdShared {
  readonly layout: SgdLayout
  readonly byUser: Csr
  readonly problem: Pick<SgdProblem, 'loss' | 'tries' | 'learningRate' | 'seed'>
  /** The items of the epoch in work. */
  readonly dealt: Deal
  /** [3]: the phase in work, the epoch and the round */
  readonly phase: Int32Array
  /** [n × (n + 1)]: where the samples of each user block and item block begin */
  readonly starts: Uint32Array
  /** [n]: Σ of the misses of each user block in the round in work */
  readonly missed: Float64Array
}

export const SgdPhase = { deal: 0, descend: 1 } as const
const LOSSES = { bpr: 0, warp: 1, logistic: 2 } as const
/** Samples of one call of the kernel, a millisecond or less, so that V8 puts its optimised code in place soon. */
const CALL_SAMPLES = 4096

/** The function for thread number `slot`. */
export function sgdThread(kernels: KernelExports, memory: WebAssembly.Memory, shared: SgdShared, slot: number): (block: number) => void {
  const { layout, byUser, problem, dealt, phase, starts, missed } = shared
  const { grid, parts } = layout
  const scratch = layout.slots[slot]
  const ints = new Int32Array(memory.buffer)
  const floats = new Float32Array(memory.buffer)

  // The interactions of a user block by item block, a counting sort.
  const dealSamples = (userBlock: number): void => {
    const { indptr, indices } = byUser
    const [firstUser, endUser] = [grid.userStarts[userBlock], grid.userStarts[userBlock + 1]]
    const own = starts.subarray(userBlock * (grid.n + 1), (userBlock + 1) * (grid.n + 1))
    const next = new Uint32Array(grid.n + 1)
    for (let at = indptr[firstUser]; at < indptr[endUser]; at++) next[dealt.blockOf[indices[at]] + 1]++
    next[0] = indptr[firstUser]
    for (let block = 1; block <= grid.n; block++) next[block] += next[block - 1]
    own.set(next)
    for (let user = firstUser; user < endUser; user++) {
      for (let at = indptr[user]; at < indptr[user + 1]; at++) {
        const to = layout.samples / 4 + 2 * next[dealt.blockOf[indices[at]]]++
        ints[to] = user
        ints[to + 1] = indices[at]
      }
    }
  }

  const descend = (userBlock: number): void => {
    const itemBlock = itemBlockOf(grid, phase[2], userBlock)
    const [from, to] = [starts[userBlock * (grid.n + 1) + itemBlock], starts[userBlock * (grid.n + 1) + itemBlock + 1]]
    const candidates = dealt.items.subarray(dealt.starts[itemBlock], dealt.starts[itemBlock + 1])
    ints.set(candidates, scratch.candidates / 4)
    writeBlock(userBlock, from, to - from, candidates.length)
    kernels.beginBlock(scratch.block)
    let sum = 0
    for (let sample = 0; sample < to - from; sample += CALL_SAMPLES) {
      sum += kernels.descend(scratch.block, sample, Math.min(sample + CALL_SAMPLES, to - from))
    }
    missed[userBlock] = sum
  }

  // The fields of Block in assembly/sgd.ts, in their order.
  const writeBlock = (userBlock: number, firstSample: number, nSamples: number, nItems: number): void => {
    const at = scratch.block / 4
    const [firstUser, endUser] = [grid.userStarts[userBlock], grid.userStarts[userBlock + 1]]
    ints.set([parts.users.part, parts.items.part, parts.biases.part, 4 * layout.stride, 0, 0, LOSSES[problem.loss],
      problem.tries, layout.weights, layout.samples + 8 * firstSample, nSamples,
      scratch.candidates, nItems, layout.places, scratch.liked, endUser - firstUser, wordsOf(nItems), firstUser], at)
    floats.set([1 / layout.factors, problem.learningRate], at + 4)
    ints.set(blockState(problem.seed, phase[1], phase[2], userBlock), at + 18)
  }

  return block => {
    if (phase[0] === SgdPhase.deal) dealSamples(block)
    else descend(block)
  }
}
