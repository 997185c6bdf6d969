// What is on the shelf, readable or not.
import { join } from 'node:path'
import { MatineeError } from '@matinee/core'
import { checkFolderExists, currentName } from './current.ts'
import { namesIn, sizeOf } from './disk.ts'
import type { Manifest } from './manifest.ts'
import { checkFolder } from './names.ts'
import type { VersionName } from './names.ts'
import { readManifest, versionNames } from './read.ts'

/** One version: its manifest, or why there is none. The other files are not read; `readVersion` checks them. */
export type VersionEntry = {
  readonly name: string
  readonly label: string
  /** True for the one that CURRENT names; of none where CURRENT is missing or damaged (`readCurrent` tells which). */
  readonly live: boolean
  /** From its name, to the second. */
  readonly createdAt: Date
  /** Of all files that lie in it. */
  readonly sizeBytes: number
} & ({ readonly manifest: Manifest; readonly error?: undefined } | { readonly manifest?: undefined; readonly error: MatineeError })

/** All versions, newest first. Throws ERR_ARTIFACT_MISSING where there is no folder `dir`. */
export async function listVersions(dir: string): Promise<readonly VersionEntry[]> {
  checkFolder(dir)
  await checkFolderExists(dir)
  const live = await unlessMatineeError(currentName(dir))
  const entries: VersionEntry[] = []
  for (const version of await versionNames(dir)) {
    const entry = await describe(dir, version, live)
    if (entry) entries.push(entry)
  }
  return entries
}

async function describe(dir: string, { name, label, createdAt }: VersionName, live: unknown): Promise<VersionEntry | undefined> {
  const files = await namesIn(join(dir, name))
  if (!files) return undefined // pruned since we listed, or no folder
  let sizeBytes = 0
  for (const file of files) sizeBytes += await sizeOf(join(dir, name, file)) ?? 0
  const shared = { name, label, live: name === live, createdAt, sizeBytes }
  const manifest = await unlessMatineeError(readManifest(dir, name))
  return manifest instanceof MatineeError ? { ...shared, error: manifest } : { ...shared, manifest }
}

async function unlessMatineeError<T>(answer: Promise<T>): Promise<T | MatineeError> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof MatineeError) return error
    throw error
  }
}
