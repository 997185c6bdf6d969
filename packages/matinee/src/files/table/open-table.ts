// Opens a file as a table: which format it has, and how that is written.
import { basename, extname } from 'node:path'
import { MatineeError } from '@matinee/core'
import type { Engine } from './duckdb.ts'
import type { Encoding, HeaderTest } from './dialect.ts'
import { openJson } from './json-table.ts'
import { openParquet } from './parquet-table.ts'
import type { Place, Table } from './table.ts'
import { openText } from './text-table.ts'
import type { TextTable } from './text-table.ts'

export type TableFormat = 'text' | 'parquet' | 'json'

export interface TableOptions {
  /** Default: by the file's ending; `.parquet`, `.pq`, `.json`, `.jsonl`, `.ndjson`, else text; `.gz` may follow. */
  readonly format?: TableFormat
  /** Text: one of `, \t :: ; |` or a blank, whichever fits, is `auto` (default). */
  readonly delimiter?: string
  /** Text: `"` (default) or empty, for files in which a quote is a character like any other. */
  readonly quote?: '"' | ''
  /** Text: whether the first row names the columns; `auto` (default) looks whether it does. */
  readonly header?: boolean | 'auto'
  /** Text; default `utf-8`. */
  readonly encoding?: Encoding
}

/** How a file is stored, by its ending and the options. */
export interface Storage {
  readonly format: TableFormat
  readonly isGzip: boolean
  /** The encoding its bytes must have, undefined for Parquet. */
  readonly encoding?: Encoding
}

const formatOfEnding: Readonly<Record<string, TableFormat>> = {
  '.parquet': 'parquet', '.pq': 'parquet', '.json': 'json', '.jsonl': 'json', '.ndjson': 'json',
}

/** Throws ERR_OPTION for an option that is none of its choices. */
export function storageOf(path: string, { format, encoding = 'utf-8', quote = '"', header = 'auto' }: TableOptions): Storage {
  checkChoice('format', format, [undefined, 'text', 'parquet', 'json'])
  checkChoice('encoding', encoding, ['utf-8', 'latin-1'])
  checkChoice('quote', quote, ['"', ''])
  checkChoice('header', header, ['auto', true, false])
  const isGzip = extname(path).toLowerCase() === '.gz'
  const ending = extname(isGzip ? path.slice(0, -3) : path).toLowerCase()
  const found = format ?? formatOfEnding[ending] ?? 'text'
  return { format: found, isGzip, ...(found !== 'parquet' && { encoding: found === 'json' ? 'utf-8' : encoding }) }
}

function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (choices.includes(value)) return
  const expected = choices.filter(choice => choice !== undefined).map(choice => JSON.stringify(choice)).join(' or ')
  throw new MatineeError('ERR_OPTION', `${name} is ${JSON.stringify(value)}, expected ${expected}.`)
}

/**
 * Looks at the file and describes its columns. `isHeader` tells whether a first row names the wanted columns.
 *
 * Throws ERR_FILE_EMPTY (no row), ERR_FILE_FORMAT, ERR_OPTION.
 */
export async function openTable(
  engine: Engine, path: string, storage: Storage, options: TableOptions, isHeader: HeaderTest,
): Promise<Table> {
  if (storage.format === 'text') return openTextTable(path, storage, options, isHeader)
  const open = storage.format === 'parquet' ? openParquet : openJson
  return open(engine, placeOf(path, storage))
}

/** The same for text, which needs no engine to be looked at. Throws ERR_FILE_EMPTY (no row), ERR_FILE_FORMAT, ERR_OPTION. */
export async function openTextTable(path: string, storage: Storage, options: TableOptions, isHeader: HeaderTest): Promise<TextTable> {
  const { delimiter = 'auto', quote = '"', header = 'auto', encoding = 'utf-8' } = options
  return openText(placeOf(path, storage), { delimiter, quote, header, encoding }, isHeader)
}

const placeOf = (path: string, { isGzip }: Storage): Place => ({ path, file: basename(path), isGzip })
