// A file of events, of any format, as raw events: checked row by row, ids numbered in order of first appearance.
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { MatineeError, throwIfAborted } from '@matinee/core'
import type { ItemId, RawEvents, RunContext, UserId } from '@matinee/core'
import { missing, findColumns, namesColumns, usualNames } from './table/columns.ts'
import type { EventColumns, FoundColumns } from './table/columns.ts'
import { checkThreads, withEngine } from './table/duckdb.ts'
import type { Engine } from './table/duckdb.ts'
import { eventQuery } from './table/event-checks.ts'
import type { BrokenRule } from './table/event-checks.ts'
import type { EventTable } from './table/event-columns.ts'
import { eventRows } from './table/event-rows.ts'
import { fingerprint } from './table/fingerprint.ts'
import type { Fingerprint } from './table/fingerprint.ts'
import { openTable, openTextTable, storageOf } from './table/open-table.ts'
import type { Storage, TableOptions } from './table/open-table.ts'
import { mayBePlain, plainRows } from './table/plain-rows.ts'
import type { PlainRows } from './table/plain-rows.ts'
import type { Table } from './table/table.ts'

export interface EventReading extends EventColumns, TableOptions, RunContext {
  /** Leave out and count rows that cannot be parsed or break a rule, instead of refusing the file. Default: false. */
  readonly skipBadRows?: boolean
  /** With a value > 0 a rating of 0 is no fault: it is below. */
  readonly minRating?: number
  /** What DuckDB may use, in MiB; default 1024. */
  readonly memoryMiB?: number
}

export type EventsRead = Pick<RawEvents, 'userIds' | 'itemIds' | 'interactions' | 'rowsRead' | 'badRows'> & { readonly print: Fingerprint }

/**
 * Reads events. Rows keep the file's order; ids are the texts as written (a number in JSON or Parquet as it prints).
 *
 * Throws ERR_FILE_MISSING, ERR_FILE_EMPTY, ERR_FILE_FORMAT, ERR_BAD_ROW with file, line, column and value,
 * ERR_OPTION, ERR_MEMORY, ERR_ABORTED, ERR_IO.
 */
export async function readEvents(path: string, options: EventReading): Promise<EventsRead> {
  const { threads = 1, signal, onProgress } = options
  checkThreads(threads)
  const storage = storageOf(path, options)
  const plain = storage.format === 'text' ? await openPlain(path, storage, options) : undefined
  const print = await fingerprint(path, { isGzip: storage.isGzip, text: storage.encoding }, options, plain?.rows.push)
  const table = plain?.rows.finish()
  if (plain && table) {
    onProgress?.({ stage: `read ${basename(path)}`, done: print.sizeBytes, total: print.sizeBytes })
    throwIfAborted(signal)
    return { ...eventsRead(table, plain.columns), rowsRead: table.users.length, badRows: 0, print }
  }
  return withEngine(options, basename(path), async engine => {
    const table = await openTable(engine, resolve(path), storage, options, fields => namesColumns(fields, options))
    const columns = findEventColumns(table, options)
    const read = await readRows(engine, table, columns, options, print.sizeBytes)
    return { ...read, print }
  })
}

/** Reading while the checksum is taken; undefined where the file cannot be plain. */
async function openPlain(
  path: string, storage: Storage, options: EventReading,
): Promise<{ readonly rows: PlainRows; readonly columns: FoundColumns } | undefined> {
  try {
    const table = await openTextTable(resolve(path), storage, options, fields => namesColumns(fields, options))
    const columns = findEventColumns(table, options)
    const mayBeZero = columns.value?.kind === 'rating' && (options.minRating ?? 0) > 0
    return mayBePlain(table.dialect)
      ? { rows: plainRows(table.dialect, columns, { mayBeZero, ...(!storage.isGzip && { sizeBytes: (await stat(path)).size }) }), columns }
      : undefined
  } catch (error) {
    // met again, and reported, by what reads the file after its bytes are known to be sound
    if (error instanceof MatineeError) return undefined
    throw error
  }
}

function findEventColumns(table: Table, options: EventReading): FoundColumns {
  for (const field of ['user', 'item'] as const) {
    // without a header there are no names to look among: show the first row instead of `column 0`
    if (table.firstRow && typeof options[field] !== 'number') {
      missing(field, typeof options[field] === 'string' ? [options[field]] : usualNames[field], table.firstRow, table.file)
    }
  }
  return findColumns(table.columns, options, table.file)
}

