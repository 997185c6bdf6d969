// Gradient-boosted trees for ranking in plain TypeScript: the specification of assembly/boosting.ts. docs/math/lambdamart.md
import { throwIfAborted, type RunContext } from '../../base/index.ts'
import { MISSING_BIN, type BoostProblem, type BoostWork, type TreeSplit, type Tree } from '../boosting-contract.ts'
import { growTree, type Leaf, type LeafWork, type Steps } from '../grow-tree.ts'
import { bestCut, histogramOf, sumsOf, type WholeGradients } from './histogram.ts'
import { lambdasOf } from './lambdas.ts'

/** Whole steps that all of a tree's gradients, without their signs, come to: their sums lie in int32. */
export const MOST_STEPS = 2 ** 31 - 1

/** mostSteps: for the question what rounding costs; sums stay exact up to 2⁵³. */
export function referenceBoosting(problem: BoostProblem, { signal }: RunContext, mostSteps = MOST_STEPS): BoostWork {
  const { blocks, borders, groups, labels } = problem
  const columns = borders.map((_, feature) => Float32Array.from(blocks.flatMap(block => [...block[feature]])))
  const nRows = labels.length
  const bins = columns.map((column, feature) => binsOf(column, borders[feature]))
  const scores = new Float64Array(nRows)
  const gradients = new Float64Array(nRows)
  const hessians = new Float64Array(nRows)

  const grow = async (bag: Uint32Array, features: Uint32Array): Promise<Tree> => {
    throwIfAborted(signal)
    for (const group of bag) lambdasOf(problem.lambdas, labels, scores, groups[group], groups[group + 1], gradients, hessians)
    const rows = rowsOf(groups, bag)
    const steps = { gradient: stepOf(gradients, groups, bag, mostSteps), hessian: stepOf(hessians, groups, bag, mostSteps) }
    const whole = { gradients: inSteps(gradients, steps.gradient), hessians: inSteps(hessians, steps.hessian) }
    const tree = await growTree(leafWork(problem, bins, rows, features, whole, steps), problem.growth, steps, borders)
    for (let row = 0; row < nRows; row++) scores[row] += tree.leafValue[leafOf(tree, feature => columns[feature][row])]
    return tree
  }
  return { scores, grow, close: () => {} }
}

/** [n] the bin of each value: the number of borders below it. */
function binsOf(column: Float32Array, borders: Float32Array): Uint8Array {
  return Uint8Array.from(column, value => Number.isNaN(value) ? MISSING_BIN : borders.reduce((below, border) => below + Number(border < value), 0))
}

function rowsOf(groups: Uint32Array, bag: Uint32Array): Uint32Array {
  const rows: number[] = []
  for (const group of bag) for (let row = groups[group]; row < groups[group + 1]; row++) rows.push(row)
  return Uint32Array.from(rows)
}

/** The step by which rounded values cannot come to more than `most`; summed by groups, so that its bits depend on nothing else. */
function stepOf(values: Float64Array, groups: Uint32Array, bag: Uint32Array, most: number): number {
  let sum = 0
  let n = 0
  for (const group of bag) {
    let ofGroup = 0
    for (let row = groups[group]; row < groups[group + 1]; row++) ofGroup += Math.abs(values[row])
    sum += ofGroup
    n += groups[group + 1] - groups[group]
  }
  return sum === 0 ? 1 : sum / (most - n)
}

function inSteps(values: Float64Array, step: number): Float64Array {
  return values.map(value => Math.floor(value / step + 0.5))
}

function leafWork(
  { borders, growth }: BoostProblem, bins: readonly Uint8Array[], all: Uint32Array, features: Uint32Array, whole: WholeGradients, steps: Steps,
): LeafWork {
  const leaves: Uint32Array[] = []
  const leafOfRows = (rows: Uint32Array, isLast: boolean): Leaf => {
    const sums = sumsOf(rows, whole)
    let best: TreeSplit | undefined
    for (const feature of isLast ? [] : features) {
      const cut = bestCut(histogramOf(rows, bins[feature], whole), borders[feature].length + 1, feature, sums, growth, steps)
      if (cut && cut.gain > (best?.gain ?? 0)) best = cut
    }
    return { sums, split: best }
  }
  return {
    root: async () => leafOfRows(leaves[0] = all, false),
    cut: async (leaf, added, { feature, bin, missingLeft }, isLast) => {
      const goesLeft = (row: number): boolean => bins[feature][row] === MISSING_BIN ? missingLeft : bins[feature][row] <= bin
      leaves[added] = leaves[leaf].filter(row => !goesLeft(row))
      leaves[leaf] = leaves[leaf].filter(goesLeft)
      return [leafOfRows(leaves[leaf], isLast), leafOfRows(leaves[added], isLast)]
    },
  }
}

/** The leaf in which a row ends. */
export function leafOf({ feature, threshold, missingLeft, left, right }: Tree, valueOf: (feature: number) => number): number {
  let at = feature.length === 0 ? ~0 : 0
  while (at >= 0) {
    const value = valueOf(feature[at])
    const goesLeft = Number.isNaN(value) ? missingLeft[at] === 1 : value <= threshold[at]
    at = goesLeft ? left[at] : right[at]
  }
  return ~at
}
