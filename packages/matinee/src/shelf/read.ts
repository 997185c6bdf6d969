// From a folder back to a version, with every byte checked on the way.
import { join } from 'node:path'
import { MatineeError } from '@matinee/core'
import { checkFolderExists, currentName } from './current.ts'
import { isFolder, namesIn, readBytes, sha256, sha256OfFile } from './disk.ts'
import { withDetail } from './failures.ts'
import { decodeManifest, MAX_MANIFEST_BYTES } from './manifest.ts'
import type { FileRecord, Manifest } from './manifest.ts'
import { checkFolder, checkVersionName, CURRENT, isSystemFile, MANIFEST, newestFirst, parseVersionName } from './names.ts'
import type { VersionName } from './names.ts'

/** A version as it was written. */
export interface Version {
  readonly version: string
  readonly manifest: Manifest
  /** Every file but the manifest; each has a buffer of its own, so that typed arrays may lie over it. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}

/** The name of the live version. Throws ERR_ARTIFACT_MISSING if there is none, ERR_ARTIFACT_CORRUPT if CURRENT is damaged. */
export async function readCurrent(dir: string): Promise<string> {
  checkFolder(dir)
  return helpfully(dir, undefined, () => liveName(dir))
}

async function liveName(dir: string): Promise<string> {
  await checkFolderExists(dir)
  const name = await currentName(dir)
  if (name !== undefined) return name
  throw new MatineeError('ERR_ARTIFACT_MISSING', `${join(dir, CURRENT)} is missing, expected the name of the live version in it.`)
}

/**
 * A whole version, the live one by default.
 *
 * Throws ERR_OPTION for a name that is none, ERR_ARTIFACT_MISSING if the folder, CURRENT, the manifest or a file
 * is not there, ERR_ARTIFACT_NEWER if a newer matinee wrote it, and ERR_ARTIFACT_CORRUPT if any byte of CURRENT,
 * the manifest or a file is not as it was written, or a file was added. The message names the versions that are whole.
 */
export async function readVersion(dir: string, version?: string): Promise<Version> {
  checkFolder(dir)
  if (version !== undefined) {
    checkVersionName(version)
    return helpfully(dir, version, () => load(dir, version))
  }
  for (let tries = 3; ; tries--) {
    const live = await readCurrent(dir)
    try {
      return await load(dir, live)
    } catch (error) {
      // another process may have named a newer version and pruned this one while we were reading it
      if (tries > 1 && await currentName(dir) !== live) continue
      return helpfully(dir, live, () => Promise.reject(error))
    }
  }
}

/** A version's manifest, checked, without a look at the other files. Throws like `readVersion`. */
export async function readManifest(dir: string, version: string): Promise<Manifest> {
  checkFolder(dir)
  checkVersionName(version)
  return manifestIn(join(dir, version))
}

/** One file of a version, checked, without a look at the others; undefined where the version has none of this name. Throws like `readVersion`. */
export async function readVersionFile(dir: string, version: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  checkFolder(dir)
  checkVersionName(version)
  return helpfully(dir, version, async () => {
    const { files } = await manifestIn(join(dir, version))
    return Object.hasOwn(files, name) ? checkFile(join(dir, version, name), files[name], true) : undefined
  })
}

async function load(dir: string, version: string): Promise<Version> {
  await checkFolderExists(dir)
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  const manifest = await checkVersion(join(dir, version), (name, bytes) => files.set(name, bytes))
  return { version, manifest, files }
}

/** Reads a version's folder and checks all of it; `onFile` is given each file's bytes once they are known to be right. */
export async function checkVersion(folder: string, onFile?: (name: string, bytes: Uint8Array<ArrayBuffer>) => void): Promise<Manifest> {
  const manifest = await manifestIn(folder)
  for (const [name, record] of Object.entries(manifest.files)) {
    const bytes = await checkFile(join(folder, name), record, onFile !== undefined)
    if (bytes) onFile?.(name, bytes)
  }
  const isAdded = (name: string): boolean => name !== MANIFEST && !Object.hasOwn(manifest.files, name) && !isSystemFile(name)
  const added = (await namesIn(folder) ?? []).filter(isAdded)
  if (added.length === 0) return manifest
  const problem = `${join(folder, added[0])} is not in the manifest, expected no file that it does not list.`
  throw new MatineeError('ERR_ARTIFACT_CORRUPT', problem)
}

// The bytes of a file where they are wanted, and in any case a look whether they are as they were written.
async function checkFile(path: string, record: FileRecord, wanted: boolean): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const wrongSize = (sizeBytes: number): void => {
    if (sizeBytes === record.sizeBytes) return
    throw new MatineeError('ERR_ARTIFACT_CORRUPT', `${path} has ${sizeBytes} bytes, expected ${record.sizeBytes}.`)
  }
  const bytes = wanted ? await readBytes(path, wrongSize) : undefined
  const actual = wanted ? bytes && sha256(bytes) : await sha256OfFile(path, wrongSize)
  if (actual === undefined) throw new MatineeError('ERR_ARTIFACT_MISSING', `${path} is missing, expected ${record.sizeBytes} bytes.`)
  if (actual !== record.sha256) throw new MatineeError('ERR_ARTIFACT_CORRUPT', `${path} has SHA-256 ${actual}, expected ${record.sha256}.`)
  return bytes
}

async function manifestIn(folder: string): Promise<Manifest> {
  if (!await isFolder(folder)) throw new MatineeError('ERR_ARTIFACT_MISSING', `there is no version ${folder}, expected a folder.`)
  const path = join(folder, MANIFEST)
  const bytes = await readBytes(path, sizeBytes => {
    if (sizeBytes <= MAX_MANIFEST_BYTES) return
    throw new MatineeError('ERR_ARTIFACT_CORRUPT', `${path} has ${sizeBytes} bytes, expected at most ${MAX_MANIFEST_BYTES}.`)
  })
  if (!bytes) throw new MatineeError('ERR_ARTIFACT_MISSING', `${path} is missing, expected the list of the version's files.`)
  return decodeManifest(bytes, path)
}

/** The folders of `dir` that have a version's name, newest first; none where there is no such folder. */
export async function versionNames(dir: string): Promise<VersionName[]> {
  const names = await namesIn(dir) ?? []
  return names.flatMap(name => parseVersionName(name) ?? []).sort(newestFirst)
}

const ENOUGH = 3

/** Adds to a missing or damaged artifact's error which other versions could be used instead. */
async function helpfully<T>(dir: string, version: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = error instanceof MatineeError ? error.code : undefined
    if (code !== 'ERR_ARTIFACT_MISSING' && code !== 'ERR_ARTIFACT_CORRUPT') throw error
    throw withDetail(error, await describeOthers(dir, version))
  }
}

async function describeOthers(dir: string, except: string | undefined): Promise<string> {
  const whole: string[] = []
  const others = (await versionNames(dir)).filter(({ name }) => name !== except)
  for (const { name } of others) {
    if (whole.length === ENOUGH) break
    if (await isWhole(join(dir, name))) whole.push(name)
  }
  if (others.length === 0) return ''
  return whole.length === 0 ? `None of the ${others.length} other versions is whole.` : `Whole are: ${whole.join(', ')}.`
}

async function isWhole(folder: string): Promise<boolean> {
  try {
    await checkVersion(folder)
    return true
  } catch (error) {
    if (error instanceof MatineeError) return false // said by leaving it out of the list
    throw error
  }
}
