// Processes that are killed: appending ten times on each kind of store (a hundred in the soak test), and in the middle of an import.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { bin, runsCheckout } from '../cli/help.ts'
import { newFile, temporaryFolder } from './help.ts'
import { killAppends } from './kill.ts'
import { startPostgres, whyNoPostgres } from './postgres.ts'

test('SQLite: kill -9 of a process that appends, 10 times', () => killAppends(newFile(), 10))

test.runIf(!whyNoPostgres)(`PostgreSQL: kill -9 of a process that appends, 10 times${whyNoPostgres && ` (SKIPPED: ${whyNoPostgres})`}`, async () => {
  const server = await startPostgres()
  try {
    await killAppends(server.url, 10)
  } finally {
    await server.remove()
  }
})

test.runIf(runsCheckout)('an import that is killed and started again has each row once', async () => {
  const folder = temporaryFolder()
  const nRows = 100_000
  writeFileSync(join(folder, 'events.csv'), `user,item\n${Array.from({ length: nRows }, (_, row) => `u${row % 97},${row}`).join('\n')}\n`)
  const url = join(folder, 'feedback.sqlite')
  const watching = await openStore(url)
  const importing = () => spawn(process.execPath, [bin, 'store', 'import', join(folder, 'events.csv'), '--store', url], { stdio: 'ignore' })
  const ended = (child: ReturnType<typeof importing>): Promise<number | null> => new Promise(resolve => child.on('close', resolve))
  const first = importing()
  while ((await watching.changesAfter(0, 1)).length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  first.kill('SIGKILL')
  await ended(first)
  const { events } = await watching.stats()
  expect(events).toBeGreaterThan(0)
  expect(events).toBeLessThan(nRows)
  expect(await ended(importing())).toBe(0)
  expect(await watching.stats()).toMatchObject({ events: nRows, users: 97, items: nRows })
  await watching.close()
})
