// A file of items, anybody's own catalogue: an id, perhaps a title, and every other column as an attribute. One of users reads likewise.
import { basename, resolve } from 'node:path'
import { MatineeError } from '@matinee/core'
import type { Attribute, ItemInfo, RunContext } from '@matinee/core'
import { missing, positionOf, requireColumn, usualNames, usualPosition } from './table/columns.ts'
import type { ColumnRef } from './table/columns.ts'
import { withEngine } from './table/duckdb.ts'
import type { Engine } from './table/duckdb.ts'
import { fingerprint } from './table/fingerprint.ts'
import type { Fingerprint } from './table/fingerprint.ts'
import { openTable, storageOf } from './table/open-table.ts'
import type { TableOptions } from './table/open-table.ts'
import type { Table } from './table/table.ts'

export interface ItemReading extends TableOptions, RunContext {
  /** The column of ids; default: itemId, item_id, item, movieId, movie_id, productId, product_id, sku or id. */
  readonly id?: ColumnRef
  /** The column of titles; default: title or name, if there is one. */
  readonly title?: ColumnRef
  /** What DuckDB may use, in MiB; default 1024. */
  readonly memoryMiB?: number
}

/** By what its columns are looked for. */
interface UsualNames { readonly what: 'item' | 'user'; readonly id: readonly string[]; readonly title: readonly string[] }

const usualItemNames: UsualNames = { what: 'item', id: [...usualNames.item, 'sku', 'id'], title: ['title', 'name'] }

/** Of a file of users, who have no titles. */
export const usualUserNames: UsualNames = { what: 'user', id: [...usualNames.user, 'id'], title: [] }

/**
 * Reads what is known of items, by id. Every column but id and title becomes an attribute: in text files a column of
 * which every value is a number gives numbers, one called `genres`, `tags` or `categories` lists of texts cut at `|`;
 * JSON and Parquet keep numbers, booleans and lists of texts. An empty field or NaN is an attribute the item does not
 * have.
 *
 * Throws ERR_FILE_MISSING, ERR_FILE_EMPTY, ERR_FILE_FORMAT, ERR_BAD_ROW (no id, an id that came before), ERR_OPTION,
 * ERR_MEMORY, ERR_ABORTED, ERR_IO.
 */
export async function readItemsFile(path: string, options: ItemReading = {}): Promise<ReadonlyMap<string, ItemInfo>> {
  return (await readItems(path, options)).itemInfo
}

interface ItemsRead {
  readonly itemInfo: ReadonlyMap<string, ItemInfo>
  readonly print: Fingerprint
}

/** The same with the file's fingerprint, of items or of users. */
export async function readItems(path: string, options: ItemReading, usual = usualItemNames): Promise<ItemsRead> {
  const storage = storageOf(path, options)
  const print = await fingerprint(path, { isGzip: storage.isGzip, text: storage.encoding }, options)
  const itemInfo = await withEngine(options, basename(path), async engine => {
    const table = await openTable(engine, resolve(path), storage, options, fields => namesItems(fields, options, usual))
    return readRows(engine, table, findItemColumns(table, options, usual), storage.format === 'text')
  })
  return { itemInfo, print }
}

function namesItems(fields: readonly string[], { id, title }: ItemReading, usual: UsualNames): boolean {
  const isNamed = [id, title].every(ref => typeof ref !== 'string' || positionOf(ref, fields) !== undefined)
  const hasUsual = [usual.id, usual.title].some(names => usualPosition(names, fields) !== undefined)
  if (id === undefined) return isNamed && usualPosition(usual.id, fields) !== undefined
  return isNamed && (typeof id === 'string' || typeof title === 'string' || hasUsual)
}

