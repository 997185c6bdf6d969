// From what the user named to a dataset: a file, a known dataset that is found or fetched, or the synthetic one.
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { prepareDataset, synthetic, type Dataset, type Progress } from '@matinee/core'
import {
  dataFolders, datasetChecksum, datasetDefinition, downloadDataset, locateDataset, readDataset, readEventsFile,
  type DatasetDefinition, type DownloadOptions, type ReadEventsFileOptions,
} from '../files/index.ts'

/** The built-in set that stands in where nothing can be downloaded. */
export const SYNTHETIC = 'synthetic'

/** What was named: a dataset, or a file and how it is to be read. */
export type DataSource =
  | { readonly dataset: string, readonly mirror?: string }
  | { readonly file: string, readonly reading: ReadEventsFileOptions, readonly itemsFile?: string, readonly usersFile?: string }

/** What is done to the rows. */
export interface LoadOptions {
  readonly minRating?: number
  readonly kCore?: number
  readonly skipBadRows?: boolean
}

/** Where things are, and who is told. */
export interface LoadContext {
  /** MATINEE_DATA_DIR */
  readonly dataDir?: string
  /** Relative paths count from here. */
  readonly cwd: string
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Told that a dataset is being downloaded. */
  readonly onRemark?: (text: string) => void
}

/** Throws ERR_UNKNOWN_NAME, ERR_DOWNLOAD, ERR_ZIP …, and what reading throws. */
export async function loadData(source: DataSource, options: LoadOptions, context: LoadContext): Promise<Dataset> {
  const { cwd, threads, signal, onProgress } = context
  const reading = { ...options, threads, signal, onProgress }
  if ('file' in source) {
    const { itemsFile, usersFile } = source
    const beside = {
      ...(itemsFile !== undefined && { items: { path: resolve(cwd, itemsFile) } }), ...(usersFile !== undefined && { users: { path: resolve(cwd, usersFile) } }),
    }
    return readEventsFile(resolve(cwd, source.file), { ...source.reading, ...beside, ...reading })
  }
  const { minRating, kCore } = options
  if (source.dataset === SYNTHETIC) return prepareDataset({ ...synthetic(), checksum: syntheticChecksum() }, { minRating, kCore })
  const definition = datasetDefinition(source.dataset)
  return readDataset(definition, await findOrDownload(definition, { mirror: source.mirror }, context), reading)
}

/** The checksum that loading the dataset would give, without loading it. */
export async function checksumOf(dataset: string, context: LoadContext): Promise<string> {
  if (dataset === SYNTHETIC) return syntheticChecksum()
  const definition = datasetDefinition(dataset)
  return datasetChecksum(definition, await findOrDownload(definition, {}, context), context)
}

/** The folder that holds the dataset: in MATINEE_DATA_DIR, then in data/, then downloaded into the first of the two. */
export async function findOrDownload(definition: DatasetDefinition, download: DownloadOptions, context: LoadContext): Promise<string> {
  const found = await locateDataset(definition, context)
  if (found) return found.folder
  const [{ folder }] = dataFolders(context)
  if (definition.zipUrl) context.onRemark?.(`${definition.title} is in none of ${dataFolders(context).map(place => place.folder).join(', ')}; downloading it from ${download.mirror ?? 'GroupLens'}.`)
  return (await downloadDataset(definition, folder, { ...download, signal: context.signal, onProgress: context.onProgress })).folder
}

// The synthetic set has no bytes on disk: what makes it is its name and its default options.
const syntheticChecksum = (): string => createHash('sha256').update('synthetic, default options').digest('hex')
