// Which names may stand in an artifacts folder: versions, their files, and what is unfinished.
import { MatineeError } from '@matinee/core'
import type { FileBytes } from './disk.ts'

/** The file that names the live version. */
export const CURRENT = 'CURRENT'
/** The folder with the lock's entries. */
export const LOCK_FOLDER = '.lock'
/** The file of a version that vouches for all others. */
export const MANIFEST = 'manifest.json'

/** Unfinished things begin so; whoever holds the lock may remove those that others left behind. */
export const unfinished = { version: '.incoming-', pruned: '.pruned-', current: '.current-' } as const

// each part begins with a letter, so that `-2` at the end of a version is never part of the label;
// lower case, since some file systems take `ALS` and `als` for the same name
const LABEL = '[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*'
const labelPattern = new RegExp(`^${LABEL}$`)
const versionPattern = new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)T(\\d\\d)-(\\d\\d)-(\\d\\d)Z-(${LABEL})(?:-([1-9]\\d{0,8}))?$`)
const MAX_LABEL = 64

/** What a version's name says. */
export interface VersionName {
  readonly name: string
  readonly label: string
  /** To the second. */
  readonly createdAt: Date
  /** 1 for the first version of a label in a second, then 2, 3, … */
  readonly copy: number
}

/** Reads a version's name, or undefined for any other string (paths, `..`, dates that do not exist). */
export function parseVersionName(name: string): VersionName | undefined {
  const match = name.length <= 128 ? versionPattern.exec(name) : null
  if (!match) return undefined
  const [, day, hours, minutes, seconds, label, copy] = match
  const createdAt = new Date(`${day}T${hours}:${minutes}:${seconds}Z`)
  const parsed = { name, label, createdAt, copy: copy === undefined ? 1 : Number(copy) }
  if (Number.isNaN(createdAt.getTime()) || versionName(label, createdAt, parsed.copy) !== name) return undefined
  return parsed
}

/** The name of a version, e.g. `2026-11-23T20-10-55Z-als`; `copy` ≥ 2 adds `-2`, …: no colon, which Windows forbids. */
export function versionName(label: string, createdAt: Date, copy: number): string {
  const stamp = `${createdAt.toISOString().slice(0, 19).replaceAll(':', '-')}Z`
  return `${stamp}-${label}${copy > 1 ? `-${copy}` : ''}`
}

/** Newest first; within a second the later copy first, then by label. */
export function newestFirst(a: VersionName, b: VersionName): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || b.copy - a.copy || (a.label < b.label ? -1 : 1)
}

/** Throws ERR_OPTION for a version's name that matinee never gives. */
export function checkVersionName(name: string): void {
  if (typeof name === 'string' && parseVersionName(name)) return
  throw new MatineeError('ERR_OPTION', `the version is ${JSON.stringify(name)}, expected a name like 2026-11-23T20-10-55Z-als.`)
}

/** Throws ERR_OPTION for a label or a time that cannot be part of a version's name. */
export function checkLabel(label: string, now: Date): void {
  if (!labelPattern.test(label) || label.length > MAX_LABEL) {
    const expected = `at most ${MAX_LABEL} lower-case letters, digits and hyphens, each part beginning with a letter`
    throw new MatineeError('ERR_OPTION', `label is ${JSON.stringify(label)}, expected ${expected}.`)
  }
  const year = now.getUTCFullYear()
  if (!(year >= 1970 && year <= 9999)) throw new MatineeError('ERR_OPTION', `now is ${String(now)}, expected a time from 1970 to 9999.`)
}

/** Throws ERR_OPTION for what cannot be the path of an artifacts folder. */
export function checkFolder(dir: string): void {
  if (typeof dir === 'string' && dir !== '' && !dir.includes('\0')) return
  throw new MatineeError('ERR_OPTION', `the artifacts folder is ${JSON.stringify(dir)}, expected a path.`)
}

const filePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/
const windowsDevices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** True for a file name that every file system takes and that leads nowhere else. */
export function isFileName(name: string): boolean {
  return filePattern.test(name) && !name.endsWith('.') && !windowsDevices.test(name) && name.toLowerCase() !== MANIFEST
}

/** Throws ERR_OPTION for a file's name that is not portable, for two that differ in case only, and for what is no bytes. */
export function checkFiles(files: ReadonlyMap<string, FileBytes>): void {
  const seen = new Map<string, string>()
  for (const [name, bytes] of files) {
    if (!isFileName(name)) {
      const expected = `letters, digits, dots, hyphens and underscores, none of them Windows' device names, and not ${MANIFEST}`
      throw new MatineeError('ERR_OPTION', `a file of the version is named ${JSON.stringify(name)}, expected ${expected}.`)
    }
    const twin = seen.get(name.toLowerCase())
    if (twin !== undefined) {
      throw new MatineeError('ERR_OPTION', `files ${twin} and ${name} differ in case only, expected names apart on every file system.`)
    }
    const isBytes = bytes instanceof Uint8Array || (Array.isArray(bytes) && bytes.every(part => part instanceof Uint8Array))
    if (!isBytes) throw new MatineeError('ERR_OPTION', `file ${name} is ${typeof bytes}, expected a Uint8Array or several.`)
    seen.set(name.toLowerCase(), name)
  }
}

/** Files that an operating system puts into a folder by itself when somebody looks at it; they say nothing about a version. */
export function isSystemFile(name: string): boolean {
  return name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini'
}
