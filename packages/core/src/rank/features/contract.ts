// What a ranker is told of a candidate. A new group of features is one file and one line in registry.ts.
import type { TrainingSet } from '../../dataset/index.ts'
import type { Histories, Tensor } from '../../model/index.ts'
import type { FirstStage } from '../two-stage/first-stage.ts'
import type { Query } from '../two-stage/query.ts'

/** What is computed of a query. */
export interface Columns {
  readonly names: readonly string[]
  /** columns: [names] of [candidates], all of them written; NaN is a value that is not known. */
  fill(query: Query, columns: readonly Float32Array[]): void
}

/** A line of the registry. */
export interface FeatureGroup {
  /** One sentence for tables. */
  readonly summary: string
  /** Whether it counts by time, and is left out where the data have no timestamps. */
  readonly needsTimes?: boolean
  /** What has to be known of the training set, from which alone it comes; undefined where the data have nothing of the kind. */
  fit(training: TrainingSet): Readonly<Record<string, Tensor>> | undefined
  /** What fit gave, made anew from the histories of those who stay when others are erased; absent where it says nothing of single people. */
  ofHistories?(tensors: Readonly<Record<string, Tensor>>, histories: Histories): Readonly<Record<string, Tensor>>
  /** tensors: what fit gave. Throws ERR_FORMAT for others. */
  over(tensors: Readonly<Record<string, Tensor>>, firstStage: FirstStage): Columns
}
