// Trees that order candidates: plain data, and how they are asked.
import { wasmKernels, type Forest, type Tree } from '../kernels/index.ts'

/** Trees over named features; plain data. A row's score is the sum of its leaves' values. */
export interface TreeRanker {
  /** [features] */
  readonly featureNames: readonly string[]
  /** [features] the least and the greatest value seen in training; undefined where there was none. */
  readonly ranges: readonly (readonly [least: number, greatest: number] | undefined)[]
  readonly trees: readonly Tree[]
}

/** The ranker laid out to be asked for scores; higher is better, within a group. Throws ERR_MEMORY beyond 4 GiB of trees. */
export const forestOf = ({ trees, featureNames }: TreeRanker): Promise<Forest> => wasmKernels.forest(trees, featureNames.length)
