// What a model may ask for beside the weights. It is laid out for who asks, since it takes as much room again.
import type { Dataset } from './dataset.ts'
import { featuresOf } from './features.ts'
import { sequencesOf } from './sequences.ts'
import type { TieRule } from './tie-order.ts'
import type { TrainingSet } from './training-set.ts'

/** A part of the training set that is laid out on demand. */
export type TrainingPart = 'sequences' | 'catalogue' | 'itemFeatures' | 'userFeatures'

/** The parts that are wanted, of the rows that are kept. isKept: [n], 0 for rows to leave out. */
export function trainingParts(
  wanted: readonly TrainingPart[], dataset: Pick<Dataset, 'interactions' | 'users' | 'items' | 'catalogue' | 'userInfo'>, rule: TieRule, isKept?: Uint8Array,
): Pick<TrainingSet, TrainingPart> {
  return {
    ...(wanted.includes('sequences') && { sequences: sequencesOf(dataset, rule, isKept) }),
    ...(wanted.includes('catalogue') && { catalogue: dataset.catalogue }),
    ...(wanted.includes('itemFeatures') && { itemFeatures: featuresOf(dataset.catalogue) }),
    ...(wanted.includes('userFeatures') && dataset.userInfo && { userFeatures: featuresOf(dataset.userInfo) }),
  }
}
