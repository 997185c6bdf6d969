// Gradient-boosted trees by the wasm kernels: lays out the memory, shares the chunks out, and keeps the leaves' books.
import { throwIfAborted, type RunContext } from '../../base/index.ts'
import { shareableBuffer } from '../../sparse/index.ts'
import type { BoostProblem, BoostWork, TreeSplit, Sums, Tree } from '../boosting-contract.ts'
import { discounts, idealDcg } from '../dcg.ts'
import { growTree, type Leaf, type LeafWork, type Steps } from '../grow-tree.ts'
import { startCrew } from '../pool/crew.ts'
import { gateMemory } from '../pool/gate.ts'
import { MOST_STEPS } from '../reference/boosting.ts'
import { threadsOf } from './als.ts'
import { CHUNK_GROUPS, CUT_BYTES, CUT_ROWS, layOutBoosting, SPLIT_BYTES, TOGETHER, type BoostLayout } from './boost-layout.ts'
import { BoostPhase, boostThread, type BoostShared } from './boost-thread.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'

/** Rows times blocks of features below which threads cost more than they bring. */
const FEW = 30_000

/** Throws ERR_MEMORY when it does not fit the 4 GiB of a wasm memory. */
export async function wasmBoosting(problem: BoostProblem, context: RunContext): Promise<BoostWork> {
  const threads = threadsOf(context)
  const inThreads = threads > 1
  const layout = layOutBoosting(problem, threads)
  const module = await kernelModule(inThreads)
  const memory = kernelMemory(layout.sizeBytes, inThreads)
  const shared = shareable(problem, layout, inThreads)
  writeMemory(memory, problem, layout)
  const gate = gateMemory(inThreads)
  const doChunk = boostThread(instantiate(module, memory), memory, shared, 0)
  const crew = startCrew({ module, memory, gate, job: { kind: 'boosting', shared } }, threads, doChunk, context.signal)

  const run = (nChunks: number, ...phase: readonly number[]): Promise<void> => crew.run(nChunks, () => shared.phase.set(phase))
  const runSmall = async (isSmall: boolean, nChunks: number, ...phase: readonly number[]): Promise<void> => {
    if (!isSmall) return run(nChunks, ...phase)
    shared.phase.set(phase)
    for (let chunk = 0; chunk < nChunks; chunk++) doChunk(chunk)
  }
  await run(layout.nBlocks, BoostPhase.bin).catch((error: unknown) => {
    crew.close()
    throw error
  })
  const scores = new Float64Array(memory.buffer, layout.scores, layout.nRows)

  const searches = { n: 0 }

  const grow = async (bag: Uint32Array, features: Uint32Array): Promise<Tree> => {
    throwIfAborted(context.signal)
    const nInBag = drawBag(shared, bag)
    writeFeatures(memory, problem, layout, features)
    const chunks = Math.ceil(bag.length / CHUNK_GROUPS)
    await run(chunks, BoostPhase.lambdas, bag.length)
    const steps = stepsOf(memory, layout, bag, nInBag)
    await run(chunks, BoostPhase.steps, bag.length, steps.gradient, steps.hessian)
    writeSearch(memory, problem, layout, steps)
    const cuts: TreeSplit[] = []
    const tree = await growTree(leafWork({ memory, layout, shared, run: runSmall, nInBag, searches, cuts }), problem.growth, steps, problem.borders)
    writeTree(memory, layout, tree, cuts)
    await run(tree.leafValue.length, BoostPhase.addLeaves)
    await run(Math.ceil((layout.nGroups - bag.length) / CHUNK_GROUPS), BoostPhase.addTree, bag.length)
    return tree
  }
  return { scores, grow, close: crew.close }
}

function shareable({ blocks, borders, groups, labels, lambdas, growth }: BoostProblem, layout: BoostLayout, inThreads: boolean): BoostShared {
  const discount = discountsOf(groups)
  const perDcg = new Float64Array(shareableBuffer(8 * layout.nGroups, inThreads))
  for (let group = 0; group < layout.nGroups; group++) {
    const ideal = idealDcg(labels, groups[group], groups[group + 1], lambdas.truncation, discount)
    perDcg[group] = ideal === 0 ? 0 : 1 / ideal
  }
  const uints = (n: number): Uint32Array => new Uint32Array(shareableBuffer(4 * n, inThreads))
  return {
    layout, blocks, borders, groups, perDcg, lambdas,
    bag: uints(layout.nGroups),
    bagStarts: uints(layout.nGroups),
    leafStarts: uints(growth.numLeaves),
    leafCounts: uints(growth.numLeaves),
    wentLeft: uints(Math.ceil(layout.nRows / CUT_ROWS)),
    phase: new Float64Array(shareableBuffer(8 * 12, inThreads)),
  }
}

