// Whatever became of the bytes on the disk: the shelf says so, and says it in the house's words.
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { MatineeError, seededRandom } from '@matinee/core'
import type { ErrorCode } from '@matinee/core'
import { describe, expect, test } from 'vitest'
import { listVersions, pruneVersions, readCurrent, readManifest, readVersion, useVersion, writeVersion } from '../../src/shelf/index.ts'
import { encodeCurrent } from '../../src/shelf/current.ts'
import { sealManifest } from '../../src/shelf/manifest.ts'
import { failureOf, noon, sampleFiles, secondsLater, smallSizes, temporaryFolder } from './help.ts'

const saveOne = (dir: string, seed = 1): Promise<string> =>
  writeVersion(dir, {
    label: 'als', now: secondsLater(seed), manifest: { seed, config: { factors: 64 } }, files: sampleFiles(seed, smallSizes),
  })

describe('1,000 flipped bytes', () => {
  const seed = 20261123

  test(`spread by size over every file, CURRENT and manifest included, are each caught (seed ${seed})`, { timeout: 60_000 }, async () => {
    const dir = temporaryFolder()
    const version = await saveOne(dir)
    const paths = [join(dir, 'CURRENT'), ...readdirSync(join(dir, version)).map(name => join(dir, version, name))]
    const originals = paths.map(path => ({ path, bytes: readFileSync(path) })).filter(({ bytes }) => bytes.length > 0)
    const random = seededRandom(seed)
    const caught = new Map<string, number>()
    for (const { path, position, mask } of drawFlips(originals, 1000, random)) {
      const { bytes } = originals.find(original => original.path === path) as { bytes: Buffer }
      const flipped = Buffer.from(bytes)
      flipped[position] ^= mask
      writeFileSync(path, flipped)
      const error = await readVersion(dir).then(() => undefined, (thrown: unknown) => thrown)
      writeFileSync(path, bytes)
      expect(error, `byte ${position} of ${path}, xor ${mask}`).toBeInstanceOf(MatineeError)
      const { code, detail } = error as MatineeError
      // the one digit of the schema version may turn into another digit
      const newer = path.endsWith('manifest.json') && bytes.subarray(0, position).toString().endsWith('"schemaVersion": ')
      expect(newer ? ['ERR_ARTIFACT_CORRUPT', 'ERR_ARTIFACT_NEWER'] : ['ERR_ARTIFACT_CORRUPT']).toContain(code)
      expect(detail).toContain(path)
      caught.set(path, (caught.get(path) ?? 0) + 1)
    }
    expect([...caught.values()].reduce((a, b) => a + b)).toBe(1000)
    expect([...caught.keys()].sort()).toEqual(originals.map(({ path }) => path).sort())
    await readVersion(dir) // and whole again
  })

  test('every single byte of CURRENT and of the manifest is vouched for', async () => {
    const dir = temporaryFolder()
    const version = await writeVersion(dir, { label: 'als', now: noon, manifest: { seed: 1 }, files: new Map() })
    for (const path of [join(dir, 'CURRENT'), join(dir, version, 'manifest.json')]) {
      const bytes = readFileSync(path)
      for (let position = 0; position < bytes.length; position++) {
        const flipped = Buffer.from(bytes)
        flipped[position] ^= 0x20 // a letter's case, a space
        writeFileSync(path, flipped)
        await failureOf(readVersion(dir), 'ERR_ARTIFACT_CORRUPT')
      }
      writeFileSync(path, bytes)
    }
  })
})

interface Flip {
  readonly path: string
  readonly position: number
  readonly mask: number
}

/** Different bytes, as many in a file as its share of all bytes, and one at least. */
function drawFlips(files: readonly { path: string; bytes: Buffer }[], nFlips: number, random: ReturnType<typeof seededRandom>): Flip[] {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const shares = files.map(({ bytes }) => Math.max(1, Math.floor((nFlips * bytes.length) / total)))
  const largest = files.reduce((best, { bytes }, i) => bytes.length > files[best].bytes.length ? i : best, 0)
  shares[largest] += nFlips - shares.reduce((a, b) => a + b)
  return files.flatMap(({ path, bytes }, i) => {
    const positions = new Set<number>()
    while (positions.size < shares[i]) positions.add(random.below(bytes.length))
    return [...positions].map(position => ({ path, position, mask: 1 + random.below(255) }))
  })
}

