// The few things this room does to a disk, each whole or not at all, and each forced to the disk before the next.
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { MatineeError, throwIfAborted } from '@matinee/core'
import { guard, saysMissing, systemCode } from './failures.ts'

const CHUNK_BYTES = 1 << 20 // between two chunks a cancelled save stops

const HASH_BYTES = 1 << 30 // Node's hashes refuse 2 GiB and more at once

/** A file's bytes, in one piece or in parts, one behind the other. */
export type FileBytes = Uint8Array | readonly Uint8Array[]

const partsOf = (bytes: FileBytes): readonly Uint8Array[] => bytes instanceof Uint8Array ? [bytes] : bytes

/** Bytes of a file. */
export const lengthOf = (bytes: FileBytes): number => partsOf(bytes).reduce((sum, { length }) => sum + length, 0)

/** SHA-256 as 64 lower-case hex digits. */
export function sha256(data: FileBytes | string): string {
  const hash = createHash('sha256')
  if (typeof data === 'string') return hash.update(data).digest('hex')
  for (const part of partsOf(data)) for (let at = 0; at < part.length; at += HASH_BYTES) hash.update(part.subarray(at, at + HASH_BYTES))
  return hash.digest('hex')
}

/** 16 hex digits that were never used before (64 random bits). */
export const uniqueSuffix = (): string => randomBytes(8).toString('hex')

export interface CreateSteps {
  readonly signal?: AbortSignal
  /** Called when every byte is written and none is forced to the disk yet. */
  readonly onWritten?: () => Promise<void>
}

/** Creates a file that must not be there yet, writes all bytes, forces them to the disk, closes. */
export async function createFile(path: string, bytes: FileBytes, { signal, onWritten }: CreateSteps = {}): Promise<void> {
  await guard('write', path, async () => {
    const file = await open(path, 'wx')
    try {
      let written = 0
      for (const part of partsOf(bytes)) {
        for (let at = 0; at < part.length;) {
          throwIfAborted(signal)
          const { bytesWritten } = await file.write(part, at, Math.min(CHUNK_BYTES, part.length - at))
          written += bytesWritten
          if (bytesWritten === 0) throw new MatineeError('ERR_IO', `${path} took ${written} bytes and no more, expected ${lengthOf(bytes)}.`)
          at += bytesWritten
        }
      }
      await onWritten?.()
      await file.sync()
    } finally {
      await file.close()
    }
  })
}

/**
 * All bytes of a file, in a buffer of their own, or undefined where there is none.
 *
 * `checkSize` sees the size before memory is taken, so that a file of a size that cannot be right is refused
 * unread. Throws ERR_ARTIFACT_CORRUPT for what is no file (a named pipe would block for ever), ERR_MEMORY, ERR_IO.
 */
export async function readBytes(path: string, checkSize: (sizeBytes: number) => void): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return withFile(path, checkSize, async (file, size) => {
    const bytes = allocate(size, path)
    let at = 0
    while (at < size) {
      const { bytesRead } = await file.read(bytes, at, Math.min(CHUNK_BYTES, size - at), at)
      if (bytesRead === 0) break // became shorter while it was read: the checksum will say so
      at += bytesRead
    }
    return at === size ? bytes : bytes.slice(0, at)
  })
}

/** SHA-256 of a file, never whole in memory; else as `readBytes`. */
export async function sha256OfFile(path: string, checkSize: (sizeBytes: number) => void): Promise<string | undefined> {
  return withFile(path, checkSize, async (file, size) => {
    const hash = createHash('sha256')
    const piece = new Uint8Array(CHUNK_BYTES)
    for (let at = 0; at < size;) {
      const { bytesRead } = await file.read(piece, 0, Math.min(CHUNK_BYTES, size - at), at)
      if (bytesRead === 0) break // as above
      hash.update(piece.subarray(0, bytesRead))
      at += bytesRead
    }
    return hash.digest('hex')
  })
}

function withFile<Result>(path: string, checkSize: (sizeBytes: number) => void, work: (file: FileHandle, size: number) => Promise<Result>): Promise<Result | undefined> {
  return guard('read', path, async () => {
    const found = await orMissing(stat(path))
    if (!found) return undefined
    if (!found.isFile()) throw new MatineeError('ERR_ARTIFACT_CORRUPT', `${path} is not a file, expected one.`)
    const file = await orMissing(open(path, 'r'))
    if (!file) return undefined
    try {
      const { size } = await file.stat()
      checkSize(size)
      return await work(file, size)
    } finally {
      await file.close()
    }
  })
}

function allocate(sizeBytes: number, path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(sizeBytes)
  } catch (error) {
    throw new MatineeError('ERR_MEMORY', `${path} has ${sizeBytes} bytes, more than there is memory for.`, { cause: error })
  }
}

/** Names in a folder in no promised order, or undefined where there is no folder. */
export const namesIn = (folder: string): Promise<string[] | undefined> =>
  guard('list', folder, () => orMissing(readdir(folder)))

/** Size in bytes of a file, or undefined where there is none. */
export const sizeOf = (path: string): Promise<number | undefined> =>
  guard('look at', path, async () => (await orMissing(stat(path)))?.size)

/** True where `path` is a folder. */
export const isFolder = (path: string): Promise<boolean> =>
  guard('look at', path, async () => (await orMissing(stat(path)))?.isDirectory() ?? false)

/** When a file was last written, or undefined where there is none. */
export const writtenAt = (path: string): Promise<Date | undefined> =>
  guard('look at', path, async () => (await orMissing(stat(path)))?.mtime)

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (saysMissing(error)) return undefined
    throw error
  }
}

/** Creates a folder that must not be there yet; its parent must be. */
export const createFolder = (folder: string): Promise<void> => guard('create', folder, () => mkdir(folder))

/** Makes sure that a folder and its parents are there, the new ones also after a power cut. */
export async function ensureFolder(folder: string): Promise<void> {
  const target = resolve(folder)
  const first = await guard('create', folder, () => mkdir(target, { recursive: true }))
  if (first === undefined) return
  for (let made = target; ; made = dirname(made)) {
    await syncFolder(dirname(made))
    if (made === resolve(first) || made === dirname(made)) return
  }
}

/** Forces a folder's names to the disk. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for this (EPERM); NTFS journals renames itself.
  if (process.platform === 'win32') return
  await guard('sync', folder, async () => {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } catch (error) {
      // some network file systems (SMB, a few FUSE ones) have no such call; there is nothing more that one could do
      const code = systemCode(error)
      if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error
    } finally {
      await handle.close()
    }
  })
}

/** Renames at once, over an existing file if there is one. Both names lie in the same folder. */
export const renameWhole = (from: string, to: string): Promise<void> =>
  guard('rename', `${from} to ${to}`, () => patiently(() => rename(from, to)))

/** Removes a file or a whole folder; what is not there is no error. */
export const removeWhole = (path: string): Promise<void> =>
  guard('remove', path, () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }))

const TRIES = 10

/** On Windows a virus scanner or an indexer holds a new file for some milliseconds; ten tries take about a second. */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const passing = ['EPERM', 'EBUSY', 'EACCES'].includes(systemCode(error) ?? '')
      if (process.platform !== 'win32' || !passing || attempt === TRIES) throw error
      await pause(20 * attempt)
    }
  }
}