function discountsOf(groups: Uint32Array): Float64Array {
  let longest = 1
  for (let group = 1; group < groups.length; group++) longest = Math.max(longest, groups[group] - groups[group - 1])
  return discounts(longest)
}

function writeMemory({ buffer }: WebAssembly.Memory, { groups, labels }: BoostProblem, layout: BoostLayout): void {
  new Uint8Array(buffer, layout.labels, layout.nRows).set(labels)
  const discount = discountsOf(groups)
  new Float64Array(buffer, layout.discounts, discount.length).set(discount)
}

// The bag first, then the other groups. Returns the rows of the bag.
function drawBag({ bag: all, bagStarts, groups }: BoostShared, bag: Uint32Array): number {
  let nRows = 0
  bag.forEach((group, at) => {
    bagStarts[at] = nRows
    nRows += groups[group + 1] - groups[group]
  })
  all.set(bag)
  let next = 0
  let others = bag.length
  for (let group = 0; group < groups.length - 1; group++) {
    if (bag[next] === group) next++
    else all[others++] = group
  }
  return nRows
}

function writeFeatures({ buffer }: WebAssembly.Memory, { borders }: BoostProblem, layout: BoostLayout, features: Uint32Array): void {
  const nBins = new Int32Array(buffer, layout.nBins, TOGETHER * layout.nBlocks).fill(0)
  for (const feature of features) nBins[feature] = borders[feature].length + 1
}

// As stepOf in reference/boosting.ts.
function stepsOf({ buffer }: WebAssembly.Memory, layout: BoostLayout, bag: Uint32Array, nRows: number): Steps {
  const sums = new Float64Array(buffer, layout.groupSums, 2 * layout.nGroups)
  let [gradient, hessian] = [0, 0]
  for (const group of bag) {
    gradient += sums[2 * group]
    hessian += sums[2 * group + 1]
  }
  const step = (sum: number): number => sum === 0 ? 1 : sum / (MOST_STEPS - nRows)
  return { gradient: step(gradient), hessian: step(hessian) }
}

// The first fields of Search in assembly/histogram.ts, in their order; the leaf's follow when there is one.
function writeSearch({ buffer }: WebAssembly.Memory, { growth }: BoostProblem, layout: BoostLayout, steps: Steps): void {
  for (const { search } of layout.slots) {
    new Float64Array(buffer, search, 5).set([growth.lambda, growth.minGainToSplit, growth.minSumHessianInLeaf, steps.gradient, steps.hessian])
    new Int32Array(buffer, search + 40, 1)[0] = growth.minDataInLeaf
  }
}

interface LeavesInWork {
  readonly memory: WebAssembly.Memory
  readonly layout: BoostLayout
  readonly shared: BoostShared
  run(isSmall: boolean, nChunks: number, ...phase: readonly number[]): Promise<void>
  readonly nInBag: number
  /** So far, of all trees. */
  readonly searches: { n: number }
  /** Receives the cuts in their order. */
  readonly cuts: TreeSplit[]
}

