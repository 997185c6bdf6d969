import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  listVersions, pruneVersions, readCurrent, readManifest, readVersion, saveStages, useVersion, withLock, writeVersion,
} from '../../src/shelf/index.ts'
import type { Save, SaveStage } from '../../src/shelf/index.ts'
import { asObject, failureOf, namesOf, noon, sampleFiles, secondsLater, smallSizes, temporaryFolder } from './help.ts'

const save = (seed: number, more: Partial<Save> = {}): Save =>
  ({ label: 'als', now: secondsLater(seed), manifest: { seed }, files: sampleFiles(seed, smallSizes), ...more })

describe('a save', () => {
  test('reads back as the same files and manifest, and is live', async () => {
    const dir = temporaryFolder()
    const name = await writeVersion(dir, save(5, { manifest: { seed: 5, config: { alpha: 40, label: 'é' }, absent: undefined } }))
    expect(name).toBe('2026-11-23T12-00-05Z-als')
    expect(await readCurrent(dir)).toBe(name)
    const { version, manifest, files } = await readVersion(dir)
    expect(version).toBe(name)
    expect(asObject(files)).toEqual(asObject(sampleFiles(5, smallSizes)))
    expect(manifest).toMatchObject({ schemaVersion: 1, seed: 5, config: { alpha: 40, label: 'é' } })
    expect(manifest).toEqual(await readManifest(dir, name))
    expect(Object.keys(manifest.files)).toEqual(Object.keys(smallSizes).sort())
    expect(manifest.files['none.json'])
      .toEqual({ sizeBytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' }) // of no bytes, FIPS 180-4
    expect(namesOf(dir)).toEqual(['.lock', name, 'CURRENT'].sort())
    expect(readdirSync(join(dir, '.lock'))).toEqual([])
  })

  test('any files and any JSON come back as they went in', async () => {
    const dir = temporaryFolder()
    const isDevice = (name: string): boolean => /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/.test(name)
    const names = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}[a-z0-9_]$/).filter(name => !isDevice(name))
    const files = fc.dictionary(names, fc.uint8Array({ maxLength: 3000 }), { maxKeys: 6, noNullPrototype: true })
    const fields = fc.dictionary(fc.string().filter(name => !['schemaVersion', 'files', 'manifestSha256'].includes(name)), fc.jsonValue())
    await fc.assert(fc.asyncProperty(files, fields, async (written, manifest) => {
      const given = new Map(Object.entries(written).filter(([name]) => name !== 'manifest.json'))
      const version = await writeVersion(dir, { label: 'any', now: noon, files: given, manifest, retain: 1 })
      const back = await readVersion(dir)
      expect(back.version).toBe(version)
      expect(asObject(back.files)).toEqual(asObject(given))
      const { schemaVersion: _1, files: _2, manifestSha256: _3, ...rest } = back.manifest
      expect(JSON.stringify(rest)).toBe(JSON.stringify(manifest))
      rmSync(join(dir, version), { recursive: true })
      rmSync(join(dir, 'CURRENT'))
    }), { numRuns: 30, seed: 20261123 })
  })

  test('in the second of others comes after all of them, whatever was pruned between, and prune keeps the newest', async () => {
    const dir = temporaryFolder()
    await writeVersion(dir, save(1))
    const second = await writeVersion(dir, save(1, { retain: 1 }))
    const third = await writeVersion(dir, save(1, { label: 'random' }))
    expect([second, third]).toEqual(['2026-11-23T12-00-01Z-als-2', '2026-11-23T12-00-01Z-random-3'])
    expect((await listVersions(dir)).map(({ name }) => name)).toEqual([third, second])
    await pruneVersions(dir, { keep: 1 })
    expect((await listVersions(dir)).map(({ name }) => name)).toEqual([third])
  })

  test('of the same label in the same second gets -2, -3', async () => {
    const dir = temporaryFolder()
    const names = []
    for (let i = 0; i < 3; i++) names.push(await writeVersion(dir, save(1)))
    expect(names).toEqual(['2026-11-23T12-00-01Z-als', '2026-11-23T12-00-01Z-als-2', '2026-11-23T12-00-01Z-als-3'])
    expect((await listVersions(dir)).map(({ name }) => name)).toEqual(names.reverse())
  })

  test('announces every stage, in order', async () => {
    const seen: SaveStage[] = []
    await writeVersion(temporaryFolder(), save(1, { onStage: stage => void seen.push(stage) }))
    expect([...new Set(seen)]).toEqual(saveStages)
    expect(seen.filter(stage => stage === 'file-synced')).toHaveLength(Object.keys(smallSizes).length)
  })

  test('creates the artifacts folder with its parents', async () => {
    const dir = join(temporaryFolder(), 'a', 'b')
    expect(await readCurrent(await writeVersion(dir, save(1)).then(() => dir))).toBe('2026-11-23T12-00-01Z-als')
  })

  const beforeCommit = saveStages.slice(0, saveStages.indexOf('current-renamed'))

  test.each(beforeCommit)('that is cancelled after "%s" leaves nothing and the former version live', async stage => {
    const dir = temporaryFolder()
    const former = await writeVersion(dir, save(1))
    const before = namesOf(dir)
    const cancel = new AbortController()
    const onStage = (now: SaveStage): void => { if (now === stage) cancel.abort() }
    await failureOf(writeVersion(dir, save(2, { signal: cancel.signal, onStage })), 'ERR_ABORTED')
    expect(namesOf(dir)).toEqual(before)
    expect(readdirSync(join(dir, '.lock'))).toEqual([])
    expect((await readVersion(dir)).version).toBe(former)
  })

  test('that was cancelled before it began touches nothing', async () => {
    const dir = temporaryFolder()
    await failureOf(writeVersion(dir, save(1, { signal: AbortSignal.abort() })), 'ERR_ABORTED')
    expect(namesOf(dir)).toEqual([])
  })

  test('that is cancelled after CURRENT was renamed is done all the same', async () => {
    const dir = temporaryFolder()
    const cancel = new AbortController()
    const onStage = (stage: SaveStage): void => { if (stage === 'current-renamed') cancel.abort() }
    const name = await writeVersion(dir, save(1, { signal: cancel.signal, onStage }))
    expect((await readVersion(dir)).version).toBe(name)
  })

  test('whose bytes changed on the disk before it was named is not named', async () => {
    const dir = temporaryFolder()
    const former = await writeVersion(dir, save(1))
    const onStage = (stage: SaveStage): void => {
      const incoming = namesOf(dir).find(name => name.startsWith('.incoming-'))
      if (stage === 'folder-synced') writeFileSync(join(dir, incoming ?? '', 'user_map.json'), 'x'.repeat(smallSizes['user_map.json']))
    }
    await failureOf(writeVersion(dir, save(2, { onStage })), 'ERR_ARTIFACT_CORRUPT')
    expect(namesOf(dir)).toEqual(['.lock', former, 'CURRENT'].sort())
  })

  test('removes what a process that died left unfinished, and nothing else', async () => {
    const dir = temporaryFolder()
    for (const name of ['.incoming-x', '.pruned-x', 'notes']) mkdirSync(join(dir, name))
    writeFileSync(join(dir, '.incoming-x', 'als_model.safetensors'), 'half')
    writeFileSync(join(dir, '.current-x'), '2026')
    const name = await writeVersion(dir, save(1))
    expect(namesOf(dir)).toEqual(['.lock', 'CURRENT', name, 'notes'].sort())
  })

  test('with retain keeps the newest and drops the others', async () => {
    const dir = temporaryFolder()
    const names = []
    for (let i = 1; i <= 4; i++) names.push(await writeVersion(dir, save(i, { retain: 2 })))
    expect((await listVersions(dir)).map(({ name }) => name)).toEqual([names[3], names[2]])
  })

  const bad: [string, Partial<Save>][] = [
    ['a label with a path in it', { label: '../als' }],
    ['a label that ends like a copy', { label: 'als-2' }],
    ['an empty label', { label: '' }],
    ['a time that is none', { now: new Date(NaN) }],
    ['a file outside the folder', { files: new Map([['../x', new Uint8Array(1)]]) }],
    ['a file in a folder', { files: new Map([['a/b', new Uint8Array(1)]]) }],
    ['a file named like the manifest', { files: new Map([['Manifest.json', new Uint8Array(1)]]) }],
    ['a file named like a Windows device', { files: new Map([['nul.json', new Uint8Array(1)]]) }],
    ['two files that differ in case only', { files: new Map([['a.json', new Uint8Array(1)], ['A.json', new Uint8Array(1)]]) }],
    ['a file that is a string', { files: new Map([['a.json', 'text' as unknown as Uint8Array]]) }],
    ['a manifest with NaN in it', { manifest: { metrics: { recall: NaN } } }],
    ['a manifest with a Date in it', { manifest: { now: new Date(0) } }],
    ['a manifest that is an array', { manifest: [] }],
    ['a manifest that sets schemaVersion', { manifest: { schemaVersion: 2 } }],
    ['retain 0', { retain: 0 }],
    ['retain 1.5', { retain: 1.5 }],
  ]
  test.each(bad)('refuses %s and touches nothing', async (_, more) => {
    const dir = temporaryFolder()
    await failureOf(writeVersion(dir, save(1, more)), 'ERR_OPTION')
    expect(namesOf(dir)).toEqual([])
  })

  test('refuses a manifest that refers to itself', async () => {
    const manifest: Record<string, unknown> = {}
    manifest.self = manifest
    await failureOf(writeVersion(temporaryFolder(), save(1, { manifest })), 'ERR_OPTION')
  })

  test('refuses an artifacts folder that is no path', async () => {
    for (const dir of ['', 'a\0b']) await failureOf(writeVersion(dir, save(1)), 'ERR_OPTION')
  })
})

