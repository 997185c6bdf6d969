// The whole loop with the real command: feedback, a user erased, trained anew three times, while lists are asked for.
import { expect, test } from 'vitest'
import { createClient } from '../../src/serve/client.ts'
import { matinee } from '../cli/help.ts'
import { temporaryFolder, until } from './help.ts'
import { ended, startProcess } from './process.ts'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

test('what was told is in the next version, who is erased in none, and no list fails meanwhile', async () => {
  const cwd = temporaryFolder()
  const rows = Array.from({ length: 600 }, (_, at) => `u${at % 40},i${(at * 7 + at % 11) % 30},${1 + at % 5},${1_700_000_000 + at}`)
  writeFileSync(join(cwd, 'events.csv'), `${['user,item,rating,time', ...rows].join('\n')}\n`)
  const trained = await matinee(['train', 'events.csv', '--user', 'user', '--item', 'item', '--rating', 'rating', '--time', 'time', '--factors', '8', '--iterations', '2', '--resamples', '100'], { cwd })
  expect(trained).toMatchObject({ code: 0 })
  const dir = join(cwd, 'artifacts')
  const { child, url, madeKey } = await startProcess(dir, join(dir, 'feedback.sqlite'))
  const client = createClient(url, { key: madeKey, timeoutMs: 60_000 })
  let over = false
  const load = (async () => {
    for (let user = 0; !over; user++) expect((await client.recommend({ user_id: `u${8 + user % 30}`, n: 3 })).recommendations.length).toBe(3)
  })()
  await client.eraseUser('u7')
  await until(async () => (await client.status()).jobs.some(({ kind, state }) => kind === 'erase' && state === 'done'))
  for (let round = 1; round <= 3; round++) {
    const before = (await client.model()).version
    await client.feedback({ events: ['i1', 'i2', 'i3'].map((item_id, at) => ({ user_id: `new${round}`, item_id, rating: 4, timestamp: 1_800_000_000 + 10 * round + at })) })
    expect((await client.recommend({ user_id: `new${round}`, n: 3 })).reflects_feedback).toBe(true)
    await client.retrain()
    await until(async () => (await client.status()).jobs.every(({ state }) => state !== 'running'))
    const { jobs } = await client.status()
    expect(jobs.find(({ kind }) => kind === 'retrain')).toMatchObject({ state: 'done' })
    await until(async () => (await client.model()).version !== before)
    const known = await client.recommend({ user_id: `new${round}`, n: 3 })
    expect([known.reflects_feedback, known.recommendations.length]).toEqual([undefined, 3])
    await expect(client.recommend({ user_id: 'u7' })).rejects.toMatchObject({ code: 'unknown_user' })
  }
  expect((await client.status()).feedback).toMatchObject({ events: 0, erasure_pending: false })
  over = true
  await load
  child.kill('SIGTERM')
  await ended(child)
  expect(child.exitCode).toBe(0)
})
