// Versions that take the place of others while answers are given; jobs; what becomes of a version that cannot answer.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { open } from '../../src/folders.ts'
import { useVersion, writeVersion } from '../../src/shelf/index.ts'
import { saveVersion, startService, until } from './help.ts'

describe('a swap', () => {
  test('under load fails no request, and each answer is the list of the version that it names, to the last bit', async () => {
    const service = await startService()
    const versions = [service.version, await saveVersion(service.dir, 'als', 2), await saveVersion(service.dir, 'item-knn', 3)]
    const offline = new Map(await Promise.all(versions.map(async version => [version, await open(service.dir, version)] as const)))
    const client = service.client()
    const answers: Awaited<ReturnType<typeof client.recommend>>[] = []
    let over = false
    const load = Array.from({ length: 8 }, async (_, at) => {
      for (let user = at; !over; user++) answers.push(await client.recommend({ user_id: `u${1 + user % 40}`, n: 6 }))
    })
    const admin = service.client({ key: service.madeKey })
    for (let swap = 0; swap < 20; swap++) {
      await useVersion(service.dir, versions[swap % 3])
      await admin.reload()
    }
    over = true
    await Promise.all(load)
    expect((await admin.status()).swaps).toBeGreaterThanOrEqual(19) // CURRENT is looked at between them, too
    expect(new Set(answers.map(({ version }) => version)).size).toBe(3)
    for (const { version, user_id: userId, recommendations } of answers) {
      const expected = offline.get(version)?.recommend(String(userId), { n: 6 }).recommendations
      expect(recommendations.map(({ item_id, score }) => [item_id, score])).toEqual(expected?.map(({ itemId, score }) => [itemId, score]))
    }
  })

  test('follows CURRENT by itself, and back by rollback', async () => {
    const service = await startService()
    const second = await saveVersion(service.dir, 'als', 2)
    const client = service.client()
    await until(async () => (await client.model()).version === second)
    const admin = service.client({ key: service.madeKey })
    expect(await admin.rollback()).toEqual({ version: service.version, former: second })
    await expect(admin.rollback()).rejects.toMatchObject({ status: 404, code: 'unknown_version' })
    await expect(admin.rollback({ version: 'nothing' })).rejects.toMatchObject({ status: 404, code: 'unknown_version' })
    expect(await admin.rollback({ version: second })).toEqual({ version: second, former: service.version })
  })

  test('to a version that is damaged or gives no list is not made; the live one goes on', async () => {
    const service = await startService()
    const client = service.client({ key: service.madeKey })
    const second = await saveVersion(service.dir, 'als', 2)
    writeFileSync(join(service.dir, second, 'user_map.json'), '[]')
    await expect(client.reload()).rejects.toMatchObject({ status: 404, code: 'unknown_version' })
    expect((await client.recommend({ user_id: 'u1' })).version).toBe(service.version)
    expect(await client.status()).toMatchObject({ version: service.version, refused: { version: second, error: expect.stringContaining('user_map.json') } })
    const third = await saveVersion(service.dir, 'als', 3)
    expect(await client.reload()).toEqual({ version: third, former: service.version })
    expect((await client.status()).refused).toBe(null)
  })
})

describe('feedback that a version was trained with', () => {
  test('is let go when it becomes live, and is there again when an older one does', async () => {
    const service = await startService()
    const client = service.client({ key: service.madeKey })
    const { events: [, second] } = await client.feedback({ events: ['i1', 'i2', 'i3'].map(item_id => ({ user_id: 'new', item_id })) })
    const contents = await open(service.dir)
    const { encodeVersion } = await import('@matinee/core')
    const trained = await writeVersion(service.dir, { label: 'als', now: new Date(), manifest: { feedback: { sequence: second.sequence } }, files: encodeVersion(contents.contents) })
    await client.reload()
    const known = async (): Promise<string[]> => (await client.userHistory('new')).history.map(({ item_id }) => item_id)
    expect(await known()).toEqual(['i3'])
    expect((await client.status()).feedback.events).toBe(1)
    expect(await client.undoFeedback({ user_id: 'new', item_id: 'i1' })).toMatchObject({ in_force: 'after_retrain' })
    expect((await client.rollback()).former).toBe(trained)
    expect(await known()).toEqual(['i2', 'i3'])
  })
})

describe('a job', () => {
  test('runs one at a time, its output is kept, and its new version answers when it ends', async () => {
    const service = await startService({ commandLine: [process.execPath, '-e', 'console.log(1); setTimeout(() => console.log(2), 300)', '--'], jobArguments: { retrain: [], erase: [] } })
    const admin = service.client({ key: service.madeKey })
    expect((await admin.retrain()).job).toMatchObject({ kind: 'retrain', state: 'running', ended_at: null })
    await expect(admin.retrain()).rejects.toMatchObject({ status: 409, code: 'already_running' })
    const next = await saveVersion(service.dir, 'als', 2)
    await until(async () => (await admin.status()).jobs[0].state !== 'running')
    expect((await admin.status()).jobs).toMatchObject([{ state: 'done', exit_code: 0, output: ['1', '2'] }])
    await until(async () => (await admin.model()).version === next)
  })

  test('trains anew when so many events have come', async () => {
    const service = await startService({ retrainAfter: 2 })
    const admin = service.client({ key: service.madeKey })
    await admin.feedback({ user_id: 'u1', item_id: 'i1' })
    await admin.feedback({ user_id: 'u1', item_id: 'i2' })
    await until(async () => (await admin.status()).jobs[0]?.state === 'done')
    expect((await admin.status()).jobs).toMatchObject([{ kind: 'retrain', output: ['retrain'] }])
  })
})

test('a service that ends answers what is under way, and nothing after', async () => {
  const service = await startService()
  const under = Array.from({ length: 20 }, (_, at) => service.client().feedback({ user_id: 'u1', item_id: `i${at + 1}` }).then(({ stored }) => stored, () => 0))
  await new Promise(resolve => setTimeout(resolve, 30))
  await service.close()
  const stored = (await Promise.all(under)).reduce((sum, one) => sum + one, 0)
  await expect(service.ask('/healthz')).rejects.toThrow('fetch failed')
  const again = await startService({ dir: service.dir })
  const { history } = await again.client().userHistory('u1', { n: 1000 })
  expect(history.filter(({ source }) => source === 'feedback').length).toBe(stored)
})
