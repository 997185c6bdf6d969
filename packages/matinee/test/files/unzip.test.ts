// Archives that are damaged or hostile: each is refused for its reason, and nothing is written outside the folder.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MatineeError } from '@matinee/core'
import { unzip } from '../../src/files/download/unzip.ts'
import { defaultZipLimits } from '../../src/files/download/zip-plan.ts'
import type { ZipLimits } from '../../src/files/download/zip-plan.ts'
import { detailOf, emptyFolder, errorOf, runs } from './support.ts'
import { changedRecord, renamed, zipOf } from './support-zip.ts'

/** Unpacks into `<folder>/out`; gives the folder, which must hold nothing else afterwards. */
async function unpacked(zip: Uint8Array, limits?: Partial<ZipLimits>, signal?: AbortSignal): Promise<string> {
  const folder = await emptyFolder()
  await mkdir(join(folder, 'out'))
  await writeFile(join(folder, 'a.zip'), zip)
  try {
    await unzip(join(folder, 'a.zip'), join(folder, 'out'), 'a.zip', { signal }, { ...defaultZipLimits, ...limits })
    return join(folder, 'out')
  } finally {
    expect(await readdir(folder)).toEqual(['a.zip', 'out'])
  }
}

describe('a good archive', () => {
  test('is unpacked without the folder that holds everything, and without what macOS adds', async () => {
    const zip = await zipOf([
      ['set/', ''], ['set/a.txt', 'A'], ['set/deep/b.txt', 'B'], ['__MACOSX/set/._a.txt', '?'], ['set/.DS_Store', '?'],
    ])
    const folder = await unpacked(zip)
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(['a.txt', 'deep', join('deep', 'b.txt')])
    expect(await readFile(join(folder, 'deep', 'b.txt'), 'utf8')).toBe('B')
  })

  test('is unpacked as it is where no one folder holds everything', async () => {
    expect((await readdir(await unpacked(await zipOf([['a.txt', 'A'], ['set/b.txt', 'B']])))).sort()).toEqual(['a.txt', 'set'])
    expect(await readdir(await unpacked(await zipOf([['empty', '']])))).toEqual(['empty'])
  })
})

