// What each feature adds to a row's score: SHAP values by TreeSHAP, path-dependent (Lundberg et al. 2020, algorithm 2).
//
// A subset of features is followed through a tree: a split by a feature of the subset as the row goes, any other to both sides, by the
// shares of training rows that went there. The values are Shapley's of that game, and sum to the score.
import type { Tree } from '../kernels/index.ts'
import type { TreeRanker } from './ranker.ts'

/** A feature on the path from the root: the share of subsets without it that come by, with it (0 or 1), and the weights by size. */
interface Step { readonly feature: number, readonly without: number, readonly within: number, weight: number }

/**
 * [features + 1] what each feature adds, and last what is expected when none is known, the mean of the leaves by training rows. The
 * sum is the row's score but for rounding. row: [features], NaN where a value is missing. O(leaves · depth²) a tree.
 */
export function shapValues({ featureNames, trees }: TreeRanker, row: ArrayLike<number>): Float64Array {
  const values = new Float64Array(featureNames.length + 1)
  for (const tree of trees) {
    values[featureNames.length] += expectedValue(tree)
    if (tree.feature.length > 0) descend({ tree, row, values }, 0, [], { feature: -1, without: 1, within: 1 })
  }
  return values
}

function expectedValue({ leafValue, leafCount }: Tree): number {
  let [sum, rows] = [0, 0]
  leafValue.forEach((value, leaf) => {
    sum += value * leafCount[leaf]
    rows += leafCount[leaf]
  })
  return rows === 0 ? leafValue[0] : sum / rows
}

interface Walk { readonly tree: Tree, readonly row: ArrayLike<number>, readonly values: Float64Array }

function descend(walk: Walk, at: number, before: readonly Step[], { feature, without, within }: Omit<Step, 'weight'>): void {
  const { tree, row, values } = walk
  const path = extended(before, feature, without, within)
  if (at < 0) {
    for (let step = 1; step < path.length; step++) {
      values[path[step].feature] += sumWithout(path, step) * (path[step].within - path[step].without) * tree.leafValue[~at]
    }
    return
  }
  const value = row[tree.feature[at]]
  const goesLeft = Number.isNaN(value) ? tree.missingLeft[at] === 1 : value <= tree.threshold[at]
  const met = path.findIndex((step, place) => place > 0 && step.feature === tree.feature[at])
  const known = met < 0 ? { without: 1, within: 1 } : path[met]
  const rest = met < 0 ? path : unwound(path, met)
  for (const [child, isOwn] of [[tree.left[at], goesLeft], [tree.right[at], !goesLeft]] as const) {
    const share = rowsOf(tree, child) / tree.internalCount[at]
    descend(walk, child, rest, { feature: tree.feature[at], without: share * known.without, within: isOwn ? known.within : 0 })
  }
}

const rowsOf = (tree: Tree, node: number): number => node >= 0 ? tree.internalCount[node] : tree.leafCount[~node]

// EXTEND
function extended(before: readonly Step[], feature: number, without: number, within: number): Step[] {
  const depth = before.length
  const path = before.map(step => ({ ...step }))
  path.push({ feature, without, within, weight: depth === 0 ? 1 : 0 })
  for (let at = depth - 1; at >= 0; at--) {
    path[at + 1].weight += within * path[at].weight * (at + 1) / (depth + 1)
    path[at].weight *= without * (depth - at) / (depth + 1)
  }
  return path
}

// The weights that the path has without one of its steps: UNWIND.
function weightsWithout(path: readonly Step[], step: number): Float64Array {
  const depth = path.length - 1
  const { without, within } = path[step]
  const weights = new Float64Array(depth)
  let next = path[depth].weight
  for (let at = depth - 1; at >= 0; at--) {
    if (within === 0) {
      weights[at] = path[at].weight * (depth + 1) / (without * (depth - at))
    } else {
      weights[at] = next * (depth + 1) / ((at + 1) * within)
      next = path[at].weight - weights[at] * without * (depth - at) / (depth + 1)
    }
  }
  return weights
}

const sumWithout = (path: readonly Step[], step: number): number => weightsWithout(path, step).reduce((sum, weight) => sum + weight, 0)

function unwound(path: readonly Step[], step: number): Step[] {
  const weights = weightsWithout(path, step)
  return path.filter((_, at) => at !== step).map((kept, at) => ({ ...kept, weight: weights[at] }))
}
