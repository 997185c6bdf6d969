// Trees that order candidates: plain data, and how they are asked.
import { MatineeError } from '../base/index.ts'
import { wasmKernels, type Forest, type Tree } from '../kernels/index.ts'

/** Trees over named features; plain data. A row's score is the sum of its leaves' values. */
export interface TreeRanker {
  /** [features] */
  readonly featureNames: readonly string[]
  /** [features] the least and the greatest value seen in training; undefined where there was none. */
  readonly ranges: readonly (readonly [least: number, greatest: number] | undefined)[]
  readonly trees: readonly Tree[]
}

/**
 * The ranker laid out to be asked for scores; higher is better, within a group. Throws ERR_MEMORY beyond 4 GiB of trees; what it returns throws
 * ERR_SHAPE for other than a column a feature, all of one length.
 */
export async function forestOf({ trees, featureNames }: TreeRanker): Promise<Forest> {
  const forest = await wasmKernels.forest(trees, featureNames.length)
  const checked = (columns: readonly Float32Array[]): readonly Float32Array[] => {
    if (columns.length === featureNames.length && columns.every(({ length }) => length === columns[0].length)) return columns
    throw new MatineeError('ERR_SHAPE', `columns of ${columns.map(({ length }) => length).join(', ')} rows are given, expected ${featureNames.length} of one length, one a feature.`)
  }
  return {
    scoresNow: columns => forest.scoresNow(checked(columns)),
    scores: async (columns, context) => forest.scores(checked(columns), context),
  }
}
