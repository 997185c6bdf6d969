// What is known of the items besides who had them.

/** A value that is known of an item; a list is a list of texts. */
export type Attribute = string | number | boolean | readonly string[]

/** An item's title and whatever attributes its catalogue has (MovieLens: `year`, `genres`). */
export interface ItemInfo {
  /** As published, year included. */
  readonly title?: string
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** [nItems], position = item index; an item the catalogue does not know has no title and no attributes. */
export type Catalogue = readonly ItemInfo[]

/** An item of which nothing is known. */
export const unknownItem: ItemInfo = { attributes: {} }
