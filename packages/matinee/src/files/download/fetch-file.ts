// Downloads one file into `<path>`, going on where an earlier try stopped.
import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { MatineeError } from '@matinee/core'
import type { RunContext } from '@matinee/core'
import { writeError } from '../system-errors.ts'
import { request, RequestFailed } from './remote.ts'
import type { Reply, RequestOptions } from './remote.ts'
import { tryAgain, unexpectedStatus } from './tries.ts'
import type { TryOptions } from './tries.ts'

export interface FetchOptions extends TryOptions, RequestOptions, Pick<RunContext, 'onProgress'> {
  /** A file that is larger is refused. */
  readonly maxBytes: number
}

/**
 * Downloads `url` into the file `path`, which keeps what has come when a try fails; the next one asks only for the
 * rest. The server's ETag of this call's first reply guards against a file that changes between tries.
 *
 * Returns whether the file was there in part before this call. Throws ERR_DOWNLOAD, ERR_ABORTED, ERR_DISK_FULL,
 * ERR_READ_ONLY, ERR_IO.
 */
export async function fetchFile(url: string, path: string, options: FetchOptions): Promise<{ resumed: boolean }> {
  let etag: string | undefined
  let resumed = false
  let isFirst = true
  await tryAgain(url, options, async () => {
    const have = await sizeOf(path)
    if (isFirst) resumed = have > 0
    isFirst = false
    const headers = have === 0 ? {} : { range: `bytes=${have}-`, ...(etag !== undefined && { 'if-range': etag }) }
    await request(url, { ...options, headers }, async reply => {
      const { from, total, isComplete } = readReply(url, reply, have)
      if (isComplete) return
      if (from === 0) resumed &&= have === 0
      etag ??= strongEtag(reply)
      checkSize(url, total ?? from, options.maxBytes)
      await append(url, path, from, total, reply.body, options)
    })
  })
  return { resumed }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(({ size }) => size, () => 0)
}

const strongEtag = ({ headers }: Reply): string | undefined => {
  const etag = headers.get('etag')
  return etag === null || etag.startsWith('W/') ? undefined : etag
}

/** Where the body begins in the file, and how large the file is if the server says so. */
function readReply(url: string, { status, headers }: Reply, have: number): { from: number; total?: number; isComplete?: boolean } {
  if (status === 200) {
    const length = headers.get('content-length')
    return { from: 0, ...(length !== null && { total: Number(length) }) }
  }
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(headers.get('content-range') ?? '')
  if (status === 206 && range && Number(range[1]) === have) return { from: have, total: Number(range[2]) }
  // nothing after what we have: either we have it all, or it is another file by now
  if (status === 416 && range && Number(range[2]) === have) return { from: have, isComplete: true }
  if (status === 416 || status === 206) {
    throw new MatineeError('ERR_DOWNLOAD', `${url}: ${have} bytes of it are here, but the server answers ${status} `
      + `(${headers.get('content-range') ?? 'no content-range'}); expected the rest. Delete the .part file to start again.`)
  }
  throw unexpectedStatus(url, status)
}

async function append(
  url: string, path: string, from: number, total: number | undefined, body: AsyncIterable<Uint8Array>, options: FetchOptions,
): Promise<void> {
  const file = await openAt(path, from)
  let done = from
  try {
    for await (const piece of body) {
      checkSize(url, done + piece.length, options.maxBytes)
      await writeAll(file, piece, path)
      done += piece.length
      options.onProgress?.({ stage: `download ${url.slice(url.lastIndexOf('/') + 1)}`, done, total: Math.max(total ?? done, done) })
    }
  } finally {
    await file.close()
  }
  if (total !== undefined && done < total) throw new RequestFailed(`the connection ended after ${done} of ${total} bytes`)
}

async function openAt(path: string, from: number): Promise<FileHandle> {
  try {
    return await open(path, from === 0 ? 'w' : 'a')
  } catch (error) {
    throw writeError(error, path)
  }
}

async function writeAll(file: FileHandle, piece: Uint8Array, path: string): Promise<void> {
  try {
    for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten
  } catch (error) {
    throw writeError(error, path)
  }
}

function checkSize(url: string, size: number, maxBytes: number): void {
  if (size > maxBytes) throw new MatineeError('ERR_DOWNLOAD', `${url} has ${size} bytes or more, expected at most ${maxBytes}.`)
}
