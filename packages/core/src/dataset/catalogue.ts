// What is known of the items besides who had them.

export type Attribute = string | number | boolean | readonly string[]

/** An item's title and whatever attributes its catalogue has (MovieLens: `year`, `genres`). */
export interface ItemInfo {
  /** As published, year included. */
  readonly title?: string
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** [nItems], position = item index; an item the catalogue does not know has no title and no attributes. */
export type Catalogue = readonly ItemInfo[]

export const unknownItem: ItemInfo = { attributes: {} }
