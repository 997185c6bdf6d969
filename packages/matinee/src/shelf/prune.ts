// How versions go: never by half under their own name, and never the live one.
import { join } from 'node:path'
import { checkOption, MatineeError } from '@matinee/core'
import { checkFolderExists, currentName } from './current.ts'
import { isFolder, namesIn, removeWhole, renameWhole, syncFolder, uniqueSuffix } from './disk.ts'
import { underLock } from './lock.ts'
import type { Lock } from './lock.ts'
import { checkFolder, CURRENT, unfinished } from './names.ts'
import { versionNames } from './read.ts'

/** How many versions stay. */
export interface PruneOptions {
  /** How many of the newest versions stay, an integer ≥ 1; the live one stays besides if it is older. */
  readonly keep: number
  /** The folder's lock, where the caller holds it. */
  readonly lock?: Lock
}

/**
 * Removes all but the newest versions and the live one; gives the names of those removed, newest first.
 *
 * Throws ERR_OPTION, ERR_LOCKED, ERR_READ_ONLY, ERR_IO; and ERR_ARTIFACT_MISSING or ERR_ARTIFACT_CORRUPT, with
 * nothing removed, if it is not known which version is live.
 */
export async function pruneVersions(dir: string, { keep, lock }: PruneOptions): Promise<readonly string[]> {
  checkFolder(dir)
  checkKeep('keep', keep)
  await checkFolderExists(dir)
  return underLock(dir, 'prune', lock, async () => {
    await sweep(dir)
    return prune(dir, keep)
  })
}

/** Throws ERR_OPTION for a number of versions to keep that is no integer from 1. */
export function checkKeep(name: string, keep: number): void {
  checkOption(name, { kind: 'integer', default: 10, min: 1, max: 1_000_000, help: 'Versions that stay.' }, keep)
}

/** As `pruneVersions`, for a caller that holds the lock. */
export async function prune(dir: string, keep: number): Promise<readonly string[]> {
  const names = (await versionNames(dir)).map(({ name }) => name)
  const live = await currentName(dir)
  if (live === undefined && names.length > 0) {
    const problem = `${join(dir, CURRENT)} is missing, expected it to name the version that must stay; choose one first.`
    throw new MatineeError('ERR_ARTIFACT_MISSING', problem)
  }
  const gone = names.slice(keep).filter(name => name !== live)
  await discardVersions(dir, gone)
  return gone
}

/** Removes versions. Each loses its name first, for good, so that a crash half-way leaves none that is half there. */
export async function discardVersions(dir: string, versions: readonly string[]): Promise<void> {
  const doomed: string[] = []
  for (const version of versions) {
    if (!await isFolder(join(dir, version))) continue
    const path = join(dir, `${unfinished.pruned}${version}-${uniqueSuffix()}`)
    await renameWhole(join(dir, version), path)
    doomed.push(path)
  }
  if (doomed.length === 0) return
  await syncFolder(dir)
  for (const path of doomed) await removeWhole(path)
}

/** Removes what a process that died left unfinished. Only for the holder of the lock: nobody else's work is under way then. */
export async function sweep(dir: string): Promise<void> {
  const prefixes = Object.values(unfinished)
  for (const name of await namesIn(dir) ?? []) {
    if (prefixes.some(prefix => name.startsWith(prefix))) await removeWhole(join(dir, name))
  }
}
