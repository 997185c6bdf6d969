// What a known dataset declares about itself; everything that loads one reads only this.
import type { ItemInfo } from '@matinee/core'
import type { EventColumns } from './table/columns.ts'
import type { Encoding, TextDialect } from './table/dialect.ts'

export interface DatasetDefinition {
  /** The registry's key, and the name of its folder. */
  readonly name: string
  readonly title: string
  /** As its README states them; `items` is the size of the titles file, of which some may have no rating. */
  readonly published: { readonly users: number; readonly items: number; readonly ratings: number }
  readonly license: string
  readonly citation: string
  /**
   * The archive; a mirror replaces all of it but the last part. Its MD5 is looked for at the same address + `.md5`.
   * Absent for a set that people put there themselves.
   */
  readonly zipUrl?: string
  /** Where its files are had, where there is no archive. */
  readonly page?: string
  /** Names the file within the folder and how it is written; columns are positions. */
  readonly ratings: { readonly file: string; readonly dialect: TextDialect; readonly columns: EventColumns }
  readonly titles: TitlesFormat
}

export interface TitlesFormat {
  readonly file: string
  readonly encoding: Encoding
  /** Further files that `parse` needs, read with the same encoding. */
  readonly alsoReads: readonly string[]
  /** From the whole texts (`text` of `file`, `others` of `alsoReads` in that order) to what is known of each item, by id. */
  readonly parse: (text: string, others: readonly string[], file: string) => ReadonlyMap<string, ItemInfo>
}

/** The files that make a folder a copy of the dataset. */
export function filesOf({ ratings, titles }: DatasetDefinition): readonly string[] {
  return [ratings.file, titles.file, ...titles.alsoReads]
}
