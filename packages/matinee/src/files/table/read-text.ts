// The text of a file in pieces, unzipped and decoded.
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { readError } from '../system-errors.ts'
import type { Encoding } from './dialect.ts'

/**
 * Hands over the text piece by piece until `receive` returns false or the file ends. UTF-8 that is not valid comes
 * as U+FFFD: whether it is valid is checked elsewhere. A damaged .gz, likewise, ends where it is damaged.
 */
export async function readText(
  path: string, { isGzip, encoding }: { isGzip: boolean; encoding: Encoding }, receive: (piece: string) => boolean,
): Promise<void> {
  const source = createReadStream(path, { highWaterMark: 1 << 18 })
  const bytes = isGzip ? source.pipe(createGunzip({ chunkSize: 1 << 18 })) : source
  if (bytes !== source) source.on('error', error => bytes.destroy(error))
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  try {
    for await (const piece of bytes as AsyncIterable<Buffer>) {
      // not TextDecoder('latin1'): by the standard that is Windows-1252
      const text = encoding === 'latin-1' ? piece.toString('latin1') : decoder.decode(piece, { stream: true })
      if (!receive(text)) return
    }
  } catch (error) {
    throw readError(error, path)
  } finally {
    source.destroy()
  }
}

/** The first `length` characters or a little more, and whether that is all there is. */
export async function readBeginning(
  path: string, storage: { isGzip: boolean; encoding: Encoding }, length: number,
): Promise<{ text: string; isAll: boolean }> {
  let text = ''
  await readText(path, storage, piece => (text += piece).length < length)
  return { text, isAll: text.length < length }
}
