// How much each feature is used.
import type { TreeRanker } from './ranker.ts'

/** Of each feature; both [features]. */
export interface Importance {
  /** Σ of the gains of its splits. */
  readonly gain: Float64Array
  /** Its splits. */
  readonly splits: Uint32Array
}

/** LightGBM's feature_importance of both kinds. */
export function importanceOf({ featureNames, trees }: TreeRanker): Importance {
  const gain = new Float64Array(featureNames.length)
  const splits = new Uint32Array(featureNames.length)
  for (const tree of trees) {
    tree.feature.forEach((feature, at) => {
      gain[feature] += tree.gain[at]
      splits[feature]++
    })
  }
  return { gain, splits }
}
