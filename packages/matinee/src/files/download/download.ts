// Gets a known dataset: download, checksum, unpack beside its place, rename when whole.
import { mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MatineeError, throwIfAborted } from '@matinee/core'
import type { RunContext } from '@matinee/core'
import type { DatasetDefinition } from '../definition.ts'
import { missingFiles } from '../locate.ts'
import { systemCode, writeError } from '../system-errors.ts'
import { fetchFile } from './fetch-file.ts'
import type { FetchOptions } from './fetch-file.ts'
import { md5Of, publishedMd5 } from './md5.ts'
import { unzip } from './unzip.ts'
import { defaultZipLimits } from './zip-plan.ts'
import type { ZipLimits } from './zip-plan.ts'

export interface DownloadOptions extends Pick<RunContext, 'signal' | 'onProgress'> {
  /** An address that stands for `https://files.grouplens.org/datasets/movielens/`. */
  readonly mirror?: string
  /** How often each file is tried; an integer from 1 to 100, default 3. */
  readonly tries?: number
  /** Milliseconds without a byte after which a try is given up; default 30,000. */
  readonly stallMs?: number
  /** Milliseconds before the second try, doubled before each further one; default 1,000. */
  readonly backoffMs?: number
  /** Default: `defaultZipLimits`. */
  readonly limits?: ZipLimits
}

export interface DownloadedDataset {
  /** `<dataDir>/<name>`, which holds the files directly. */
  readonly folder: string
  readonly url: string
  /** The archive's MD5 where one is published and was compared; undefined where none is. */
  readonly md5?: string
}

const LARGEST_ARCHIVE = 2 * 2 ** 30

/**
 * Downloads a dataset into `<dataDir>/<name>/`; `dataDir` is made if it is missing.
 *
 * While it runs, `dataDir` holds `<name>.zip.part` and a folder `.<name>-…`; a failure leaves at most the `.part`
 * file, from which the next call goes on. Two calls for one dataset at a time spoil each other's `.part` file, which the checksum
 * finds. Throws ERR_DOWNLOAD, ERR_CHECKSUM, ERR_ZIP, ERR_ABORTED, ERR_DISK_FULL, ERR_READ_ONLY, ERR_IO, ERR_OPTION.
 */
export async function downloadDataset(
  definition: DatasetDefinition, dataDir: string, options: DownloadOptions = {},
): Promise<DownloadedDataset> {
  throwIfAborted(options.signal)
  const settings = settingsOf(options)
  const folder = join(dataDir, definition.name)
  if (definition.zipUrl === undefined) throw await notDownloadable(definition, folder)
  const url = urlOf(definition.zipUrl, options.mirror)
  await makeFolder(dataDir)
  await checkPlace(folder, definition)
  const part = join(dataDir, `${definition.name}.zip.part`)
  const md5 = await publishedMd5(`${url}.md5`, settings)
  await fetchChecked(url, part, md5, settings)
  await unpackInto(folder, part, definition, options)
  await rm(part, { force: true })
  return { folder, url, ...(md5 !== undefined && { md5 }) }
}

function settingsOf({ tries = 3, stallMs = 30_000, backoffMs = 1_000, signal, onProgress }: DownloadOptions): FetchOptions {
  const check = (name: string, value: number, min: number, max: number): void => {
    if (Number.isInteger(value) && value >= min && value <= max) return
    throw new MatineeError('ERR_OPTION', `${name} is ${value}, expected an integer from ${min} to ${max}.`)
  }
  check('tries', tries, 1, 100)
  check('stallMs', stallMs, 1, 2 ** 31 - 1)
  check('backoffMs', backoffMs, 0, 2 ** 31 - 1)
  return { tries, stallMs, backoffMs, signal, onProgress, maxBytes: LARGEST_ARCHIVE }
}

async function notDownloadable(definition: DatasetDefinition, folder: string): Promise<MatineeError> {
  const missing = await missingFiles(definition, folder)
  return new MatineeError('ERR_FILE_MISSING', `${folder} lacks ${missing.join(', ')}, and ${definition.name} is not downloaded: its files come from ${definition.page}.`)
}

function urlOf(zipUrl: string, mirror: string | undefined): string {
  if (mirror === undefined) return zipUrl
  const base = URL.canParse(mirror) ? new URL(mirror) : undefined
  if (!base || !['http:', 'https:'].includes(base.protocol)) {
    throw new MatineeError('ERR_OPTION', `the mirror is ${JSON.stringify(mirror)}, expected an address at https:// or http://.`)
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return new URL(zipUrl.slice(zipUrl.lastIndexOf('/') + 1), base).href
}

async function makeFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true })
  } catch (error) {
    throw writeError(error, dataDir)
  }
}

/** Nothing that is not ours is overwritten: the place is free, or an empty folder. */
async function checkPlace(folder: string, definition: DatasetDefinition): Promise<void> {
  const found = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return []
    throw writeError(error, folder)
  })
  if (found.length === 0) return
  const missing = await missingFiles(definition, folder)
  const state = missing.length === 0 ? 'is there already' : `is there already without ${missing.join(', ')}`
  throw new MatineeError('ERR_DOWNLOAD', `${folder} ${state}, expected no such folder; move it away to download ${definition.name} again.`)
}

/** Downloads and compares; a file that was continued and is wrong is downloaded once more from its beginning. */
async function fetchChecked(url: string, part: string, md5: string | undefined, settings: FetchOptions): Promise<void> {
  for (;;) {
    const { resumed } = await fetchFile(url, part, settings)
    if (md5 === undefined) return
    settings.onProgress?.({ stage: 'check the archive', done: 0, total: 1 })
    const found = await md5Of(part, settings.signal)
    settings.onProgress?.({ stage: 'check the archive', done: 1, total: 1 })
    if (found === md5) return
    await rm(part, { force: true })
    if (!resumed) throw new MatineeError('ERR_CHECKSUM', `${url} has the MD5 ${found}, expected ${md5} as published beside it.`)
  }
}

async function unpackInto(folder: string, part: string, definition: DatasetDefinition, options: DownloadOptions): Promise<void> {
  const name = `${definition.name}.zip`
  let temporary: string | undefined
  try {
    temporary = await mkdtemp(join(folder, '..', `.${definition.name}-`))
    await unzip(part, temporary, name, options, options.limits ?? defaultZipLimits)
    const missing = await missingFiles(definition, temporary)
    if (missing.length > 0) {
      throw new MatineeError('ERR_ZIP', `${name} holds no ${missing.join(', ')}, expected the files of ${definition.title}.`)
    }
    throwIfAborted(options.signal)
    await rmdir(folder).catch(() => undefined) // an empty one; what is not empty makes the rename fail
    await rename(temporary, folder)
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true })
    if (error instanceof MatineeError && error.code === 'ERR_ZIP') await rm(part, { force: true })
    throw writeError(error, folder)
  }
}
