// Whatever stands in a file, only MatineeError comes out of its reader.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MatineeError } from '@matinee/core'
import { datasets, readDataset, readEventsFile, readItemsFile } from '../../src/files/index.ts'
import { emptyFolder, runs, writeParquet } from './support.ts'
import { ml100kFiles } from './support-zip.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
console.info(`fuzz.test.ts: seed ${seed}`)

/** True if `work` succeeds, false if it fails as it may. */
async function outcome(work: Promise<unknown>): Promise<boolean> {
  const error = await work.then(() => undefined, (thrown: unknown) => thrown ?? new Error('undefined was thrown'))
  if (error !== undefined && !(error instanceof MatineeError)) throw new Error(`not a MatineeError: ${String(error)}`, { cause: error })
  return error === undefined
}

/** Bytes with some changed, some cut out and the end perhaps missing. */
const damage = (bytes: Buffer): fc.Arbitrary<Buffer> => fc.record({
  flips: fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 6 }),
  cut: fc.tuple(fc.nat(bytes.length), fc.nat(8)),
  length: fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length)),
}).map(({ flips, cut: [at, length], length: end }) => {
  const copy = Buffer.from(bytes)
  for (const [index, mask] of flips) copy[index] ^= mask
  return Buffer.concat([copy.subarray(0, at), copy.subarray(at + length)]).subarray(0, end)
})

const csv = Buffer.from('userId,itemId,rating,timestamp\nu1,"i,1",4,100\nRenée,i2,3.5,2001-01-01\n"a ""b""",i3,1e1,978300760000\n')
const json = Buffer.from('[{"userId":"u1","itemId":1,"rating":4,"timestamp":100},{"userId":"é","itemId":"i2","rating":"3","timestamp":5}]')
const lines = Buffer.from(json.toString().slice(1, -1).replaceAll('},{', '}\n{'))

test.each([
  ['a.csv', csv],
  ['a.tsv', Buffer.from(csv.toString().replaceAll(',', '\t'))],
  ['a.dat', Buffer.from(csv.toString().replaceAll(',', '::'))],
  ['a.csv.gz', gzipSync(csv)], ['a.json', json], ['a.jsonl', lines],
])('damaged %s', { timeout: 600_000 }, async (name, bytes) => {
  const path = join(await emptyFolder(), name)
  await writeFile(path, bytes)
  expect(await outcome(readEventsFile(path))).toBe(true)
  await fc.assert(fc.asyncProperty(damage(bytes), fc.boolean(), async (content, skipBadRows) => {
    await writeFile(path, content)
    await outcome(readEventsFile(path, { skipBadRows, threads: 1 }))
  }), { seed, numRuns: runs(20), verbose: true })
})

test.each(['a.csv', 'a.json', 'a.jsonl', 'a.csv.gz', 'a.parquet'])('random bytes as %s', { timeout: 600_000 }, async name => {
  const path = join(await emptyFolder(), name)
  const signs = fc.constantFrom(...'ab,"\n\r\t;|:{}[]01-.\0é')
  const content = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: signs, maxLength: 80 }))
  await fc.assert(fc.asyncProperty(content, fc.boolean(), async (bytes, skipBadRows) => {
    await writeFile(path, bytes)
    await outcome(readEventsFile(path, { user: 0, item: 1, skipBadRows, threads: 1 }))
    await outcome(readItemsFile(path, { id: 0, threads: 1 }))
  }), { seed, numRuns: runs(12), verbose: true })
})

// Bytes of Parquet's pages are not changed at random here: DuckDB is native code, and this process would be the one to fall.
test('a Parquet file that is cut off anywhere', { timeout: 600_000 }, async () => {
  const path = join(await emptyFolder(), 'a.parquet')
  await writeParquet(path, `SELECT 'u' || i AS "userId", i AS "itemId", 3.5 AS rating, i AS timestamp FROM range(100) r(i)`)
  const bytes = await readFile(path)
  expect(await outcome(readEventsFile(path))).toBe(true)
  for (let length = 0; length < bytes.length; length += 97) {
    await writeFile(path, bytes.subarray(0, length))
    expect(await outcome(readEventsFile(path))).toBe(false)
  }
})

test('damaged files of MovieLens', { timeout: 600_000 }, async () => {
  const folder = await emptyFolder()
  const names = Object.keys(ml100kFiles) as (keyof typeof ml100kFiles)[]
  const damaged = fc.constantFrom(...names).chain(name => fc.tuple(fc.constant(name), damage(Buffer.from(ml100kFiles[name]))))
  await fc.assert(fc.asyncProperty(damaged, async ([name, content]) => {
    for (const each of names) await writeFile(join(folder, each), each === name ? content : ml100kFiles[each])
    await outcome(readDataset(datasets['ml-100k'], folder, { threads: 1 }))
  }), { seed, numRuns: runs(20), verbose: true })
})
