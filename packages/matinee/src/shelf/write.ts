// A version is written beside the others, forced to the disk, read again, and only then named in CURRENT.
import { join } from 'node:path'
import { MatineeError, throwIfAborted } from '@matinee/core'
import { currentName, replaceCurrent, settleCurrent } from './current.ts'
import { createFile, createFolder, removeWhole, renameWhole, syncFolder, uniqueSuffix, type FileBytes } from './disk.ts'
import { withDetail } from './failures.ts'
import { underLock } from './lock.ts'
import type { Lock } from './lock.ts'
import { encodeManifest } from './manifest.ts'
import { checkFiles, checkFolder, checkLabel, MANIFEST, unfinished, versionName } from './names.ts'
import { checkKeep, discardVersions, prune, sweep } from './prune.ts'
import { checkVersion, versionNames } from './read.ts'

/** The steps of a save, in order; those of a file come once for each, several files being written at once. */
export const saveStages = [
  'locked', 'created', 'file-written', 'file-synced', 'manifest-written', 'manifest-synced', 'folder-synced', 'verified',
  'renamed', 'directory-synced', 'current-written', 'current-synced', 'current-renamed', 'done',
] as const
/** A step of a save. */
export type SaveStage = (typeof saveStages)[number]

/** A version to be, and how it is saved. */
export interface Save {
  /** What kind of version it is, usually the model's name; the end of the version's name. */
  readonly label: string
  /** The time that names the version. */
  readonly now: Date
  /** What the manifest says besides the checksums: any fields that JSON can hold. */
  readonly manifest: object
  /** Every file but the manifest. The bytes must not change before the save is over. */
  readonly files: ReadonlyMap<string, FileBytes>
  /** Cancels the save at any moment before CURRENT is renamed; nothing of it stays. */
  readonly signal?: AbortSignal
  /** Awaited after each step with the file's or version's name; an error thrown in it fails the save. */
  readonly onStage?: (stage: SaveStage, subject: string) => void | Promise<void>
  /** Afterwards keep this many versions, an integer ≥ 1, the live one among them; by default all. */
  readonly retain?: number
  /** The folder's lock, where the caller holds it. */
  readonly lock?: Lock
  /** Whether it is named in CURRENT; default true. */
  readonly live?: boolean
}

/**
 * Writes a new version and makes it the live one, unless it is not to be; gives its name, e.g. `2026-11-23T20-10-55Z-als`.
 *
 * If anything fails before CURRENT is renamed, what was written is removed and the former version is live; a
 * process that dies leaves what the next save removes. Throws ERR_OPTION, ERR_LOCKED, ERR_ABORTED,
 * ERR_DISK_FULL, ERR_READ_ONLY, ERR_IO, and ERR_ARTIFACT_CORRUPT if the disk gives back other bytes.
 */
export async function writeVersion(dir: string, save: Save): Promise<string> {
  const { label, now, signal, retain } = save
  checkFolder(dir)
  checkLabel(label, now)
  checkFiles(save.files)
  if (retain !== undefined) checkKeep('retain', retain)
  const manifest = encodeManifest(save.manifest, save.files)
  throwIfAborted(signal)
  const step = async (stage: SaveStage, subject: string): Promise<void> => {
    await save.onStage?.(stage, subject)
    throwIfAborted(signal)
  }
  const version = await underLock(dir, `save ${label}`, save.lock, async () => {
    await sweep(dir)
    const name = await freeName(dir, label, now)
    await step('locked', name)
    await writeAndName(dir, name, { ...save, manifest, step })
    await settle(dir, name, save)
    return name
  })
  await save.onStage?.('done', version)
  return version
}

// After all others of the same second, those of other labels included, so that names sort as the versions came.
async function freeName(dir: string, label: string, now: Date): Promise<string> {
  const second = Math.floor(now.getTime() / 1000)
  const copies = (await versionNames(dir)).filter(({ createdAt }) => createdAt.getTime() / 1000 === second).map(({ copy }) => copy)
  return versionName(label, now, Math.max(0, ...copies) + 1)
}

interface Steps {
  readonly files: ReadonlyMap<string, FileBytes>
  readonly manifest: Uint8Array
  readonly signal?: AbortSignal
  readonly live?: boolean
  readonly step: (stage: SaveStage, subject: string) => Promise<void>
}

/** Everything up to the rename of CURRENT; all of it is undone if any of it fails. */
async function writeAndName(dir: string, version: string, save: Steps): Promise<void> {
  const { step } = save
  const incoming = join(dir, `${unfinished.version}${version}-${uniqueSuffix()}`)
  const place = join(dir, version)
  try {
    await createFolder(incoming)
    await step('created', version)
    await writeFiles(incoming, save)
    await syncFolder(incoming)
    await step('folder-synced', version)
    await checkVersion(incoming)
    await step('verified', version)
    await renameWhole(incoming, place)
    await step('renamed', version)
    await syncFolder(dir)
    await step('directory-synced', version)
    if (save.live !== false) {
      await replaceCurrent(dir, version, {
        onWritten: () => step('current-written', version),
        onSynced: () => step('current-synced', version),
      })
    }
  } catch (error) {
    throw withDetail(error, await undo(dir, version, incoming))
  }
}

async function writeFiles(folder: string, { files, manifest, signal, step }: Steps): Promise<void> {
  const cancel = signal && { signal }
  const results = await Promise.allSettled([...files].map(async ([name, bytes]) => { // at once: each waits for the disk
    await createFile(join(folder, name), bytes, { ...cancel, onWritten: () => step('file-written', name) })
    await step('file-synced', name)
  }))
  // only now: what is still being written cannot be removed
  for (const result of results) if (result.status === 'rejected') throw result.reason
  await createFile(join(folder, MANIFEST), manifest, { ...cancel, onWritten: () => step('manifest-written', MANIFEST) })
  await step('manifest-synced', MANIFEST)
}

/** Removes an unfinished version, under either name; gives a sentence for the error that led here if there is more to tell. */
async function undo(dir: string, version: string, incoming: string): Promise<string> {
  try {
    // a network drive may report a failed rename that was done: never remove what CURRENT names
    if (await isNamed(dir, version)) return `Version ${version} is live all the same.`
    await removeWhole(incoming)
    await discardVersions(dir, [version])
    return ''
  } catch (error) {
    return `What was written of ${version} could not be removed (${(error as Error).message}); it is not live.`
  }
}

async function isNamed(dir: string, version: string): Promise<boolean> {
  try {
    return await currentName(dir) === version
  } catch (error) {
    if (error instanceof MatineeError && error.code === 'ERR_ARTIFACT_CORRUPT') return false // damaged before: we write no such bytes
    throw error
  }
}

/** After the rename of CURRENT the new version is live, whatever fails now; the error says so. */
async function settle(dir: string, version: string, { onStage, retain, live }: Save): Promise<void> {
  if (live !== false) {
    await onStage?.('current-renamed', version)
    await settleCurrent(dir, version)
  }
  if (retain === undefined) return
  try {
    await prune(dir, retain)
  } catch (error) {
    throw withDetail(error, `Version ${version} is live; older ones could not be removed.`)
  }
}
