// kill -9 under a load of feedback: every event that was acknowledged is there, and none twice. On SQLite and on PostgreSQL.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient, ServiceError } from '../../src/serve/client.ts'
import { openStore } from '../../src/store/index.ts'
import { startPostgres, whyNoPostgres, type PostgresServer } from '../store/postgres.ts'
import { saveVersion, storedKeys, temporaryFolder } from './help.ts'
import { ended, startProcess } from './process.ts'

/** Times that the service is killed; `npm run test:soak` does it more often. */
const KILLS = Number(process.env.MATINEE_KILLS ?? 10)

/** Sends events one after the other until the service is gone; the keys of those that were acknowledged. */
async function sendUntilGone(url: string, prefix: string, acknowledged: string[]): Promise<void> {
  const client = createClient(url)
  for (let at = 0; ; at++) {
    const keys = Array.from({ length: 1 + at % 3 }, (_, one) => `${prefix}-${at}-${one}`)
    try {
      await client.feedback({ events: keys.map(key => ({ user_id: prefix, item_id: 'i1', key })) })
      acknowledged.push(...keys)
    } catch (error) {
      if (error instanceof ServiceError) throw error
      return
    }
  }
}

async function killAgainAndAgain(dir: string, store: string): Promise<{ acknowledged: readonly string[], stored: readonly string[] }> {
  const acknowledged: string[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, url } = await startProcess(dir, store)
    const before = acknowledged.length
    const load = Promise.all(Array.from({ length: 4 }, (_, sender) => sendUntilGone(url, `k${kill}s${sender}`, acknowledged)))
    while (acknowledged.length < before + 5 + 7 * (kill % 10)) await new Promise(resolve => setTimeout(resolve, 1))
    child.kill('SIGKILL')
    await Promise.all([load, ended(child)])
  }
  return { acknowledged, stored: await storedKeys(store) }
}

function holds({ acknowledged, stored }: { acknowledged: readonly string[], stored: readonly string[] }): void {
  const there = new Set(stored)
  expect(there.size).toBe(stored.length)
  expect(acknowledged.filter(key => !there.has(key))).toEqual([])
  expect(acknowledged.length).toBeGreaterThan(5 * KILLS)
}

test(`${KILLS} kills on SQLite lose nothing that was acknowledged`, async () => {
  const dir = temporaryFolder()
  await saveVersion(dir)
  holds(await killAgainAndAgain(dir, `${dir}/feedback.sqlite`))
})

test.skipIf(process.platform === 'win32')('SIGTERM ends the process with 0, and what was asked is answered (skipped: Windows sends no SIGTERM)', async () => {
  const dir = temporaryFolder()
  await saveVersion(dir)
  const { child, url } = await startProcess(dir, `${dir}/feedback.sqlite`)
  const client = createClient(url)
  expect((await client.recommend({ user_id: 'u1' })).recommendations.length).toBe(10)
  const under = Array.from({ length: 50 }, (_, at) => client.feedback({ user_id: 'u1', item_id: `i${1 + at % 30}` }))
  await under[0]
  child.kill('SIGTERM')
  const answers = await Promise.allSettled(under)
  await ended(child)
  expect(child.exitCode).toBe(0)
  const acknowledged = answers.filter(({ status }) => status === 'fulfilled').length
  const store = await openStore(`${dir}/feedback.sqlite`)
  expect((await store.stats()).events).toBe(acknowledged)
  await store.close()
})

describe.skipIf(whyNoPostgres !== '')(`on PostgreSQL${whyNoPostgres && ` (skipped: ${whyNoPostgres})`}`, () => {
  let server: PostgresServer
  beforeAll(async () => { server = await startPostgres() })
  afterAll(() => server.remove())

  test(`${KILLS} kills lose nothing that was acknowledged`, async () => {
    const dir = temporaryFolder()
    await saveVersion(dir)
    holds(await killAgainAndAgain(dir, await server.newDatabase()))
  })

  test('a server that is stopped is an error to the client, lists go on, and all is well by itself when it is back', async () => {
    const dir = temporaryFolder()
    await saveVersion(dir)
    const { child, url } = await startProcess(dir, await server.newDatabase())
    const client = createClient(url, { timeoutMs: 60_000 })
    await client.feedback({ user_id: 'u1', item_id: 'i1', key: 'first' })
    await server.stop('immediate')
    await expect(client.feedback({ user_id: 'u1', item_id: 'i2', key: 'second' })).rejects.toMatchObject({ status: 503, code: 'store_unavailable' })
    expect((await client.recommend({ user_id: 'u1' })).reflects_feedback).toBe(true)
    await server.restart()
    for (;;) {
      const done = await client.feedback({ user_id: 'u1', item_id: 'i2', key: 'second' }).then(() => true, () => false)
      if (done) break
    }
    expect((await client.userHistory('u1', { n: 1000 })).history.filter(({ source }) => source === 'feedback').map(({ item_id }) => item_id)).toEqual(['i1', 'i2'])
    child.kill('SIGKILL')
    await ended(child)
  })
})