async function readRows(
  engine: Engine, table: Table, columns: FoundColumns, options: EventReading, sizeBytes: number,
): Promise<Omit<EventsRead, 'print'>> {
  const { skipBadRows = false, minRating = 0, onProgress } = options
  const isRating = columns.value?.kind === 'rating'
  const query = eventQuery(table, columns, skipBadRows ? table.fromLenient : table.from, isRating && minRating > 0)
  const rows = eventRows(engine, { hasTimes: columns.time !== undefined, skipBad: skipBadRows })
  let broken = 0
  let nChunks = 0
  try {
    await engine.stream(query.sql, chunk => {
      broken = rows.push(chunk)
      if (onProgress && nChunks++ % 64 === 0) {
        onProgress({ stage: `read ${table.file}`, done: Math.round(engine.fractionDone() * sizeBytes), total: sizeBytes })
      }
      return broken === 0
    })
    if (broken === 0 && !rows.isComplete) await whatStopped(engine, table, query.sql)
  } catch (error) {
    throw await explained(engine.errorOf(error), table)
  }
  if (broken !== 0) throw await badRow(engine, table, rows.nRows, query.rules[broken - 1])
  onProgress?.({ stage: `read ${table.file}`, done: sizeBytes, total: sizeBytes })
  const leftOut = skipBadRows ? await countLeftOut(engine, table) : 0
  if (rows.nRows + leftOut === 0) throw new MatineeError('ERR_FILE_EMPTY', `${table.file} holds 0 data rows, expected at least one.`)
  return { ...eventsRead(rows.finish(), columns), rowsRead: rows.nRows + leftOut, badRows: rows.nBad + leftOut }
}

function eventsRead(table: EventTable, columns: FoundColumns): Pick<EventsRead, 'userIds' | 'itemIds' | 'interactions'> {
  const { userIds, itemIds, users, items, values, times } = table
  return {
    userIds: userIds as readonly UserId[],
    itemIds: itemIds as readonly ItemId[],
    interactions: {
      nUsers: userIds.length, nItems: itemIds.length, users, items, values, valueKind: columns.value?.kind ?? 'weight',
      ...(columns.time !== undefined && { timestamps: times }),
    },
  }
}

/** Runs the query once more, all at once, since only then DuckDB says why it stops. */
async function whatStopped(engine: Engine, table: Table, sql: string): Promise<never> {
  await engine.rows(`SELECT max(hash(u, i, v, t, rule))::VARCHAR FROM (${sql})`)
  throw new MatineeError('ERR_IO', `${table.file} was not read to its end, and a second reading met no fault; was it being written?`)
}

const explained = async (error: MatineeError, table: Table): Promise<MatineeError> =>
  error.code === 'ERR_FILE_FORMAT' && table.explain ? table.explain(error) : error

async function badRow(engine: Engine, table: Table, row: number, { column, expected }: BrokenRule): Promise<MatineeError> {
  const [[value]] = await engine.rows(`SELECT CAST(${table.valueOf(column)} AS VARCHAR) FROM ${table.fromLenient} LIMIT 1 OFFSET ${row}`)
  const shown = value === null || value === undefined || value === '' ? 'missing' : JSON.stringify(value.slice(0, 80))
  const place = `${table.file}, ${await table.placeOf(row)}`
  return new MatineeError('ERR_BAD_ROW', `${place}: ${table.columns[column]} is ${shown}, expected ${expected}.`)
}

/** Rows that could not be cut into fields. Throws ERR_FILE_FORMAT where an open quote swallowed the rows after it. */
async function countLeftOut(engine: Engine, table: Table): Promise<number> {
  if (table.countLeftOut === undefined) return 0
  const [[leftOut, openQuote]] = await engine.rows(table.countLeftOut)
  if (openQuote !== null) {
    throw new MatineeError('ERR_FILE_FORMAT', `${table.file}, line ${openQuote}: a quote that is not closed takes the rows after it `
      + 'with it; expected fields quoted as in RFC 4180, or --quote "" where a quote is a character like any other.')
  }
  return Number(leftOut)
}
