// The sum of trees for rows of features: the specification of assembly/forest.ts.
import type { Forest, Tree } from '../boosting-contract.ts'
import { leafOf } from './boosting.ts'

export function referenceForest(trees: readonly Tree[]): Forest {
  const scoresNow = (columns: readonly Float32Array[]): Float64Array =>
    Float64Array.from({ length: columns[0].length }, (_, row) =>
      trees.reduce((sum, tree) => sum + tree.leafValue[leafOf(tree, feature => columns[feature][row])], 0))
  return { scoresNow, scores: async columns => scoresNow(columns) }
}
