// The checksum that GroupLens publishes beside most archives: MD5, which guards against damage, not against malice.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { MatineeError } from '@matinee/core'
import { readError } from '../system-errors.ts'
import { request } from './remote.ts'
import type { RequestOptions } from './remote.ts'
import { tryAgain, unexpectedStatus } from './tries.ts'
import type { TryOptions } from './tries.ts'

const LONGEST_FILE = 4096

/**
 * The MD5 at `url`, 32 lower-case hex digits, or undefined where the server says that there is none (404, 403, 410).
 * Throws ERR_DOWNLOAD, also for a file that holds no MD5, and ERR_ABORTED.
 */
export function publishedMd5(url: string, options: TryOptions & RequestOptions): Promise<string | undefined> {
  return tryAgain(url, options, () => request(url, options, async ({ status, body }) => {
    if (status === 404 || status === 403 || status === 410) return undefined
    if (status !== 200) throw unexpectedStatus(url, status)
    let text = ''
    for await (const piece of body) {
      text += Buffer.from(piece).toString('latin1')
      if (text.length > LONGEST_FILE) break
    }
    // `MD5 (ml-100k.zip) = 0e33…` or `0e33…  ml-100k.zip`
    const found = /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/i.exec(text)
    if (found) return found[0].toLowerCase()
    throw new MatineeError('ERR_DOWNLOAD', `${url} says ${JSON.stringify(text.slice(0, 60))}, expected an MD5 of 32 hex digits.`)
  }))
}

/** The MD5 of a file, 32 lower-case hex digits. */
export async function md5Of(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('md5')
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, signal }) as AsyncIterable<Buffer>) hash.update(piece)
  } catch (error) {
    if (signal?.aborted) throw new MatineeError('ERR_ABORTED', 'the download was cancelled.', { cause: error })
    throw readError(error, path)
  }
  return hash.digest('hex')
}