function leafWork({ memory, layout, shared, run, nInBag, searches, cuts }: LeavesInWork): LeafWork {
  const { leafStarts, leafCounts, wentLeft } = shared
  const rows = new Uint32Array(memory.buffer, layout.rows, layout.nRows)
  const [left, right] = [new Uint32Array(memory.buffer, layout.left, layout.nRows), new Uint32Array(memory.buffer, layout.right, layout.nRows)]
  const places = [0] // of each leaf's histograms
  const bestOf = cutReader(memory, layout)

  const search = async (small: number, large: number | undefined, ofSmall: Sums, ofLarge: Sums): Promise<void> => {
    const sums = [ofSmall, ofLarge].flatMap(({ gradient, hessian, count }) => [gradient, hessian, count])
    await run(leafCounts[small] * layout.nBlocks < FEW, layout.nBlocks,
      BoostPhase.search, leafStarts[small], leafCounts[small], places[small], large === undefined ? -1 : places[large], ...sums, ++searches.n)
  }

  // The leaf's rows, those that go left first, either in their order.
  const cutRows = async (leaf: number, added: number, { feature, bin, missingLeft }: TreeSplit): Promise<void> => {
    const [start, n] = [leafStarts[leaf], leafCounts[leaf]]
    const nChunks = Math.ceil(n / CUT_ROWS)
    await run(nChunks === 1, nChunks, BoostPhase.cut, start, n, feature, bin, Number(missingLeft))
    let nLeft = 0
    for (let chunk = 0; chunk < nChunks; chunk++) nLeft += wentLeft[chunk]
    let [toLeft, toRight] = [start, start + nLeft]
    for (let chunk = 0; chunk < nChunks; chunk++) {
      const from = start + chunk * CUT_ROWS
      const nHere = Math.min(CUT_ROWS, n - chunk * CUT_ROWS)
      rows.set(left.subarray(from, from + wentLeft[chunk]), toLeft)
      rows.set(right.subarray(from, from + nHere - wentLeft[chunk]), toRight)
      toLeft += wentLeft[chunk]
      toRight += nHere - wentLeft[chunk]
    }
    leafStarts[added] = start + nLeft
    leafCounts[added] = n - nLeft
    leafCounts[leaf] = nLeft
  }

  return {
    async root() {
      leafStarts[0] = 0
      leafCounts[0] = nInBag
      const sums = sumsOfBag(memory, layout, nInBag)
      await search(0, undefined, sums, sums)
      return { sums, split: bestOf(0, sums) }
    },
    async cut(leaf, added, split, isLast) {
      cuts.push(split)
      await cutRows(leaf, added, split)
      if (isLast) return [{ sums: split.left, split: undefined }, { sums: split.right, split: undefined }]
      // the smaller leaf's histograms are filled, the other's are the parent's less those
      const isLeftSmall = split.left.count <= split.right.count
      const [small, large] = isLeftSmall ? [leaf, added] : [added, leaf]
      places[large] = places[leaf]
      places[small] = added
      const [ofSmall, ofLarge] = isLeftSmall ? [split.left, split.right] : [split.right, split.left]
      await search(small, large, ofSmall, ofLarge)
      const leaves: [Leaf, Leaf] = [{ sums: ofSmall, split: bestOf(0, ofSmall) }, { sums: ofLarge, split: bestOf(1, ofLarge) }]
      return isLeftSmall ? leaves : [leaves[1], leaves[0]]
    },
  }
}

function sumsOfBag({ buffer }: WebAssembly.Memory, layout: BoostLayout, nRows: number): Sums {
  const rows = new Uint32Array(buffer, layout.rows, nRows)
  const whole = new Int32Array(buffer, layout.gradients, 4 * layout.nRows)
  let [gradient, hessian] = [0, 0]
  for (let at = 0; at < nRows; at++) {
    gradient += whole[4 * rows[at]]
    hessian += whole[4 * rows[at] + 1]
  }
  return { gradient, hessian, count: nRows }
}

// The best of the blocks' cuts of the smaller leaf (0) or the other (1); the first of equals.
function cutReader({ buffer }: WebAssembly.Memory, layout: BoostLayout): (which: 0 | 1, sums: Sums) => TreeSplit | undefined {
  const doubles = new Float64Array(buffer)
  const ints = new Int32Array(buffer)
  return (which, sums) => {
    let best: TreeSplit | undefined
    for (let block = 0; block < layout.nBlocks; block++) {
      const at = layout.cuts + CUT_BYTES * (2 * block + which)
      const gain = doubles[at / 8]
      const [feature, bin, missingLeft, gradient, hessian, count] = ints.subarray(at / 4 + 2, at / 4 + 8)
      if (feature < 0 || gain <= (best?.gain ?? 0)) continue
      best = {
        gain, bin,
        feature: TOGETHER * block + feature,
        missingLeft: missingLeft === 1,
        left: { gradient, hessian, count },
        right: { gradient: sums.gradient - gradient, hessian: sums.hessian - hessian, count: sums.count - count },
      }
    }
    return best
  }
}

// BinSplit of assembly/leaves.ts, and the leaves' values.
function writeTree({ buffer }: WebAssembly.Memory, layout: BoostLayout, tree: Tree, cuts: readonly TreeSplit[]): void {
  new Float64Array(buffer, layout.leafValues, tree.leafValue.length).set(tree.leafValue)
  cuts.forEach(({ feature, bin, missingLeft }, at) => {
    const bytes = layout.bins + TOGETHER * layout.nRows * Math.floor(feature / TOGETHER) + feature % TOGETHER
    new Int32Array(buffer, layout.splits + SPLIT_BYTES * at, 5).set([bytes, bin, Number(missingLeft), tree.left[at], tree.right[at]])
  })
  if (cuts.length === 0) new Int32Array(buffer, layout.splits, 5).set([layout.bins, 255, 0, ~0, ~0])
}
