// What loading gives: interactions, the ids behind the indices, the catalogue, and where it all came from.
import type { ItemId, ItemIndex, UserId, UserIndex } from '../base/index.ts'
import type { Catalogue } from './catalogue.ts'
import type { IdMap } from './id-map.ts'
import type { Interactions } from './interactions.ts'

/** What everything after loading works on; immutable. */
export interface Dataset {
  /** `ml-100k`, `synthetic`, or the file's name. */
  readonly name: string
  /** True for made-up data; every output names it then. */
  readonly synthetic: boolean
  /** After preparation: at most one row a (user, item). */
  readonly interactions: Interactions
  readonly users: IdMap<UserId, UserIndex>
  readonly items: IdMap<ItemId, ItemIndex>
  readonly catalogue: Catalogue
  /** [nUsers] what is known of the users; absent where nothing is. */
  readonly userInfo?: Catalogue
  readonly provenance: Provenance
}

/** Where the rows came from and what became of each. */
export interface Provenance {
  /** SHA-256 over what was read (files: their bytes; events: the columns), as hex; absent where nobody asked. */
  readonly checksum?: string
  /** Data rows read, the refused and dropped ones included. */
  readonly rowsRead: number
  /** Rows left out because a field was missing, not finite or negative (--skip-bad-rows). */
  readonly badRows: number
  /** Rows below --min-rating. */
  readonly belowMinRating: number
  /** Rows of a (user, item) that came again: the latest rating won, or the weights were added. */
  readonly repeated: number
  /** Rows of users or items that the k-core filter removed. */
  readonly outsideKCore: number
}
