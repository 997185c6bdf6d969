// Which arithmetic is used: WebAssembly SIMD, everywhere. The reference is there to be read and tested against.
import type { Kernels } from './contract.ts'
import { referenceAls, referenceRowSolver } from './reference/als.ts'
import { referenceBoosting } from './reference/boosting.ts'
import { referenceForest } from './reference/forest.ts'
import { referenceInverse } from './reference/inverse.ts'
import { referenceNearest } from './reference/nearest.ts'
import { referenceNeighbourhoods } from './reference/neighbourhoods.ts'
import { referenceRanker } from './reference/ranker.ts'
import { referenceScorer } from './reference/scorer.ts'
import { referenceSgd } from './reference/sgd.ts'
import { wasmAls } from './wasm/als.ts'
import { wasmBoosting } from './wasm/boosting.ts'
import { wasmForest } from './wasm/forest.ts'
import { wasmInverse } from './wasm/inverse.ts'
import { wasmNearest } from './wasm/nearest.ts'
import { wasmNeighbourhoods } from './wasm/neighbourhoods.ts'
import { wasmRanker } from './wasm/ranker.ts'
import { wasmRowSolver } from './wasm/row-solver.ts'
import { wasmScorer } from './wasm/scorer.ts'
import { wasmSgd } from './wasm/sgd.ts'

/** The specification: plain TypeScript, one thread. */
export const referenceKernels: Kernels = {
  name: 'reference',
  als: async (problem, context) => referenceAls(problem, context),
  rowSolver: async side => referenceRowSolver(side),
  inverse: async (problem, context) => referenceInverse(problem, context),
  sgd: async (problem, context) => referenceSgd(problem, context),
  boosting: async (problem, context) => referenceBoosting(problem, context),
  forest: async trees => referenceForest(trees),
  scorer: async (itemFactors, nItems, factors) => referenceScorer(itemFactors, nItems, factors),
  ranker: async (itemFactors, nItems, factors, ranked) => referenceRanker(itemFactors, nItems, factors, ranked),
  nearest: async problem => referenceNearest(problem),
  neighbourhoods: async (problem, context) => referenceNeighbourhoods(problem, context),
}

/** What does the work: WebAssembly SIMD, in threads where there are any. */
export const wasmKernels: Kernels = {
  name: 'wasm', als: wasmAls, rowSolver: wasmRowSolver, inverse: wasmInverse, scorer: wasmScorer, ranker: wasmRanker, nearest: wasmNearest,
  neighbourhoods: wasmNeighbourhoods, sgd: wasmSgd, boosting: wasmBoosting, forest: wasmForest,
}