describe('a hostile archive is ERR_ZIP:', () => {
  const plain = zipOf([['set/abcdefgh', 'A'], ['set/other', 'B']])

  test.each([
    ['set/abcdefgh', '../../../abc', 'invalid relative path'],
    ['set/abcdefgh', 'set/../../xy', 'invalid relative path'],
    ['set/abcdefgh', '/etc/abcdefg', 'absolute path'],
    ['set/abcdefgh', 'C:/abcdefghi', 'absolute path'],
    ['set/abcdefgh', 'set\\..\\..\\xy', 'invalid characters'],
    ['set/abcdefgh', 'set/ab\u0000defgh', 'expected a plain path'],
    ['set/abcdefgh', 'set//bcdefgh', 'expected a plain path'],
    ['set/abcdefgh', 'set/./cdefgh', 'expected a plain path'],
    ['set/abcdefgh', 'set/abcdefg.', 'expected a plain path'],
    ['set/abcdefgh', 'set/nul.defg', 'expected a plain path'],
    ['set/abcdefgh', 'set/a:stream', 'expected a plain path'],
  ])('the name %j made %j', async (from, to, why) => {
    expect(await detailOf('ERR_ZIP', unpacked(renamed(await plain, from, to)))).toContain(why)
  })

  test('a symbolic link, and a file that follows through it', async () => {
    const zip = await zipOf([['set/link', '/etc', 0o120777], ['set/file', 'x']])
    expect(await detailOf('ERR_ZIP', unpacked(zip))).toContain('symbolic link')
    expect(await detailOf('ERR_ZIP', unpacked(await zipOf([['set/pipe', '', 0o010644]])))).toContain('no regular file')
  })

  test('one name twice, capitals and the forms of accents not counted', async () => {
    expect(await detailOf('ERR_ZIP', unpacked(await zipOf([['set/a', '1'], ['set/a', '2']])))).toContain('two entries')
    await errorOf('ERR_ZIP', unpacked(await zipOf([['set/A', '1'], ['set/a', '2']])))
    await errorOf('ERR_ZIP', unpacked(await zipOf([['set/\u00e9', '1'], ['set/e\u0301', '2']])))
  })

  test('a file where another needs a folder', async () => {
    expect(await detailOf('ERR_ZIP', unpacked(await zipOf([['set/a', '1'], ['set/a/b', '2']])))).toContain('needs a folder')
  })

  test('a bomb: high ratio, large entry, large total, many entries', async () => {
    const bomb = await zipOf([['set/zeros', Buffer.alloc(20 * 2 ** 20)]])
    expect(await detailOf('ERR_ZIP', unpacked(bomb))).toContain('at most 100 times')
    const two = await zipOf([['set/a', 'x'.repeat(600)], ['set/b', 'y'.repeat(600)]])
    expect(await detailOf('ERR_ZIP', unpacked(two, { maxEntryBytes: 500 }))).toContain('expected at most 500')
    expect(await detailOf('ERR_ZIP', unpacked(two, { maxTotalBytes: 1000 }))).toContain('total to 1200')
    expect(await detailOf('ERR_ZIP', unpacked(two, { maxEntries: 1 }))).toContain('more than 1 entries')
  })

  test('a bomb that lies about its size is stopped at the size it gives', async () => {
    const bomb = changedRecord(await zipOf([['set/zeros', Buffer.alloc(20 * 2 ** 20)]]), 0, record => record.writeUInt32LE(1000, 24))
    expect(await detailOf('ERR_ZIP', unpacked(bomb))).toContain('no whole zip')
  })

  test('a wrong CRC-32, encryption, an unknown compression', async () => {
    const zip = await zipOf([['set/a', 'some text']])
    const refused = (change: (record: Buffer) => void): Promise<string> => detailOf('ERR_ZIP', unpacked(changedRecord(zip, 0, change)))
    expect(await refused(record => record.writeUInt32LE(1, 16))).toContain('CRC-32')
    expect(await refused(record => record.writeUInt16LE(1, 8))).toContain('encrypted')
    expect(await refused(record => record.writeUInt16LE(99, 10))).toContain('unknown method')
  })

  test('nothing in it, no zip at all, cut off anywhere', async () => {
    await errorOf('ERR_ZIP', unpacked(await zipOf([])))
    await errorOf('ERR_ZIP', unpacked(await zipOf([['set/', '']])))
    await errorOf('ERR_ZIP', unpacked(Buffer.from('<html>not found</html>')))
    const zip = await zipOf([['set/a', 'some text'], ['set/b', 'more']])
    for (let length = 0; length < zip.length; length += 7) await errorOf('ERR_ZIP', unpacked(zip.subarray(0, length)))
  })

  test('whatever bytes of it are changed, only MatineeError comes out, or the files as they were', { timeout: 600_000 }, async () => {
    const contents = { a: 'some text that is long enough to be deflated, deflated, deflated', b: 'more' }
    const zip = await zipOf(Object.entries(contents).map(([name, content]) => [`set/${name}`, content] as const))
    const changes = fc.array(fc.tuple(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 })
    await fc.assert(fc.asyncProperty(changes, async flips => {
      const damaged = Buffer.from(zip)
      for (const [at, mask] of flips) damaged[at] ^= mask
      const result = await unpacked(damaged).catch((error: unknown) => error)
      if (result instanceof MatineeError) return
      expect(typeof result, String(result)).toBe('string')
      for (const name of await readdir(result as string, { recursive: true })) {
        const text = await readFile(join(result as string, name), 'utf8').catch(() => undefined) // a folder
        if (text !== undefined) expect(Object.values(contents)).toContain(text)
      }
    }), { numRuns: runs(100), verbose: true })
  })
})

test('unpacking stops when it is cancelled', async () => {
  const controller = new AbortController()
  controller.abort()
  await errorOf('ERR_ABORTED', unpacked(await zipOf([['set/a', 'x']]), {}, controller.signal))
})
