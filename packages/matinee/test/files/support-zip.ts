// Archives for the tests: good ones, and bytes that no honest program writes.
import { buffer } from 'node:stream/consumers'
import yazl from 'yazl'

/** A zip of these entries; a mode other than a file's may be given, a name that ends in / is a folder. */
export async function zipOf(entries: readonly (readonly [name: string, content: string | Buffer, mode?: number])[]): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, content, mode] of entries) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name)
    else zip.addBuffer(Buffer.from(content), name, mode === undefined ? {} : { mode })
  }
  zip.end()
  return buffer(zip.outputStream)
}

/** The same zip with a name replaced by another of the same length, in the directory and before the data. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error(`${from} and ${to} differ in length`)
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1')
}

/** The same zip after `change` has been at the directory's record of the nth entry. */
export function changedRecord(zip: Buffer, nth: number, change: (record: Buffer) => void): Buffer {
  const copy = Buffer.from(zip)
  let at = -1
  for (let found = 0; found <= nth; found++) at = copy.indexOf(Buffer.from('PK\x01\x02', 'latin1'), at + 1)
  change(copy.subarray(at))
  return copy
}

/** What each file of ml-100k needs to be read, in small. */
export const ml100kFiles = {
  'u.data': '1\t1\t5\t881250949\n',
  'u.item': Buffer.from('1|Léon (1994)||||1\n', 'latin1'),
  'u.genre': 'Drama|0\n',
} as const

/** An archive as GroupLens has it: everything within one folder. */
export const ml100kZip = (): Promise<Buffer> => zipOf([
  ['ml-100k/', ''],
  ...Object.entries(ml100kFiles).map(([name, content]) => [`ml-100k/${name}`, content] as const),
  ['ml-100k/README', 'x'.repeat(200_000)],
])