describe('an artifact', () => {
  interface Damage {
    readonly code: ErrorCode
    readonly says: string
    readonly harm: (dir: string, version: string) => void
  }
  const damages: Record<string, Damage> = {
    'without its folder': { code: 'ERR_ARTIFACT_MISSING', says: 'there is no folder', harm: dir => rmSync(dir, { recursive: true }) },
    'whose folder is a file': {
      code: 'ERR_ARTIFACT_MISSING', says: 'there is no folder', harm: dir => { rmSync(dir, { recursive: true }); writeFileSync(dir, '') },
    },
    'without CURRENT': { code: 'ERR_ARTIFACT_MISSING', says: 'CURRENT is missing', harm: dir => rmSync(join(dir, 'CURRENT')) },
    'with an empty CURRENT': { code: 'ERR_ARTIFACT_CORRUPT', says: 'CURRENT holds ""', harm: dir => truncateSync(join(dir, 'CURRENT')) },
    'with a CURRENT that leads out of the folder': {
      code: 'ERR_ARTIFACT_CORRUPT', says: '../../x', harm: dir => writeFileSync(join(dir, 'CURRENT'), encodeCurrent('../../x')),
    },
    'with a CURRENT that is a folder': {
      code: 'ERR_ARTIFACT_CORRUPT', says: 'is not a file', harm: dir => { rmSync(join(dir, 'CURRENT')); mkdirSync(join(dir, 'CURRENT')) },
    },
    'with a CURRENT of a megabyte': {
      code: 'ERR_ARTIFACT_CORRUPT', says: '1000000 bytes', harm: dir => truncateSync(join(dir, 'CURRENT'), 1_000_000),
    },
    'without the version that CURRENT names': {
      code: 'ERR_ARTIFACT_MISSING', says: 'there is no version', harm: (dir, version) => rmSync(join(dir, version), { recursive: true }),
    },
    'without manifest': {
      code: 'ERR_ARTIFACT_MISSING', says: 'manifest.json is missing', harm: (dir, version) => rmSync(join(dir, version, 'manifest.json')),
    },
    'without a file': {
      code: 'ERR_ARTIFACT_MISSING', says: 'user_map.json is missing', harm: (dir, version) => rmSync(join(dir, version, 'user_map.json')),
    },
    'with a truncated file': {
      code: 'ERR_ARTIFACT_CORRUPT', says: 'has 4999 bytes, expected 5000',
      harm: (dir, version) => truncateSync(join(dir, version, 'als_model.safetensors'), 4999),
    },
    'with a file that grew': {
      code: 'ERR_ARTIFACT_CORRUPT', says: 'has 1 bytes, expected 0',
      harm: (dir, version) => appendFileSync(join(dir, version, 'none.json'), 'x'),
    },
    'with a file too many': {
      code: 'ERR_ARTIFACT_CORRUPT', says: 'other_model.safetensors is not in the manifest',
      harm: (dir, version) => writeFileSync(join(dir, version, 'other_model.safetensors'), 'x'),
    },
    'with half a manifest': {
      code: 'ERR_ARTIFACT_CORRUPT', says: 'manifest.json holds no JSON',
      harm: (dir, version) => truncateSync(join(dir, version, 'manifest.json'), 100),
    },
    'with a manifest that was edited by hand': {
      code: 'ERR_ARTIFACT_CORRUPT', says: 'has checksum',
      harm: (dir, version) => edit(join(dir, version, 'manifest.json'), text => text.replace('"factors": 64', '"factors": 65')),
    },
    'with a manifest of another layout': {
      code: 'ERR_ARTIFACT_CORRUPT', says: 'white space',
      harm: (dir, version) => edit(join(dir, version, 'manifest.json'), text => JSON.stringify(JSON.parse(text))),
    },
    'with a manifest that names a file elsewhere': {
      code: 'ERR_ARTIFACT_CORRUPT', says: '../secret',
      harm: (dir, version) => writeFileSync(join(dir, version, 'manifest.json'),
        sealManifest({ schemaVersion: 1, files: { '../secret': { sizeBytes: 1, sha256: '0'.repeat(64) } } })),
    },
    'from a newer matinee': {
      code: 'ERR_ARTIFACT_NEWER', says: 'schemaVersion 2, expected at most 1',
      harm: (dir, version) => writeFileSync(join(dir, version, 'manifest.json'), sealManifest({ schemaVersion: 2, parts: [] })),
    },
    'from a newer matinee with another rule for its checksum': {
      code: 'ERR_ARTIFACT_NEWER', says: 'schemaVersion 7',
      harm: (dir, version) => writeFileSync(join(dir, version, 'manifest.json'), '{"schemaVersion":7}'),
    },
    'with a schema version that is none': {
      code: 'ERR_ARTIFACT_CORRUPT', says: 'schemaVersion 0',
      harm: (dir, version) => writeFileSync(join(dir, version, 'manifest.json'), sealManifest({ schemaVersion: 0 })),
    },
  }
  const edit = (path: string, change: (text: string) => string): void => writeFileSync(path, change(readFileSync(path, 'utf8')))

  test.each(Object.entries(damages))('%s is refused, and the message says what is wrong', async (_, { code, says, harm }) => {
    const dir = join(temporaryFolder(), 'artifacts')
    harm(dir, await saveOne(dir))
    expect((await failureOf(readVersion(dir), code)).detail).toContain(says)
  })

  test('that is damaged names the other versions that are whole, and only those', async () => {
    const dir = temporaryFolder()
    const [whole, broken, live] = [await saveOne(dir, 1), await saveOne(dir, 2), await saveOne(dir, 3)]
    rmSync(join(dir, broken, 'user_map.json'))
    for (const harm of [() => truncateSync(join(dir, live, 'item_map.json')), () => rmSync(join(dir, live), { recursive: true })]) {
      harm()
      const { detail } = await readVersion(dir).then(() => ({ detail: '' }), (error: MatineeError) => error)
      expect(detail).toContain(`Whole are: ${whole}.`)
    }
    rmSync(join(dir, whole, 'manifest.json'))
    expect((await failureOf(readVersion(dir, live), 'ERR_ARTIFACT_MISSING')).detail).toContain('None of the 2 other versions is whole')
  })

  test('keeps what a system adds by itself when somebody looks at the folder', async () => {
    const dir = temporaryFolder()
    const version = await saveOne(dir)
    for (const name of ['.DS_Store', 'Thumbs.db', 'desktop.ini']) writeFileSync(join(dir, version, name), 'x')
    expect((await readVersion(dir)).files.size).toBe(5)
  })

  const noNames = [
    '..', '.', '', '../2026-11-23T12-00-01Z-als', '2026-11-23T12-00-01Z-als/', '2026-02-31T12-00-01Z-als', 'CURRENT', '.lock', 'a\0b',
  ]
  test.each(noNames)(
    'is never looked for under the name %j', async name => {
      const dir = temporaryFolder()
      await saveOne(dir)
      await failureOf(readVersion(dir, name), 'ERR_OPTION')
      await failureOf(readManifest(dir, name), 'ERR_OPTION')
      await failureOf(useVersion(dir, name), 'ERR_OPTION')
    })

  test('that is not there is told from one that is', async () => {
    const dir = temporaryFolder()
    const version = await saveOne(dir)
    const { detail } = await failureOf(readVersion(dir, '2026-11-23T12-00-09Z-als'), 'ERR_ARTIFACT_MISSING')
    expect(detail).toContain(`Whole are: ${version}.`)
    const nowhere = join(dir, 'nowhere')
    await failureOf(listVersions(nowhere), 'ERR_ARTIFACT_MISSING')
    await failureOf(pruneVersions(nowhere, { keep: 1 }), 'ERR_ARTIFACT_MISSING')
    await failureOf(useVersion(nowhere, version), 'ERR_ARTIFACT_MISSING')
  })

  test('that is replaced and pruned while it is read is read as the new one', async () => {
    const dir = temporaryFolder()
    const [few, many] = [1, 200].map(n => new Map(Array.from({ length: n }, (_, i) => [`part-${i}`, Uint8Array.of(i)])))
    const save = (seed: number, files: typeof few): Promise<string> =>
      writeVersion(dir, { label: 'als', now: secondsLater(seed), manifest: {}, files, retain: 1 })
    for (let round = 0; round < 3; round++) {
      await save(2 * round, many)
      let over = false
      const readers = Array.from({ length: 4 }, async () => {
        while (!over) expect([1, 200]).toContain((await readVersion(dir)).files.size)
      })
      await save(2 * round + 1, few) // over long before 200 files are read
      over = true
      await Promise.all(readers)
    }
  })
})

