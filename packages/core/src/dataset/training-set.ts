// What a model is fitted on: the interactions, and their weights from both sides.
import { type Csr, groupEntries, mergeRows, sortColumns, transpose } from '../sparse/index.ts'
import type { Catalogue } from './catalogue.ts'
import type { Features } from './features.ts'
import type { Interactions } from './interactions.ts'
import { type ItemTimes, timesOf } from './item-times.ts'
import type { Sequences } from './sequences.ts'
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
  /** The same interactions by time; only for a model that asks (`ModelDefinition.uses`). */
  readonly sequences?: Sequences
  /** What is known of the items, as it is published; only for a model that asks. */
  readonly catalogue?: Catalogue
  /** The same of items and of users, as indicators; only for a model that asks. */
  readonly itemFeatures?: Features
  readonly userFeatures?: Features
}

// What is laid out only for a model that asks (training-parts.ts).
type Parts = Pick<TrainingSet, 'sequences' | 'catalogue' | 'itemFeatures' | 'userFeatures'>

/** How rows become a training set. */
export interface LayOut extends Parts {
  /** [n], 0 for rows to leave out; all are kept by default. */
  readonly isKept?: Uint8Array
  /** By default the interactions' own columns, where there are timestamps. */
  readonly times?: ItemTimes
  /**
   * The columns of the interactions and `isKept` are ended as they are laid out, all but the timestamps. Then the rows
   * take 17 bytes each at most until they take 16; default: false, and nothing given is changed.
   */
  readonly mayLetGo?: boolean
}

/**
 * Lays the weights out by user and by item; (user, item) must not repeat. 16 bytes a row that is kept.
 *
 * Throws ERR_UNKNOWN_NAME for a weighting that is not in `weightings`.
 */
export function trainingSet(interactions: Interactions, weighting: Weighting, layOut: LayOut = {}): TrainingSet {
  const { isKept, mayLetGo = false, times = mayLetGo ? undefined : timesOf(interactions, isKept), ...parts } = layOut
  const { users, items, values, nUsers, nItems, valueKind } = interactions
  const entries = { rows: users, columns: items, values, nRows: nUsers, nColumns: nItems, ...(isKept && { isKept }) }
  const grouped = groupEntries(entries, mayLetGo)
  weigh(grouped.values, valueKind, weighting)
  const { matrix: byUser, transposed: byItem } = sortColumns(grouped)
  return { weighting, byUser, byItem, ...(times && { times }), ...parts }
}

/** The training set and the rows that were held out of it as one, for a last fit on everything; parts: of all these rows. */
export function withHeldOut({ weighting, byUser, times }: TrainingSet, heldOut: Interactions, parts: Parts = {}): TrainingSet {
  const { matrix } = mergeRows(byUser, trainingSet(heldOut, weighting).byUser)
  return { weighting, byUser: matrix, byItem: transpose(matrix), ...(times && { times: { items: times.items, timestamps: times.timestamps } }), ...parts }
}