function findItemColumns({ columns, firstRow, file }: Table, { id, title }: ItemReading, usual: UsualNames): { id: number; title?: number } {
  // without a header there are no names to look among
  if (firstRow && typeof id !== 'number') missing(`${usual.what} id`, id === undefined ? usual.id : [id], firstRow, file)
  const idColumn = id === undefined
    ? usualPosition(usual.id, columns) ?? missing(`${usual.what} id`, usual.id, columns, file)
    : requireColumn(id, columns, `${usual.what} id`, file)
  const titleColumn = title === undefined ? usualPosition(usual.title, columns) : requireColumn(title, columns, 'title', file)
  return { id: idColumn, ...(titleColumn !== undefined && titleColumn !== idColumn && { title: titleColumn }) }
}

async function readRows(
  engine: Engine, table: Table, columns: { id: number; title?: number }, isText: boolean,
): Promise<Map<string, ItemInfo>> {
  const others = table.columns.map((_, column) => column).filter(column => column !== columns.id && column !== columns.title)
  const fields = [
    table.textOf(columns.id), columns.title === undefined ? 'NULL::VARCHAR' : table.textOf(columns.title),
    ...others.map(column => isText ? table.textOf(column) : `CAST(to_json(${table.valueOf(column)}) AS VARCHAR)`),
  ]
  let rows: (string | null)[][]
  try {
    rows = await engine.rows(`SELECT ${fields.join(', ')} FROM ${table.from}`)
  } catch (error) {
    const known = engine.errorOf(error)
    throw known.code === 'ERR_FILE_FORMAT' && table.explain ? await table.explain(known) : known
  }
  const names = others.map(column => table.columns[column])
  const readers = names.map((name, at) => isText ? textReader(name, rows, at + 2) : valueOfJson)
  const items = new Map<string, ItemInfo>()
  for (const [row, [id, title, ...values]] of rows.entries()) {
    if (id === null || items.has(id)) throw await badItem(table, row, columns.id, id)
    const attributes = values.flatMap((value, at): [string, Attribute][] => {
      const attribute = value === null ? undefined : readers[at](value)
      return attribute === undefined ? [] : [[names[at], attribute]]
    })
    items.set(id, { ...(title !== null && { title }), attributes: Object.fromEntries(attributes) })
  }
  if (items.size === 0) throw new MatineeError('ERR_FILE_EMPTY', `${table.file} holds 0 rows, expected at least one.`)
  return items
}

async function badItem(table: Table, row: number, column: number, id: string | null): Promise<MatineeError> {
  const what = id === null ? 'missing, expected an id' : `${JSON.stringify(id)}, which stood there before; expected each id once`
  return new MatineeError('ERR_BAD_ROW', `${table.file}, ${await table.placeOf(row)}: ${table.columns[column]} is ${what}.`)
}

type Reader = (value: string) => Attribute | undefined

const LISTS = ['genres', 'tags', 'categories']
// a number as it would be printed: 007 and 1.50 are texts that lose something as numbers only in their look, 007 an id
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/

function textReader(name: string, rows: readonly (readonly (string | null)[])[], at: number): Reader {
  if (LISTS.includes(name.toLowerCase())) return text => text === '(no genres listed)' ? [] : text.split('|')
  const isNumeric = rows.every(row => row[at] === null || NUMBER.test(row[at]))
  return isNumeric ? Number : text => text
}

// a number that is none is how data frames write that there is none
const NOT_FINITE = /^-?(NaN|Infinity)$/

/** From JSON text; an object, or a list of anything but texts, stays JSON text. */
function valueOfJson(json: string): Attribute | undefined {
  if (NOT_FINITE.test(json)) return undefined
  if (/^[{[]/.test(json)) return textsOf(json) ?? json
  const value: unknown = JSON.parse(json)
  return typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value !== '') ? value : undefined
}

function textsOf(json: string): readonly string[] | undefined {
  if (/^\[\s*[^"\]\s]/.test(json) || json.startsWith('{')) return undefined // DuckDB's JSON may hold NaN here, which JSON.parse refuses
  const list: unknown = JSON.parse(json)
  return Array.isArray(list) && list.every(part => typeof part === 'string') ? list : undefined
}
