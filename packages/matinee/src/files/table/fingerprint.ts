// One pass over a file's bytes before anything is parsed: SHA-256, and whether they are what they claim to be.
//
// DuckDB reads a truncated .gz up to where it breaks and says nothing; zlib here does not.
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { MatineeError, throwIfAborted } from '@matinee/core'
import type { RunContext } from '@matinee/core'
import { messageOf, readError, systemCode } from '../system-errors.ts'
import type { Encoding } from './dialect.ts'

export interface Fingerprint {
  /** SHA-256 of the file's bytes as they lie on disk, hex. */
  readonly sha256: string
  readonly sizeBytes: number
}

const PIECE_BYTES = 1 << 20

/**
 * Reads the whole file once. Where `text` names an encoding, its (unzipped) bytes are checked to be that; `alsoTo` is
 * given the same bytes, so that who needs them as well does not read the file again.
 *
 * Throws ERR_FILE_MISSING, ERR_FILE_EMPTY (no byte), ERR_FILE_FORMAT (a folder, a damaged .gz, not UTF-8),
 * ERR_ABORTED, ERR_IO.
 */
export async function fingerprint(
  path: string, { text, isGzip }: { text?: Encoding; isGzip: boolean }, context: RunContext, alsoTo?: (piece: Buffer) => void,
): Promise<Fingerprint> {
  const name = basename(path)
  const sizeBytes = await sizeOf(path)
  const hash = createHash('sha256')
  let done = 0
  const raw = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>) {
      throwIfAborted(context.signal)
      hash.update(piece)
      done += piece.length
      context.onProgress?.({ stage: `check ${name}`, done, total: Math.max(sizeBytes, done) })
      yield piece
    }
  }
  const check = text === 'utf-8' ? utf8Check(name) : undefined
  try {
    throwIfAborted(context.signal)
    for await (const piece of isGzip ? unzipped(raw(), name) : raw()) {
      check?.push(piece)
      alsoTo?.(piece)
    }
  } catch (error) {
    throw readError(error, path)
  }
  check?.end()
  return { sha256: hash.digest('hex'), sizeBytes }
}

/** The checksum of several files: that of one file is its own SHA-256, that of more the SHA-256 of theirs in order. */
export function combinedChecksum(prints: readonly Fingerprint[]): string {
  if (prints.length === 1) return prints[0].sha256
  return createHash('sha256').update(prints.map(({ sha256 }) => sha256).join('\n')).digest('hex')
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw readError(error, path)
  })
  if (!found.isFile()) {
    throw new MatineeError('ERR_FILE_FORMAT', `${path} is ${found.isDirectory() ? 'a folder' : 'no regular file'}, expected a file.`)
  }
  if (found.size === 0) throw new MatineeError('ERR_FILE_EMPTY', `${path} has 0 bytes, expected at least one row.`)
  return found.size
}

async function* unzipped(raw: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const source = Readable.from(raw)
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES })
  source.on('error', error => gunzip.destroy(error))
  try {
    for await (const piece of source.pipe(gunzip) as AsyncIterable<Buffer>) yield piece
  } catch (error) {
    if (error instanceof MatineeError || systemCode(error) !== undefined) throw error
    throw new MatineeError('ERR_FILE_FORMAT', `${name} is no whole gzip file: ${messageOf(error)}.`, { cause: error })
  } finally {
    source.destroy()
  }
}

/** Takes pieces of text that may end within a character; throws ERR_FILE_FORMAT at the first that is not UTF-8. */
function utf8Check(name: string): { push(piece: Buffer): void; end(): void } {
  let rest: Buffer = Buffer.alloc(0)
  let before = 0
  const refuse = (piece: Buffer): never => {
    let [good, at] = [0, piece.length - 1] // the first `good` bytes are UTF-8, the byte `at` is not or is cut off
    while (good < at) {
      const middle = (good + at) >> 1
      if (isUtf8(wholeCharacters(piece.subarray(0, middle + 1)))) good = middle + 1
      else at = middle
    }
    at = wholeCharacters(piece.subarray(0, at)).length // where the character begins that is none
    const around = JSON.stringify(piece.toString('latin1', Math.max(0, at - 20), at + 10))
    throw new MatineeError('ERR_FILE_FORMAT', `${name} is not UTF-8 at byte ${before + at} (${around}), `
      + 'expected UTF-8; if it is in Latin-1, read it with --encoding latin-1.')
  }
  return {
    push(piece) {
      const all = rest.length > 0 ? Buffer.concat([rest, piece]) : piece
      const whole = wholeCharacters(all)
      if (!isUtf8(whole)) refuse(all)
      before += whole.length
      rest = all.subarray(whole.length)
    },
    end() {
      if (!isUtf8(rest)) refuse(rest)
    },
  }
}

/** Without the beginning of a character that the end of the piece cuts off: at most 3 bytes. */
function wholeCharacters(piece: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, piece.length); back++) {
    const byte = piece[piece.length - back]
    if ((byte & 0xc0) === 0x80) continue // within a character
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? piece.subarray(0, piece.length - back) : piece
  }
  return piece
}
