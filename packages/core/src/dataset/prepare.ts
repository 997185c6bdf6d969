// From rows as they arrived to a dataset: one row a (user, item), low ratings and thin users or items left out.
import type { ItemId, UserId } from '../base/index.ts'
import type { Dataset } from './dataset.ts'
import type { ItemInfo } from './catalogue.ts'
import type { Interactions } from './interactions.ts'

/** Rows as a reader hands them over: checked and indexed, but a (user, item) may come several times. */
export interface RawEvents {
  readonly name: string
  readonly synthetic: boolean
  /** position = user index, in order of first appearance */
  readonly userIds: readonly UserId[]
  /** position = item index, in order of first appearance */
  readonly itemIds: readonly ItemId[]
  /** values ≥ 0; a rating of 0 is left only where `minRating` > 0 removes it */
  readonly interactions: Interactions
  /** Whatever the reader knows of items, by id; ids without interactions are allowed and ignored. */
  readonly itemInfo: ReadonlyMap<string, ItemInfo>
  readonly checksum?: string
  readonly rowsRead: number
  readonly badRows: number
}

export interface PrepareOptions {
  /** Rows with a lower rating are left out before anything else; ≥ 0. */
  readonly minRating?: number
  /** Users and items with fewer interactions are removed until none is left; an integer ≥ 1. */
  readonly kCore?: number
}

export declare function prepareDataset(raw: RawEvents, options?: PrepareOptions): Dataset
