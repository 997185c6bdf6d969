// Unpacks a zip that nobody vouches for: planned first, every byte checked, files in an empty folder of our own.
import { mkdir, open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Entry, ZipFile } from 'yauzl'
import { MatineeError, throwIfAborted } from '@matinee/core'
import type { RunContext } from '@matinee/core'
import { messageOf, systemCode, writeError } from '../system-errors.ts'
import { defaultZipLimits, planUnzip } from './zip-plan.ts'
import type { PlannedFile, ZipLimits } from './zip-plan.ts'

/**
 * Unpacks `archive` into `folder`, which must exist and be empty, and syncs each file to the disk.
 *
 * `name` stands for the archive in messages. Throws ERR_ZIP for an archive that is truncated, damaged (sizes and
 * CRC-32 are checked) or hostile (`planUnzip`), ERR_ABORTED, ERR_DISK_FULL, ERR_READ_ONLY, ERR_IO.
 */
export async function unzip(
  archive: string, folder: string, name: string, context: RunContext, limits: ZipLimits = defaultZipLimits,
): Promise<void> {
  const zip = await opened(archive, name)
  try {
    const files = planUnzip(await readDirectory(zip, name, limits, context), name, limits)
    const total = files.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0)
    let done = 0
    for (const file of files) {
      await unpack(zip, file, folder, name, bytes => {
        throwIfAborted(context.signal)
        done += bytes
        context.onProgress?.({ stage: `unpack ${name}`, done, total })
      })
    }
  } finally {
    zip.close()
  }
}

async function opened(archive: string, name: string): Promise<ZipFile> {
  const { default: yauzl } = await import('yauzl') // only now: few commands unpack anything
  try {
    return await yauzl.openPromise(archive, { autoClose: false, lazyEntries: true, strictFileNames: true })
  } catch (error) {
    throw zipError(error, name)
  }
}

async function readDirectory(zip: ZipFile, name: string, { maxEntries }: ZipLimits, { signal }: RunContext): Promise<Entry[]> {
  const entries: Entry[] = []
  try {
    for await (const entry of zip.eachEntry()) {
      throwIfAborted(signal)
      entries.push(entry)
      if (entries.length > maxEntries) break
    }
  } catch (error) {
    throw zipError(error, name)
  }
  return entries
}

async function unpack(
  zip: ZipFile, { entry, parts }: PlannedFile<Entry>, folder: string, name: string, report: (bytes: number) => void,
): Promise<void> {
  const path = join(folder, ...parts)
  try {
    if (parts.length > 1) await mkdir(join(folder, ...parts.slice(0, -1)), { recursive: true })
    const file = await open(path, 'wx')
    try {
      let checksum = 0
      for await (const piece of entryBytes(zip, entry, name)) {
        checksum = crc32(piece, checksum)
        for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten
        report(piece.length)
      }
      if (checksum !== entry.crc32) {
        throw new MatineeError('ERR_ZIP', `${name}: ${entry.fileName} has the CRC-32 ${hex(checksum)}, expected ${hex(entry.crc32)}.`)
      }
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw writeError(error, path)
  }
}

async function* entryBytes(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Buffer> {
  try {
    const source = await zip.openReadStreamPromise(entry)
    for await (const piece of source as AsyncIterable<Buffer>) yield piece
  } catch (error) {
    throw zipError(error, name)
  }
}

function zipError(error: unknown, name: string): MatineeError {
  if (error instanceof MatineeError) return error
  if (systemCode(error) !== undefined) return new MatineeError('ERR_IO', `could not read ${name}: ${messageOf(error)}.`, { cause: error })
  return new MatineeError('ERR_ZIP', `${basename(name)} is no whole zip archive: ${messageOf(error)}.`, { cause: error })
}

const hex = (checksum: number): string => checksum.toString(16).padStart(8, '0')
