// Decides from a zip's directory alone whether it may be unpacked, and where each file goes. Nothing is written here.
import { MatineeError } from '@matinee/core'

/** What the directory of a zip says of an entry. */
export interface ZipEntry {
  readonly fileName: string
  readonly compressedSize: number
  readonly uncompressedSize: number
  /** Upper 16 bits: the Unix mode, where the archive was made on Unix. */
  readonly externalFileAttributes: number
  isEncrypted(): boolean
  canDecodeFileData(): boolean
}

export interface ZipLimits {
  readonly maxEntries: number
  readonly maxEntryBytes: number
  readonly maxTotalBytes: number
  /** Unpacked by packed bytes; counted for entries over 1 MiB. */
  readonly maxRatio: number
}

/** ML-32M unpacks to 1.2 GB; text of ratings packs about 5 to 1. */
export const defaultZipLimits: ZipLimits = { maxEntries: 1000, maxEntryBytes: 4 * 2 ** 30, maxTotalBytes: 8 * 2 ** 30, maxRatio: 100 }

export interface PlannedFile<Entry extends ZipEntry> {
  readonly entry: Entry
  /** Its folders and name below the target, the archive's leading folder left out. */
  readonly parts: readonly string[]
}

/**
 * The files to unpack. The folder that holds everything in the archive is left out of their paths, and so is what
 * macOS adds (`__MACOSX/`, `.DS_Store`).
 *
 * Throws ERR_ZIP for: a path that is absolute, leaves the folder, or is no file's name on some system; a link or
 * other special file; a name that comes twice, capitals not counted; a file within a file; encryption or an unknown
 * compression; more or larger entries, or a higher ratio, than `limits` allow; no file at all.
 */
export function planUnzip<Entry extends ZipEntry>(entries: readonly Entry[], archive: string, limits: ZipLimits): PlannedFile<Entry>[] {
  const refuse = (why: string): never => {
    throw new MatineeError('ERR_ZIP', `${archive} ${why}.`)
  }
  if (entries.length > limits.maxEntries) refuse(`has more than ${limits.maxEntries} entries`)
  let totalBytes = 0
  const files: PlannedFile<Entry>[] = []
  for (const entry of entries) {
    const name = JSON.stringify(entry.fileName.slice(0, 120))
    const parts = safeParts(entry.fileName) ?? refuse(`has an entry named ${name}, expected a plain path within the folder`)
    const isFolder = entry.fileName.endsWith('/')
    checkKind(entry, isFolder, why => refuse(`has an entry ${name} that ${why}`))
    totalBytes += entry.uncompressedSize
    checkSizes(entry, totalBytes, limits, why => refuse(`has an entry ${name} that ${why}`))
    if (!isFolder && parts[0] !== '__MACOSX' && parts[parts.length - 1] !== '.DS_Store') files.push({ entry, parts })
  }
  if (files.length === 0) refuse('holds no file')
  checkNames(files, refuse)
  const [first] = files[0].parts
  const isWrapped = files.every(({ parts }) => parts.length > 1 && parts[0] === first)
  return isWrapped ? files.map(({ entry, parts }) => ({ entry, parts: parts.slice(1) })) : files
}

/** The segments of a path, or undefined if it could mean another place on any system. */
function safeParts(fileName: string): string[] | undefined {
  const parts = (fileName.endsWith('/') ? fileName.slice(0, -1) : fileName).split('/')
  return parts.every(isSafeName) ? parts : undefined
}

// Empty ('//', '/x'), '.', '..', drive letters, backslashes, what Windows forbids or cuts off (a dot or blank at the
// end), and its devices.
const isSafeName = (name: string): boolean => name !== '' && !/[\\:*?"<>|\u0000-\u001f]/.test(name) && !/[. ]$/.test(name)
  && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) && Buffer.byteLength(name) <= 255

function checkKind(entry: ZipEntry, isFolder: boolean, refuse: (why: string) => never): void {
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000
  if (kind === 0o120000) refuse('is a symbolic link, expected files and folders only')
  if (kind !== 0 && kind !== (isFolder ? 0o040000 : 0o100000)) refuse('is no regular file, expected files and folders only')
  if (entry.isEncrypted()) refuse('is encrypted, expected plain files')
  if (!entry.canDecodeFileData()) refuse('is compressed by an unknown method, expected deflate or none')
}

function checkSizes(entry: ZipEntry, totalBytes: number, limits: ZipLimits, refuse: (why: string) => never): void {
  const { compressedSize, uncompressedSize } = entry
  if (uncompressedSize > limits.maxEntryBytes) refuse(`unpacks to ${uncompressedSize} bytes, expected at most ${limits.maxEntryBytes}`)
  if (totalBytes > limits.maxTotalBytes) refuse(`brings the total to ${totalBytes} bytes, expected at most ${limits.maxTotalBytes}`)
  if (uncompressedSize > 2 ** 20 && uncompressedSize > limits.maxRatio * compressedSize) {
    refuse(`unpacks ${compressedSize} bytes to ${uncompressedSize}, expected at most ${limits.maxRatio} times as many`)
  }
}

/** One file a name, also where capitals and the forms of accents do not count; no file where another needs a folder. */
function checkNames(files: readonly PlannedFile<ZipEntry>[], refuse: (why: string) => never): void {
  const key = (parts: readonly string[]): string => parts.join('/').normalize('NFC').toLowerCase()
  const names = new Set<string>()
  for (const { entry, parts } of files) {
    if (names.has(key(parts))) refuse(`has two entries named ${JSON.stringify(entry.fileName)}`)
    names.add(key(parts))
  }
  for (const { entry, parts } of files) {
    for (let depth = 1; depth < parts.length; depth++) {
      if (names.has(key(parts.slice(0, depth)))) refuse(`has a file where ${JSON.stringify(entry.fileName)} needs a folder`)
    }
  }
}
