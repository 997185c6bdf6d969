// One thread's share of boosting: a function that does chunk number so-and-so of the phase in work.
import type { LambdaSettings } from '../boosting-contract.ts'
import { CHUNK_GROUPS, COPIED_VALUES, CUT_BYTES, CUT_ROWS, HISTOGRAM_BYTES, TOGETHER, type BoostLayout } from './boost-layout.ts'
import type { KernelExports } from './module.ts'

/** Everything a thread needs besides the memory; can be sent to a worker. */
export interface BoostShared {
  readonly layout: BoostLayout
  readonly blocks: readonly (readonly Float32Array[])[]
  readonly borders: readonly Float32Array[]
  readonly groups: Uint32Array
  /** [groups] 1 / ideal DCG, 0 where there is none */
  readonly perDcg: Float64Array
  readonly lambdas: LambdaSettings
  /** [groups] those of the tree in work, then the others; [groups] where the rows of the former begin */
  readonly bag: Uint32Array
  readonly bagStarts: Uint32Array
  /** [numLeaves] first row and rows of each leaf, in `layout.rows` */
  readonly leafStarts: Uint32Array
  readonly leafCounts: Uint32Array
  /** [chunks] how many rows of a chunk go left */
  readonly wentLeft: Uint32Array
  /** The phase in work and its arguments, as the phase reads them. */
  readonly phase: Float64Array
}

export const BoostPhase = { bin: 0, lambdas: 1, steps: 2, cut: 3, search: 4, addLeaves: 5, addTree: 6 } as const

/** The function for thread number `slot`. */
export function boostThread(kernels: KernelExports, memory: WebAssembly.Memory, shared: BoostShared, slot: number): (chunk: number) => void {
  const { layout, groups, bag, phase } = shared
  const scratch = layout.slots[slot]
  const floats = new Float32Array(memory.buffer)
  const doubles = new Float64Array(memory.buffer)
  const ints = new Int32Array(memory.buffer)
  writeLambdas(memory, shared, slot)

  const bin = (block: number): void => {
    const from = layout.bins + TOGETHER * layout.nRows * block
    for (let at = 0; at < TOGETHER; at++) {
      const feature = TOGETHER * block + at
      if (feature >= layout.nFeatures) continue // its bins stay 0
      floats.fill(Infinity, scratch.borders / 4, scratch.borders / 4 + 256)
      floats.set(shared.borders[feature], scratch.borders / 4)
      let row = 0
      for (const columns of shared.blocks) {
        for (let start = 0; start < columns[feature].length; start += COPIED_VALUES) {
          const values = columns[feature].subarray(start, start + COPIED_VALUES)
          floats.set(values, scratch.values / 4)
          kernels.binValues(scratch.values, values.length, scratch.borders, from + TOGETHER * row + at)
          row += values.length
        }
      }
    }
  }

  // phase: [, groups in the bag]
  const lambdas = (chunk: number): void => {
    for (const group of bag.subarray(chunk * CHUNK_GROUPS, Math.min((chunk + 1) * CHUNK_GROUPS, phase[1]))) {
      kernels.lambdasOf(scratch.lambdas, groups[group], groups[group + 1], shared.perDcg[group], layout.groupSums + 16 * group)
    }
  }

  // phase: [, groups in the bag, step of the gradients, of the hessians]
  const steps = (chunk: number): void => {
    for (let at = chunk * CHUNK_GROUPS; at < Math.min((chunk + 1) * CHUNK_GROUPS, phase[1]); at++) {
      kernels.toSteps(layout.gradients, groups[bag[at]], groups[bag[at] + 1], phase[2], phase[3], layout.rows + 4 * shared.bagStarts[at])
    }
  }

  // phase: [, first row, rows, feature, bin, missing left]
  const cut = (chunk: number): void => {
    const [start, n, feature, bin, missingLeft] = phase.subarray(1, 6)
    const from = chunk * CUT_ROWS
    const at = 4 * (start + from)
    const bytes = layout.bins + TOGETHER * layout.nRows * Math.floor(feature / TOGETHER) + feature % TOGETHER
    shared.wentLeft[chunk] = kernels.cutRows(layout.rows + at, Math.min(CUT_ROWS, n - from), bytes, bin, missingLeft, layout.left + at, layout.right + at)
  }

  // Once a phase: the blocks of a thread read the same. phase: [, first row, rows … number of the search]
  let gathered = 0
  const gather = (): void => {
    if (gathered === phase[11]) return
    kernels.gatherGradients(layout.gradients, layout.rows + 4 * phase[1], phase[2], scratch.gathered)
    gathered = phase[11]
  }

  // phase: [, first row and rows of the smaller leaf, its place among the histograms, the other's (−1: there is none), then of each leaf Σ gradient, Σ hessian, rows, and the number of the search]
  const search = (block: number): void => {
    const histogram = (place: number): number => layout.histograms + HISTOGRAM_BYTES * (place * layout.nBlocks + block)
    const [start, n, small, large] = phase.subarray(1, 5)
    gather()
    kernels.fillHistogram(layout.bins + TOGETHER * layout.nRows * block, scratch.gathered, layout.rows + 4 * start, n, histogram(small))
    searchOne(block, 0, histogram(small))
    if (large < 0) return
    kernels.subtractHistogram(histogram(large), histogram(small))
    searchOne(block, 1, histogram(large))
  }

  const searchOne = (block: number, which: 0 | 1, histogram: number): void => {
    ints.set(phase.subarray(5 + 3 * which, 8 + 3 * which), scratch.search / 4 + 11)
    kernels.bestCut(scratch.search, histogram, layout.nBins + 4 * TOGETHER * block, layout.cuts + CUT_BYTES * (2 * block + which))
  }

  const addLeaves = (leaf: number): void =>
    kernels.addToRows(layout.rows + 4 * shared.leafStarts[leaf], shared.leafCounts[leaf], layout.scores, doubles[layout.leafValues / 8 + leaf])

  // phase: [, groups in the bag]
  const addTree = (chunk: number): void => {
    for (const group of bag.subarray(phase[1] + chunk * CHUNK_GROUPS, phase[1] + (chunk + 1) * CHUNK_GROUPS)) {
      kernels.addTree(layout.splits, layout.leafValues, groups[group], groups[group + 1], layout.scores)
    }
  }

  const phases = [bin, lambdas, steps, cut, search, addLeaves, addTree]
  return chunk => phases[phase[0]](chunk)
}

// The fields of Lambdas in assembly/lambdas.ts, in their order.
function writeLambdas({ buffer }: WebAssembly.Memory, { layout, lambdas }: BoostShared, slot: number): void {
  const { lambdas: at, order, spare, labelled } = layout.slots[slot]
  new Float64Array(buffer, at, 1)[0] = lambdas.sigmoid
  new Int32Array(buffer, at + 8, 9).set([
    Math.min(lambdas.truncation, 0x7fffffff), Number(lambdas.isNormalized), layout.scores, layout.labels, layout.discounts, layout.gradients, order, spare, labelled,
  ])
}
