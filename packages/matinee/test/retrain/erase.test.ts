import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeVersion } from '@matinee/core'
import { expect, test } from 'vitest'
import { decodeResult, PER_USER } from '../../src/experiment/index.ts'
import { open } from '../../src/folders.ts'
import { eraseFromVersions, erasedBy } from '../../src/retrain/index.ts'
import { listVersions, readCurrent, readManifest, readVersion, useVersion, withLock, writeVersion } from '../../src/shelf/index.ts'
import { openStore } from '../../src/store/index.ts'
import { filesWith, temporaryFolder, trainedVersion } from './help.ts'

const time = (second: number): Date => new Date(Date.parse('2026-11-23T12:00:00Z') + 1000 * second)
const named = (...numbers: readonly number[]) => (userId: string): boolean => numbers.some(number => userId === `person-${number}-§`)
const context = { now: time(500) }

test('an erased user is in no version and no file, the others are given what they were given before, and the live version is the same one', async () => {
  const dir = temporaryFolder()
  for (const [at, model] of ['popularity', 'als', 'item-knn'].entries()) await trainedVersion(dir, time(at), model)
  const before = (await listVersions(dir)).map(({ name }) => name)
  await useVersion(dir, before[1])
  const former = await open(dir)
  expect(filesWith(dir, 'person-7-§').length).toBeGreaterThan(2)
  const erased = await eraseFromVersions(dir, named(7, 11), context)
  expect(erased).toEqual(before.map(replaced => ({ replaced, users: 2, version: expect.stringMatching(`^${replaced}-2$`) as string })))
  expect(filesWith(dir, 'person-7-§')).toEqual([])
  expect((await listVersions(dir)).map(({ name }) => name)).toEqual(erased.map(({ version }) => version))
  expect(await readCurrent(dir)).toBe(erased[1].version)
  const now = await open(dir)
  expect(() => now.recommend('person-7-§')).toThrow(/ERR_UNKNOWN_USER/)
  for (const userId of now.users.ids) expect(now.recommend(userId)).toEqual(former.recommend(userId))
  const manifest = await readManifest(dir, erased[1].version)
  expect(manifest).toMatchObject({ replaces: before[1], erased: { users: 2, from: before[1], at: '2026-11-23T12:08:20.000Z' }, config: { model: 'als' } })
  expect(manifest.fingerprint).toBeUndefined()
})

test('the values by user are those of the others, each still beside its user', async () => {
  const dir = temporaryFolder()
  const trained = await trainedVersion(dir, time(0))
  const valuesOf = async (version: string) => {
    const { files } = await readVersion(dir, version)
    const { perUser: { users, values } } = decodeResult(files.get(PER_USER) as Uint8Array, PER_USER)
    const { users: { ids } } = await open(dir, version)
    return new Map(Array.from(users, (user, at) => [String(ids[user]), values['ndcg@10'][0][at]]))
  }
  const before = await valuesOf(trained)
  const [{ version }] = await eraseFromVersions(dir, named(0, 20), context)
  const after = await valuesOf(version)
  before.delete('person-0-§')
  before.delete('person-20-§')
  expect(after).toEqual(before)
})

test('who is known by nobody changes nothing; erasing twice is erasing once, and one after the other counts both', async () => {
  const dir = temporaryFolder()
  const version = await trainedVersion(dir, time(0))
  expect(await eraseFromVersions(dir, () => false, context)).toEqual([])
  expect(await readCurrent(dir)).toBe(version)
  await eraseFromVersions(dir, named(1), context)
  expect(await eraseFromVersions(dir, named(1), context)).toEqual([])
  const [{ version: second }] = await eraseFromVersions(dir, named(1, 2), context)
  expect((await readManifest(dir, second)).erased).toMatchObject({ users: 2, from: `${version}-2` })
})

test('versions of one second keep their order', async () => {
  const dir = temporaryFolder()
  for (const model of ['popularity', 'als', 'random']) await trainedVersion(dir, time(0), model)
  const labels = async (): Promise<string[]> => (await listVersions(dir)).map(({ label }) => label)
  const before = await labels()
  await eraseFromVersions(dir, named(3), context)
  expect(await labels()).toEqual(before)
})

test('who came back after the erasure is known by what came later', async () => {
  const dir = temporaryFolder()
  const store = await openStore(join(dir, 'feedback.sqlite'))
  await trainedVersion(dir, time(0))
  const { contents } = await open(dir)
  const later = await writeVersion(dir, { label: 'als', now: time(9), manifest: { feedback: { sequence: 5 } }, files: encodeVersion(contents) })
  const step = await store.eraseUser('person-4-§')
  expect(step).toBeLessThan(5)
  const erased = await eraseFromVersions(dir, await erasedBy(store), context)
  expect(erased.map(({ users }) => users)).toEqual([1])
  expect((await open(dir, later)).users.indexOf('person-4-§')).toBeDefined()
  await store.close()
})

test('what a killed process left between writing a version and removing the old one is ended by the next', async () => {
  const dir = temporaryFolder()
  const old = await trainedVersion(dir, time(0))
  const { files } = await readVersion(dir)
  const copy = await readManifest(dir, old)
  await eraseFromVersions(dir, named(5), context)
  const { schemaVersion: _, files: __, manifestSha256: ___, ...said } = copy
  const again = await writeVersion(dir, { label: 'als', now: time(77), manifest: said, files }) // the old one again, and live
  renameSync(join(dir, again), join(dir, old))
  await useVersion(dir, old)
  expect(await eraseFromVersions(dir, named(5), context)).toEqual([])
  expect((await listVersions(dir)).map(({ name, live }) => [name, live])).toEqual([[`${old}-2`, true]])
  expect(filesWith(dir, 'person-5-§')).toEqual([])
})

test('a version that cannot be read is named when the others are done', async () => {
  const dir = temporaryFolder()
  const [old] = [await trainedVersion(dir, time(0)), await trainedVersion(dir, time(1))]
  writeFileSync(join(dir, old, 'user_map.json'), '["person-6-§"]')
  await expect(eraseFromVersions(dir, named(6), context)).rejects.toMatchObject({ code: 'ERR_ARTIFACT_CORRUPT', message: expect.stringContaining(old) })
  expect(filesWith(dir, 'person-6-§')).toEqual([join(dir, old, 'user_map.json')])
})

test('is refused while somebody else writes, and leaves nothing when it is cancelled', async () => {
  const dir = temporaryFolder()
  const old = await trainedVersion(dir, time(0))
  await withLock(dir, 'train als', async () => {
    await expect(eraseFromVersions(dir, named(6), context)).rejects.toMatchObject({ code: 'ERR_LOCKED', message: expect.stringContaining('train als') })
  })
  await expect(eraseFromVersions(dir, named(6), { ...context, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  expect((await listVersions(dir)).map(({ name }) => name)).toEqual([old])
  mkdirSync(join(dir, 'empty'))
  expect(await eraseFromVersions(join(dir, 'empty'), named(6), context)).toEqual([])
})
