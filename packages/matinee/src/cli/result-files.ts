// Results by what a person types: a version, a folder, or a file that evaluate kept.
import { MatineeError } from '@matinee/core'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { decodeResult, encodeResult, PER_USER, type Result } from '../experiment/index.ts'
import { readError, writeError } from '../files/index.ts'
import { readCurrent, readVersionFile } from '../shelf/index.ts'
import type { Io } from './io.ts'

/** What is at the path, if anything. */
const kindOf = (path: string): Promise<'file' | 'folder' | undefined> =>
  stat(path).then(found => found.isDirectory() ? 'folder' as const : 'file' as const, () => undefined)

/**
 * A result: a file that evaluate kept, a version's folder, a folder of versions (its live one), or a version of
 * `artifacts` by name. Throws ERR_ARTIFACT_MISSING where it holds no values by user, ERR_FORMAT, and what reading throws.
 */
export async function openResult(named: string, artifacts: string, io: Io): Promise<Result> {
  const path = resolve(io.cwd, named)
  const kind = await kindOf(path)
  if (kind === 'file') return decodeResult(await readFile(path).catch((error: unknown) => { throw readError(error, path) }), path)
  if (kind === 'folder') return await kindOf(join(path, 'manifest.json')) ? ofVersion(dirname(path), basename(path)) : ofVersion(path, await readCurrent(path))
  if (/[/\\]|\.safetensors$/.test(named)) throw new MatineeError('ERR_FILE_MISSING', `there is neither a file nor a folder ${path}, expected a result that evaluate kept or a version.`)
  return ofVersion(artifacts, named)
}

async function ofVersion(dir: string, version: string): Promise<Result> {
  const bytes = await readVersionFile(dir, version, PER_USER)
  if (bytes) return decodeResult(bytes, join(dir, version, PER_USER))
  throw new MatineeError('ERR_ARTIFACT_MISSING', `${version} holds no ${PER_USER}: it was trained by an older matinee, or saved by a program without measuring.`)
}

/** Throws ERR_IO where the file's folder is not there: to be known before something is fitted. */
export async function checkOut(path: string, io: Io): Promise<void> {
  const folder = dirname(resolve(io.cwd, path))
  if (await kindOf(folder) !== 'folder') throw new MatineeError('ERR_IO', `there is no folder ${folder} for ${basename(path)}, expected one.`)
}

/** Writes a result as a file. Throws ERR_DISK_FULL, ERR_READ_ONLY, ERR_IO. */
export async function keepResult(path: string, result: Result, io: Io): Promise<void> {
  await writeFile(resolve(io.cwd, path), encodeResult(result)).catch((error: unknown) => { throw writeError(error, path) })
}