describe('only a MatineeError comes out', () => {
  const everyReader = (dir: string, version: string): (() => Promise<unknown>)[] => [
    () => readCurrent(dir), () => readVersion(dir), () => readVersion(dir, version), () => readManifest(dir, version),
    () => listVersions(dir), () => useVersion(dir, version),
  ]
  /** Calls every reader; gives the codes of those that threw. */
  async function codesOf(dir: string, version: string): Promise<string[]> {
    const codes = []
    for (const read of everyReader(dir, version)) {
      const error: unknown = await read().then(() => undefined, (thrown: unknown) => thrown)
      if (error !== undefined) expect(error).toBeInstanceOf(MatineeError)
      if (error instanceof MatineeError) codes.push(error.code)
    }
    return codes
  }
  const json = fc.oneof(fc.jsonValue(), fc.constant({ '../x': {} }), fc.constant(1e308), fc.constant(null))
  const schemaVersion = fc.oneof(fc.constantFrom(0, 1, 2, 1.5), json)
  const likeManifest = fc.record({ schemaVersion, files: json, config: json }, { requiredKeys: [] })
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

  test('of any bytes in CURRENT', async () => {
    const dir = temporaryFolder()
    const version = await saveOne(dir)
    const original = readFileSync(join(dir, 'CURRENT'))
    const contents = fc.oneof(
      fc.uint8Array({ maxLength: 100 }), fc.string().map(bytesOf), fc.string().map(encodeCurrent), fc.constant(bytesOf(`${version}\r\n`)))
    await fc.assert(fc.asyncProperty(contents, async bytes => {
      writeFileSync(join(dir, 'CURRENT'), bytes)
      if (Buffer.compare(original, bytes) !== 0) await failureOf(readVersion(dir), 'ERR_ARTIFACT_CORRUPT')
      await codesOf(dir, version)
    }), { numRuns: 40, seed: 1 })
  })

  test('of any bytes, any JSON and any well-sealed object in the manifest', async () => {
    const home = temporaryFolder()
    const version = await saveOne(home)
    const contents = fc.oneof(
      fc.uint8Array({ maxLength: 200 }), fc.json().map(bytesOf), likeManifest.map(sealManifest),
      fc.jsonValue().filter(value => typeof value === 'object' && value !== null).map(value => sealManifest(value as object)),
      fc.constantFrom('['.repeat(100_000), '{"a":'.repeat(50_000), '\ufeff{}', '{"__proto__": {"schemaVersion": 1}}').map(bytesOf))
    await fc.assert(fc.asyncProperty(contents, async bytes => {
      const dir = join(home, 'copy')
      cpSync(join(home, version), join(dir, version), { recursive: true })
      writeFileSync(join(dir, 'CURRENT'), encodeCurrent(version))
      writeFileSync(join(dir, version, 'manifest.json'), bytes)
      expect((await codesOf(dir, version)).length).toBeGreaterThanOrEqual(4) // all but readCurrent and listVersions
      rmSync(dir, { recursive: true })
    }), { numRuns: 60, seed: 2 })
  })
})
