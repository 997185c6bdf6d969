// CURRENT: the name of the live version alone on the first line, a checksum of it on the second.
import { join } from 'node:path'
import { MatineeError } from '@matinee/core'
import { createFile, isFolder, readBytes, removeWhole, renameWhole, sha256, syncFolder, uniqueSuffix } from './disk.ts'
import { withDetail } from './failures.ts'
import { CURRENT, parseVersionName, unfinished } from './names.ts'

/** The bytes of CURRENT for a version: the second line is the first 16 hex digits of the name's SHA-256. */
export function encodeCurrent(version: string): Uint8Array {
  return new TextEncoder().encode(`${version}\n${sha256(version).slice(0, 16)}\n`)
}

const MAX_BYTES = 1024

/** The name in CURRENT, or undefined where there is no such file. Throws ERR_ARTIFACT_CORRUPT if any byte is not as written. */
export async function currentName(dir: string): Promise<string | undefined> {
  const path = join(dir, CURRENT)
  const bytes = await readBytes(path, sizeBytes => {
    if (sizeBytes <= MAX_BYTES) return
    throw new MatineeError('ERR_ARTIFACT_CORRUPT', `${path} has ${sizeBytes} bytes, expected a version's name and its checksum.`)
  })
  if (!bytes) return undefined
  const text = new TextDecoder().decode(bytes)
  const name = text.split('\n', 1)[0]
  if (parseVersionName(name) && Buffer.compare(bytes, encodeCurrent(name)) === 0) return name
  const problem = `${path} holds ${JSON.stringify(text)}, expected a version's name and, below, its checksum.`
  throw new MatineeError('ERR_ARTIFACT_CORRUPT', problem)
}

/** What happens while CURRENT is replaced; called when the step named is over. */
export interface CurrentSteps {
  readonly onWritten?: () => Promise<void>
  readonly onSynced?: () => Promise<void>
}

/**
 * Names a version in CURRENT, all at once: the rename is the moment in which it becomes the live one.
 *
 * An error that is thrown says that CURRENT is as it was. The caller holds the lock and syncs the folder.
 */
export async function replaceCurrent(dir: string, version: string, { onWritten, onSynced }: CurrentSteps = {}): Promise<void> {
  const temporary = join(dir, `${unfinished.current}${uniqueSuffix()}`)
  try {
    await createFile(temporary, encodeCurrent(version), { ...(onWritten && { onWritten }) })
    await onSynced?.()
    await renameWhole(temporary, join(dir, CURRENT))
  } catch (error) {
    const left = await removeWhole(temporary).then(() => '', () => `${temporary} could not be removed; the next save removes it.`)
    throw withDetail(error, left)
  }
}

/** Makes the new CURRENT last through a power cut. Throws ERR_IO, saying that it is live all the same. */
export async function settleCurrent(dir: string, version: string): Promise<void> {
  try {
    await syncFolder(dir)
  } catch (error) {
    throw withDetail(error, `Version ${version} is live, but may not be after a power cut.`)
  }
}

/** Throws ERR_ARTIFACT_MISSING where the artifacts folder itself is not there. */
export async function checkFolderExists(dir: string): Promise<void> {
  if (await isFolder(dir)) return
  throw new MatineeError('ERR_ARTIFACT_MISSING', `there is no folder ${dir}, expected one with a version in it.`)
}
