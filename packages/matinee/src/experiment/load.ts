// From what the user named to a dataset: a file, a known dataset that is found or fetched, or the synthetic one.
import { prepareDataset, synthetic, type Dataset, type Progress } from '@matinee/core'
import { join, resolve } from 'node:path'
import {
  datasetDefinition, downloadDataset, locateDataset, readDataset, readEventsFile, type DatasetDefinition, type EventsFileOptions,
} from '../files/index.ts'

/** The built-in set that stands in where nothing can be downloaded. */
export const SYNTHETIC = 'synthetic'

/** What was named: a dataset, or a file and how it is to be read. */
export type DataSource =
  | { readonly dataset: string, readonly mirror?: string }
  | { readonly file: string, readonly format: Omit<EventsFileOptions, keyof LoadOptions> }

/** What is done to the rows. */
export interface LoadOptions {
  readonly minRating?: number
  readonly kCore?: number
  readonly skipBadRows?: boolean
}

export interface LoadContext {
  /** MATINEE_DATA_DIR */
  readonly dataDir?: string
  /** Relative paths count from here. */
  readonly cwd: string
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Told where a dataset was found, or that it is being downloaded. */
  readonly onRemark?: (text: string) => void
}

/** Throws ERR_UNKNOWN_NAME, ERR_DOWNLOAD, ERR_ZIP …, and what reading throws. */
export async function loadData(source: DataSource, options: LoadOptions, context: LoadContext): Promise<Dataset> {
  if ('file' in source) return readEventsFile(resolve(context.cwd, source.file), { ...source.format, ...options, ...context })
  if (source.dataset === SYNTHETIC) return prepareDataset(synthetic(), options)
  const definition = datasetDefinition(source.dataset)
  const folder = await findOrDownload(definition, source.mirror, context)
  return readDataset(definition, folder, { ...options, ...context })
}

/** The folder that holds the dataset: MATINEE_DATA_DIR, then data/, then downloaded into the first of the two. */
export async function findOrDownload(definition: DatasetDefinition, mirror: string | undefined, context: LoadContext): Promise<string> {
  const { dataDir, cwd, signal, onProgress, onRemark } = context
  const found = await locateDataset(definition, { dataDir, cwd })
  if (found) return found
  const parent = resolve(cwd, dataDir ?? 'data')
  onRemark?.(`${definition.name} is not in ${parent}; downloading it from ${mirror ?? 'GroupLens'}.`)
  const folder = join(parent, definition.name)
  await downloadDataset(definition, folder, { mirror, signal, onProgress })
  return folder
}