describe('versions', () => {
  test('are listed newest first, with size, manifest, and which one is live', async () => {
    const dir = temporaryFolder()
    await writeVersion(dir, save(1))
    await writeVersion(dir, save(2, { label: 'item-knn' }))
    const [newer, older] = await listVersions(dir)
    expect(newer).toMatchObject({ name: '2026-11-23T12-00-02Z-item-knn', label: 'item-knn', live: true })
    expect(newer).toMatchObject({ createdAt: secondsLater(2), manifest: { seed: 2 } })
    expect(older).toMatchObject({ live: false, createdAt: secondsLater(1), manifest: { seed: 1 } })
    const sizes = readdirSync(join(dir, newer.name)).map(name => statSync(join(dir, newer.name, name)).size)
    expect(newer.sizeBytes).toBe(sizes.reduce((a, b) => a + b))
  })

  test('that cannot be read are listed with the reason, also when CURRENT is damaged', async () => {
    const dir = temporaryFolder()
    const name = await writeVersion(dir, save(1))
    writeFileSync(join(dir, name, 'manifest.json'), '{}')
    writeFileSync(join(dir, 'CURRENT'), 'x')
    const [entry] = await listVersions(dir)
    expect(entry).toMatchObject({ name, live: false, error: { code: 'ERR_ARTIFACT_CORRUPT' } })
  })

  test('used again become live, and none of their bytes changes', async () => {
    const dir = temporaryFolder()
    const older = await writeVersion(dir, save(1))
    await writeVersion(dir, save(2))
    const before = readFileSync(join(dir, older, 'manifest.json'))
    await useVersion(dir, older)
    expect((await readVersion(dir)).manifest.seed).toBe(1)
    expect(readFileSync(join(dir, older, 'manifest.json'))).toEqual(before)
  })

  test('used again mend a damaged or missing CURRENT', async () => {
    const dir = temporaryFolder()
    const name = await writeVersion(dir, save(1))
    writeFileSync(join(dir, 'CURRENT'), `${name}\n`)
    await useVersion(dir, name)
    expect(await readCurrent(dir)).toBe(name)
    rmSync(join(dir, 'CURRENT'))
    await useVersion(dir, name)
    expect(await readCurrent(dir)).toBe(name)
  })

  test('that are damaged cannot be used, and the live one stays', async () => {
    const dir = temporaryFolder()
    const older = await writeVersion(dir, save(1))
    const live = await writeVersion(dir, save(2))
    writeFileSync(join(dir, older, 'item_map.json'), '[]')
    const { detail } = await failureOf(useVersion(dir, older), 'ERR_ARTIFACT_CORRUPT')
    expect(detail).toContain(`${join(dir, older, 'item_map.json')} has 2 bytes, expected 900`)
    expect(detail).toContain(live)
    expect(await readCurrent(dir)).toBe(live)
  })

  test('are pruned to the newest, the live one always kept', async () => {
    const dir = temporaryFolder()
    const names = []
    for (let i = 1; i <= 5; i++) names.push(await writeVersion(dir, save(i)))
    await useVersion(dir, names[0])
    expect(await pruneVersions(dir, { keep: 2 })).toEqual([names[2], names[1]])
    expect((await listVersions(dir)).map(({ name }) => name)).toEqual([names[4], names[3], names[0]])
    expect(namesOf(dir)).toEqual(['.lock', 'CURRENT', names[0], names[3], names[4]].sort())
  })

  test('are not pruned while it is unknown which one is live', async () => {
    const dir = temporaryFolder()
    for (let i = 1; i <= 3; i++) await writeVersion(dir, save(i))
    const before = namesOf(dir)
    writeFileSync(join(dir, 'CURRENT'), 'x')
    await failureOf(pruneVersions(dir, { keep: 1 }), 'ERR_ARTIFACT_CORRUPT')
    expect(namesOf(dir)).toEqual(before)
    rmSync(join(dir, 'CURRENT'))
    await failureOf(pruneVersions(dir, { keep: 1 }), 'ERR_ARTIFACT_MISSING')
    await failureOf(pruneVersions(dir, { keep: 0 }), 'ERR_OPTION')
    expect(await listVersions(dir)).toHaveLength(3)
  })

  test('are written, used and pruned inside a lock that the caller holds', async () => {
    const dir = temporaryFolder()
    const outlived = await withLock(dir, 'train', async lock => {
      const name = await writeVersion(dir, save(1, { lock }))
      await writeVersion(dir, save(2, { lock }))
      await useVersion(dir, name, { lock })
      await pruneVersions(dir, { keep: 1, lock })
      await failureOf(writeVersion(temporaryFolder(), save(3, { lock })), 'ERR_LOCKED')
      return lock
    })
    await failureOf(writeVersion(dir, save(3, { lock: outlived })), 'ERR_LOCKED')
    expect(await readCurrent(dir)).toBe('2026-11-23T12-00-01Z-als')
  })
})
