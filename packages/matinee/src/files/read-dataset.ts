// From a folder or a file to a prepared dataset.
import { basename, join } from 'node:path'
import { prepareDataset } from '@matinee/core'
import type { Dataset, PrepareOptions, RawEvents, RunContext } from '@matinee/core'
import type { DatasetDefinition } from './definition.ts'
import { readEvents } from './read-events.ts'
import type { EventReading } from './read-events.ts'
import { readItems, usualUserNames } from './read-items.ts'
import type { ItemReading } from './read-items.ts'
import { combinedChecksum } from './table/fingerprint.ts'
import { readTitles } from './titles/read-titles.ts'

export interface ReadDatasetOptions extends PrepareOptions, RunContext {
  /** Leave out and count bad rows instead of refusing the file. Default: false. */
  readonly skipBadRows?: boolean
  /** What DuckDB may use, in MiB; default 1024. */
  readonly memoryMiB?: number
}

export interface ReadEventsFileOptions extends EventReading, PrepareOptions {
  /** A file of titles and attributes, and its columns. */
  readonly items?: { readonly path: string; readonly reading?: ItemReading }
  /** The same of users' attributes. */
  readonly users?: { readonly path: string; readonly reading?: ItemReading }
}

/**
 * Reads a known dataset from its folder, titles included.
 *
 * Throws what `readEventsFile` throws.
 */
export async function readDataset(definition: DatasetDefinition, folder: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  return prepareDataset(await readRawDataset(definition, folder, options), prepareOptionsOf(options))
}

/**
 * Reads events from a CSV, TSV, `::`, Parquet or JSON file (text and JSON also zipped as .gz) by columns' names or positions.
 *
 * The checksum is the SHA-256 of the file, or of the list of those of the events, the items and the users file. Throws
 * ERR_FILE_MISSING, ERR_FILE_EMPTY, ERR_FILE_FORMAT, ERR_BAD_ROW, ERR_OPTION, ERR_EMPTY, ERR_MEMORY, ERR_ABORTED, ERR_IO.
 */
export async function readEventsFile(path: string, options: ReadEventsFileOptions = {}): Promise<Dataset> {
  return prepareDataset(await readRawEventsFile(path, options), prepareOptionsOf(options))
}

async function readRawDataset(definition: DatasetDefinition, folder: string, options: ReadDatasetOptions): Promise<RawEvents> {
  const { ratings, titles } = definition
  const { itemInfo, prints } = await readTitles(folder, titles, options)
  const reading: EventReading = { ...options, ...ratings.dialect, ...ratings.columns, format: 'text' }
  const { print, ...read } = await readEvents(join(folder, ratings.file), reading)
  return { name: definition.name, synthetic: false, ...read, itemInfo, checksum: combinedChecksum([print, ...prints]) }
}

async function readRawEventsFile(path: string, options: ReadEventsFileOptions): Promise<RawEvents> {
  const { items, users, ...reading } = options
  const { signal, onProgress, threads, memoryMiB } = options
  const context = { signal, onProgress, threads, memoryMiB }
  const catalogue = items && await readItems(items.path, { ...context, ...items.reading })
  const people = users && await readItems(users.path, { ...context, ...users.reading }, usualUserNames)
  const { print, ...read } = await readEvents(path, reading)
  return {
    name: basename(path), synthetic: false, ...read, itemInfo: catalogue?.itemInfo ?? new Map(), ...(people && { userInfo: people.itemInfo }),
    checksum: combinedChecksum([print, ...(catalogue ? [catalogue.print] : []), ...(people ? [people.print] : [])]),
  }
}

const prepareOptionsOf = ({ minRating, kCore }: PrepareOptions): PrepareOptions => ({ minRating, kCore })
