// kill -9 of a process that appends, a hundred times on each kind of store.
import { test } from 'vitest'
import { newFile } from './help.ts'
import { killAppends } from './kill.ts'
import { startPostgres, whyNoPostgres } from './postgres.ts'

test('SQLite: kill -9 of a process that appends, 100 times', () => killAppends(newFile(), 100))

test.runIf(!whyNoPostgres)(`PostgreSQL: kill -9 of a process that appends, 100 times${whyNoPostgres && ` (SKIPPED: ${whyNoPostgres})`}`, async () => {
  const server = await startPostgres()
  try {
    await killAppends(server.url, 100)
  } finally {
    await server.remove()
  }
})
