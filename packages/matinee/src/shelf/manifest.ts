// The manifest: what the caller says of a version, the checksum of every other file, and a checksum of itself.
//
// Its bytes have one form, JSON.stringify(…, null, 2) and a line end, with `manifestSha256` last: the SHA-256 of
// that form without this last field. Other bytes are refused even where they parse to the same object, so that
// a flipped byte is caught wherever it lies, in a space as well as in a digit.
import { MatineeError } from '@matinee/core'
import { lengthOf, sha256, type FileBytes } from './disk.ts'
import { isFileName } from './names.ts'

/** The manifest's form that this matinee writes, and the newest that it reads. */
export const SCHEMA_VERSION = 1
/** A manifest is text about a version; what is larger is none. */
export const MAX_MANIFEST_BYTES = 1 << 24

/** What the manifest says of a file. */
export interface FileRecord {
  readonly sizeBytes: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

/** The caller's fields, and those that the shelf adds. */
export interface Manifest {
  readonly schemaVersion: number
  /** Every file of the version but the manifest itself, by name. */
  readonly files: Readonly<Record<string, FileRecord>>
  readonly manifestSha256: string
  readonly [field: string]: unknown
}

/** Up to which of a feedback store's sequence numbers the version's data go; 0 where they hold none of its events. */
export function feedbackSequence({ feedback }: Manifest): number {
  const { sequence } = (feedback ?? {}) as { readonly sequence?: unknown }
  return typeof sequence === 'number' ? sequence : 0
}

const ownFields = ['schemaVersion', 'files', 'manifestSha256']

/**
 * The bytes of a manifest: the caller's fields between `schemaVersion` and `files`.
 *
 * Throws ERR_OPTION for a field that the shelf writes itself, or a value that JSON cannot hold; a field that
 * is undefined is left out, as JSON does.
 */
export function encodeManifest(fields: object, files: ReadonlyMap<string, FileBytes>): Uint8Array {
  checkJson(fields, 'manifest', 0)
  if (Array.isArray(fields)) throw new MatineeError('ERR_OPTION', 'manifest is an array, expected an object.')
  for (const field of ownFields) {
    if (!Object.hasOwn(fields, field)) continue
    throw new MatineeError('ERR_OPTION', `manifest.${field} is given, expected it to be left to the shelf.`)
  }
  const names = [...files.keys()].sort()
  const records = names.map((name): [string, FileRecord] => {
    const bytes = files.get(name) ?? []
    return [name, { sizeBytes: lengthOf(bytes), sha256: sha256(bytes) }]
  })
  const bytes = sealManifest({ schemaVersion: SCHEMA_VERSION, ...fields, files: Object.fromEntries(records) })
  if (bytes.length <= MAX_MANIFEST_BYTES) return bytes
  const problem = `manifest has ${bytes.length} bytes, expected at most ${MAX_MANIFEST_BYTES}; give such data a file of its own.`
  throw new MatineeError('ERR_OPTION', problem)
}

/** The bytes of an object in the manifest's one form, with its checksum as last field. */
export function sealManifest(content: object): Uint8Array {
  return new TextEncoder().encode(canonical({ ...content, manifestSha256: sha256(canonical(content)) }))
}

const canonical = (content: object): string => `${JSON.stringify(content, null, 2)}\n`

const MAX_DEPTH = 64

function checkJson(value: unknown, path: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new MatineeError('ERR_OPTION', `${path} is nested deeper than ${MAX_DEPTH} levels.`)
  if (depth > 0 && (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value))) return
  if (depth > 0 && Array.isArray(value)) return value.forEach((element, i) => checkJson(element, `${path}[${i}]`, depth + 1))
  if (!isPlainObject(value)) throw new MatineeError('ERR_OPTION', `${path} is ${String(value)}, expected what JSON can hold.`)
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) checkJson(field, `${path}.${name}`, depth + 1)
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Reads and checks a manifest's bytes. Throws ERR_ARTIFACT_NEWER or ERR_ARTIFACT_CORRUPT, naming `path`. */
export function decodeManifest(bytes: Uint8Array, path: string): Manifest {
  const corrupt = (problem: string, cause?: unknown): never => {
    throw new MatineeError('ERR_ARTIFACT_CORRUPT', `${path} ${problem}.`, { cause })
  }
  let content: unknown
  let text = ''
  let actual = ''
  let sound = false
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    content = JSON.parse(text)
    if (isPlainObject(content)) {
      const { manifestSha256: _, ...rest } = content
      actual = sha256(canonical(rest))
      sound = text === canonical({ ...rest, manifestSha256: actual })
    }
  } catch (error) { // not UTF-8, not JSON, or nested so deep that it cannot be written again
    corrupt(`holds no JSON (${(error as Error).message}), expected the manifest that was written`, error)
  }
  if (!isPlainObject(content)) return corrupt('holds no JSON object, expected the manifest that was written')
  refuseNewer(content.schemaVersion, sound, path)
  if (content.manifestSha256 !== actual) {
    corrupt(`has checksum ${actual}, expected ${JSON.stringify(content.manifestSha256)} as it says itself`)
  }
  if (!sound) corrupt('has other white space or another order of fields than was written, expected every byte as it was')
  if (content.schemaVersion !== SCHEMA_VERSION) {
    corrupt(`has schemaVersion ${JSON.stringify(content.schemaVersion)}, expected an integer from 1 to ${SCHEMA_VERSION}`)
  }
  checkRecords(content.files, corrupt)
  return content as unknown as Manifest
}

function refuseNewer(schemaVersion: unknown, sound: boolean, path: string): void {
  if (!Number.isInteger(schemaVersion) || (schemaVersion as number) <= SCHEMA_VERSION) return
  // checked before the checksum, whose rule may be another one in a newer form
  const doubt = sound ? '' : ' Its checksum does not fit either: if no newer matinee wrote it, it is damaged.'
  const problem = `${path} has schemaVersion ${String(schemaVersion)}, expected at most ${SCHEMA_VERSION}.`
  throw new MatineeError('ERR_ARTIFACT_NEWER', problem + doubt)
}

function checkRecords(files: unknown, corrupt: (problem: string) => never): void {
  if (!isPlainObject(files)) return corrupt(`has files ${JSON.stringify(files)}, expected an object`)
  for (const [name, record] of Object.entries(files)) {
    const { sizeBytes, sha256: digest } = isPlainObject(record) ? record : {}
    const sound = isFileName(name) && Number.isSafeInteger(sizeBytes) && (sizeBytes as number) >= 0
      && typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest)
    if (!sound) corrupt(`lists the file ${JSON.stringify(name)} as ${JSON.stringify(record)}, expected {sizeBytes, sha256}`)
  }
}
