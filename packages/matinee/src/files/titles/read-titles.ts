// The titles of a known dataset from its folder.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ItemInfo, RunContext } from '@matinee/core'
import type { TitlesFormat } from '../definition.ts'
import { readError } from '../system-errors.ts'
import { fingerprint } from '../table/fingerprint.ts'
import type { Fingerprint } from '../table/fingerprint.ts'

/** What is known of each item, by id, and the fingerprints of the files in the order they are declared. */
export async function readTitles(
  folder: string, { file, encoding, alsoReads, parse }: TitlesFormat, context: RunContext,
): Promise<{ itemInfo: ReadonlyMap<string, ItemInfo>; prints: Fingerprint[] }> {
  const files = [file, ...alsoReads]
  const prints: Fingerprint[] = []
  const texts: string[] = []
  for (const name of files) {
    const path = join(folder, name)
    prints.push(await fingerprint(path, { text: encoding, isGzip: false }, context))
    const bytes = await readFile(path).catch((error: unknown) => {
      throw readError(error, path)
    })
    texts.push(bytes.toString(encoding === 'latin-1' ? 'latin1' : 'utf8'))
  }
  return { itemInfo: parse(texts[0], texts.slice(1), file), prints }
}
