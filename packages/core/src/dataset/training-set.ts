// What a model is fitted on: the interactions, and their weights from both sides.
import { type Csr, groupEntries, sortColumns } from '../sparse/index.ts'
import type { Interactions, Timestamps } from './interactions.ts'
import { weigh, type Weighting } from './weight.ts'

/** What `fit` is given. */
export interface TrainingSet {
  readonly weighting: Weighting
  /** [nUsers × nItems], weights. */
  readonly byUser: Csr
  /** [nItems × nUsers], the same weights. */
  readonly byItem: Csr
  /** When each item was had, for who counts by time; absent where the data have no timestamps. */
  readonly times?: ItemTimes
}

/** Rows as they arrived. */
export interface ItemTimes {
  /** [n] */
  readonly items: Int32Array
  /** [n] */
  readonly timestamps: Timestamps
  /** [n], 0 for rows that are not in the training set; absent where all are. */
  readonly isKept?: Uint8Array
}

/**
 * Lays the weights out by user and by item; (user, item) must not repeat. isKept: [n], 0 for rows to leave out.
 * 16 bytes a row that is kept, beside the interactions; their items and timestamps are shared, not copied.
 *
 * Throws ERR_UNKNOWN_NAME for a weighting that is not in `weightings`.
 */
export function trainingSet(interactions: Interactions, weighting: Weighting, isKept?: Uint8Array): TrainingSet {
  const { users, items, values, nUsers, nItems, timestamps, valueKind } = interactions
  const grouped = groupEntries({ rows: users, columns: items, values, nRows: nUsers, nColumns: nItems }, isKept)
  weigh(grouped.values, valueKind, weighting)
  const { matrix: byUser, transposed: byItem } = sortColumns(grouped)
  return { weighting, byUser, byItem, ...(timestamps && { times: { items, timestamps, ...(isKept && { isKept }) } }) }
}
