// A table in a file as DuckDB reads it: text, Parquet or JSON behind one shape. Every field comes out as text.
//
// No type is guessed from the first rows: a text format has no types, and what a column of numbers means is for
// the reader to check, row by row.
import type { MatineeError } from '@matinee/core'

export interface Table {
  /** The file's name without its folder. */
  readonly file: string
  /** Names as found; `column 0` … where there is no header. */
  readonly columns: readonly string[]
  /** The first row's fields where there is no header to name the columns. */
  readonly firstRow?: readonly string[]
  /** SQL after FROM: strict, or leaving out rows that cannot be parsed. */
  readonly from: string
  readonly fromLenient: string
  /** SQL for a field as VARCHAR; NULL where it is missing or empty. */
  textOf(column: number): string
  /** The field as its format has it: a text, a number, true or a list. Only JSON and Parquet have other than text. */
  valueOf(column: number): string
  /** Where the row with this number (from 0, of those that `from` gives) stands: `line 12` or `row 12`. */
  placeOf(row: number): Promise<string>
  /** SQL for the number of rows that `fromLenient` left out, or undefined where they come as rows of NULLs. */
  readonly countLeftOut?: string
  /** What a failure of `from` means, where looking at the file again can tell better than DuckDB. */
  explain?(error: MatineeError): Promise<MatineeError>
}

/** A file that is read. */
export interface Place {
  readonly path: string
  readonly file: string
  readonly isGzip: boolean
}
