// The growth of one tree, leaf by leaf: always the leaf whose split gains most (Shi 2007, as LightGBM does it). What a leaf is
// and how its best split is found is the arithmetic's; the order and the bookkeeping are here, for the reference and the kernels.
import type { GrowthSettings, TreeSplit, Sums, Tree } from './boosting-contract.ts'

/** A leaf: what lies in it and its best split; none where no split is allowed. */
export interface Leaf { readonly sums: Sums, readonly split: TreeSplit | undefined }

/** How leaves are made. Leaf 0 holds all rows at first. */
export interface LeafWork {
  root(): Promise<Leaf>
  /** Cuts leaf `leaf`: its left part keeps the number, the right part becomes leaf `added`. isLast: their splits are not asked for. */
  cut(leaf: number, added: number, split: TreeSplit, isLast: boolean): Promise<readonly [left: Leaf, right: Leaf]>
}

/** Steps of a tree's whole numbers. */
export interface Steps { readonly gradient: number, readonly hessian: number }

/** G² / (H + λ), twice what a leaf takes from the loss. */
export const leafGain = ({ gradient, hessian }: Sums, steps: Steps, lambda: number): number => {
  const sum = gradient * steps.gradient
  return sum * sum / (hessian * steps.hessian + lambda)
}

/** −η G / (H + λ) */
const leafValue = ({ gradient, hessian }: Sums, steps: Steps, { lambda, learningRate }: GrowthSettings): number =>
  hessian === 0 ? 0 : -(gradient * steps.gradient) / (hessian * steps.hessian + lambda) * learningRate

/** Values above every border go left only where the missing alone go right: LightGBM's stand-in for infinity. */
const ALL_VALUES = 1e300

/** borders: of the bins, for the thresholds. */
export async function growTree(work: LeafWork, settings: GrowthSettings, steps: Steps, borders: readonly Float32Array[]): Promise<Tree> {
  const leaves = [await work.root()]
  const depths = [0]
  const parents = [-1] // ≥ 0: the leaf is that split's left child; < −1: the right child of split −2 − parent
  const cuts: { split: TreeSplit, sums: Sums, left: number, right: number }[] = []
  while (leaves.length < settings.numLeaves) {
    const leaf = bestLeaf(leaves, depths, settings.maxDepth)
    if (leaf < 0) break
    const { split, sums } = leaves[leaf] as { split: TreeSplit, sums: Sums }
    const added = leaves.length
    const [left, right] = await work.cut(leaf, added, split, added + 1 === settings.numLeaves)
    const at = cuts.length
    if (parents[leaf] >= 0) cuts[parents[leaf]].left = at
    else if (parents[leaf] < -1) cuts[-2 - parents[leaf]].right = at
    cuts.push({ split, sums, left: ~leaf, right: ~added })
    parents[leaf] = at
    parents.push(-2 - at)
    depths[leaf]++
    depths.push(depths[leaf])
    leaves[leaf] = left
    leaves.push(right)
  }
  const threshold = ({ feature, bin }: TreeSplit): number => bin < borders[feature].length ? borders[feature][bin] : ALL_VALUES
  return {
    feature: Int32Array.from(cuts, ({ split }) => split.feature),
    threshold: Float64Array.from(cuts, ({ split }) => threshold(split)),
    missingLeft: Uint8Array.from(cuts, ({ split }) => Number(split.missingLeft)),
    left: Int32Array.from(cuts, ({ left }) => left),
    right: Int32Array.from(cuts, ({ right }) => right),
    gain: Float64Array.from(cuts, ({ split }) => split.gain),
    internalValue: Float64Array.from(cuts, ({ sums }) => leafValue(sums, steps, settings)),
    internalWeight: Float64Array.from(cuts, ({ sums }) => sums.hessian * steps.hessian),
    internalCount: Int32Array.from(cuts, ({ sums }) => sums.count),
    leafValue: Float64Array.from(leaves, ({ sums }) => leafValue(sums, steps, settings)),
    leafWeight: Float64Array.from(leaves, ({ sums }) => sums.hessian * steps.hessian),
    leafCount: Int32Array.from(leaves, ({ sums }) => sums.count),
  }
}

// The first of those with the most gain; −1 where none may be split.
function bestLeaf(leaves: readonly Leaf[], depths: readonly number[], maxDepth: number): number {
  let best = -1
  let gain = 0
  leaves.forEach(({ split }, leaf) => {
    if (!split || (maxDepth > 0 && depths[leaf] >= maxDepth) || split.gain <= gain) return
    best = leaf
    gain = split.gain
  })
  return best
}
