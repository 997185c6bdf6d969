// What gradient-boosted trees for ranking ask of the arithmetic; docs/math/lambdamart.md.
import type { RunContext } from '../base/index.ts'

/** A number of a histogram or of a part of the rows: gradients and hessians in whole steps, and how many rows. */
export interface Sums {
  /** Σ of the rows' gradients, in steps of the tree's. */
  readonly gradient: number
  /** Σ of the rows' hessians, in steps of the tree's. */
  readonly hessian: number
  /** Rows. */
  readonly count: number
}

/** The bin of a value that is missing. */
export const MISSING_BIN = 255

/** Rows of features by groups, and how trees are grown on them. */
export interface BoostProblem {
  /** Blocks of rows, one after the other: [features] columns each; NaN is a missing value. Threads read shared memory where it lies. */
  readonly blocks: readonly (readonly Float32Array[])[]
  /** [features] borders between bins, rising, 254 at most: a value is in bin number (borders below it). */
  readonly borders: readonly Float32Array[]
  /** [groups + 1] the first row of each group, of which one group is one query. */
  readonly groups: Uint32Array
  /** [nRows] relevance, 0 … 31. */
  readonly labels: Uint8Array
  readonly lambdas: LambdaSettings
  readonly growth: GrowthSettings
}

/** The gradients of LambdaRank. */
export interface LambdaSettings {
  /** σ > 0 */
  readonly sigmoid: number
  /** T: pairs have at least one row among the T best; ideal DCG is cut there too. */
  readonly truncation: number
  /** Whether |ΔNDCG| is divided by the distance of scores, and the sums of a group are compressed. */
  readonly isNormalized: boolean
}

/** When a leaf is split, and what it is worth. */
export interface GrowthSettings {
  readonly numLeaves: number
  /** 0 for no limit. */
  readonly maxDepth: number
  readonly minDataInLeaf: number
  readonly minSumHessianInLeaf: number
  /** λ of the leaves' L2 penalty. */
  readonly lambda: number
  readonly minGainToSplit: number
  /** What a leaf's value is multiplied by. */
  readonly learningRate: number
}

/** Where a leaf is cut in two, and what comes of it. */
export interface TreeSplit {
  readonly gain: number
  readonly feature: number
  /** Rows in bins 0 … bin go left. */
  readonly bin: number
  /** Whether missing values go left. */
  readonly missingLeft: boolean
  readonly left: Sums
  readonly right: Sums
}

/**
 * A tree as LightGBM numbers it. A child ≥ 0 is a split, one < 0 leaf number ~child; splits and leaves from 0 on; split 0 is the
 * root. A tree without a split is one leaf.
 */
export interface Tree {
  /** [splits] */
  readonly feature: Int32Array
  /** [splits] a value ≤ it goes left; a float32, or 1e300 where all values do. */
  readonly threshold: Float64Array
  /** [splits] 1: missing values go left. */
  readonly missingLeft: Uint8Array
  /** [splits] */
  readonly left: Int32Array
  /** [splits] */
  readonly right: Int32Array
  /** [splits] what the split makes the loss smaller by, twice. */
  readonly gain: Float64Array
  /** [splits] what the split would be worth were it a leaf. */
  readonly internalValue: Float64Array
  /** [splits] Σ hessians */
  readonly internalWeight: Float64Array
  /** [splits] rows */
  readonly internalCount: Int32Array
  /** [leaves] */
  readonly leafValue: Float64Array
  /** [leaves] Σ hessians */
  readonly leafWeight: Float64Array
  /** [leaves] rows */
  readonly leafCount: Int32Array
}

/** Trees in growth over one set of rows. */
export interface BoostWork {
  /** [nRows] the sum of the trees so far, of all rows; a view. */
  readonly scores: Float64Array
  /**
   * Grows a tree on the gradients of the groups `bag` at the scores as they are, of the features given; adds it to the scores
   * of all rows. Both rising. Throws ERR_ABORTED, ERR_WORKER.
   */
  grow(bag: Uint32Array, features: Uint32Array): Promise<Tree>
  /** Ends the threads. */
  close(): void
}

/** Trees that are asked for their sum. */
export interface Forest {
  /** columns: [features] of [n]. Returns [n], Σ over the trees in their order, in float64. On the caller's thread. */
  scoresNow(columns: readonly Float32Array[]): Float64Array
  /** The same in threads. Throws ERR_ABORTED, ERR_WORKER. */
  scores(columns: readonly Float32Array[], context: RunContext): Promise<Float64Array>
}
