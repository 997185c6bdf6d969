// PostgreSQL's disk gets full under a load of feedback: the client is told, lists go on, what was acknowledged is there, nothing is there
// twice, and with room again all goes on by itself. SQLite's disk: ../store/faults.integration.test.ts.
import { expect, onTestFinished, test } from 'vitest'
import { createClient, ServiceError } from '../../src/serve/client.ts'
import { startPostgres, whyNoPostgres } from '../store/postgres.ts'
import { smallDisk, whyNoSmallDisk } from '../store/small-disk.ts'
import { saveVersion, storedKeys, temporaryFolder } from './help.ts'
import { ended, startProcess } from './process.ts'

const why = whyNoPostgres || whyNoSmallDisk

/** Events of some hundred bytes, each with a key. */
const batch = (sender: number, n: number) => Array.from({ length: 100 }, (_, at) =>
  ({ user_id: `s${sender}-${n}`, item_id: `none ${'x'.repeat(200)}`, key: `${sender}-${n}-${at}` }))
type Batch = ReturnType<typeof batch>

// A table that cannot grow fails a statement. A log that cannot grow ends PostgreSQL, which starts itself again, needs the log for that
// and gives up: then it is started as its supervisor would.
test.skipIf(why !== '').each(['tables', 'log'] as const)(`the disk of PostgreSQL's %s gets full, and has room again${why && ` (skipped: ${why})`}`, async holds => {
  const disk = await smallDisk()
  onTestFinished(() => disk.remove())
  const server = await startPostgres({ disk, holds })
  onTestFinished(() => server.remove())
  const dir = temporaryFolder()
  await saveVersion(dir)
  const { child, url } = await startProcess(dir, server.url)
  onTestFinished(() => void child.kill('SIGKILL'))
  const client = createClient(url, { timeoutMs: 60_000 })
  const acknowledged: string[] = []
  const send = async (events: Batch): Promise<ServiceError | undefined> => {
    try {
      await client.feedback({ events })
      acknowledged.push(...events.map(({ key }) => key))
      return undefined
    } catch (error) {
      if (error instanceof ServiceError) return error
      throw error
    }
  }
  const sendUntilRefused = async (sender: number): Promise<{ readonly events: Batch, readonly error: ServiceError }> => {
    for (let n = 0; ; n++) {
      const events = batch(sender, n)
      const error = await send(events)
      if (error) return { events, error }
    }
  }
  const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 100))

  disk.leaveFree(2)
  const refused = await Promise.all([0, 1, 2, 3].map(sendUntilRefused))
  expect(acknowledged.length).toBeGreaterThan(500)
  for (const { error } of refused) expect(error).toMatchObject({ status: 503, code: 'store_unavailable', retryAfter: 2 })
  expect(refused.map(({ error }) => error.message).join('\n')).toContain('No space left on device')
  if (holds === 'tables') expect(await send(batch(4, 0))).toMatchObject({ status: 503, code: 'store_unavailable', retryAfter: 2 })
  else while (server.isRunning()) await pause()
  expect((await client.recommend({ user_id: 'u1' })).recommendations.length).toBe(10)

  disk.leaveFree(50)
  if (holds === 'log') await server.restart()
  for (const { events } of refused) while (await send(events)) await pause()
  child.kill('SIGTERM')
  await ended(child)
  const stored = await storedKeys(server.url)
  const there = new Set(stored)
  expect(there.size).toBe(stored.length)
  expect(acknowledged.filter(key => !there.has(key))).toEqual([])
})
