// The contract on a real PostgreSQL, and what happens when the server goes away.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MatineeError } from '@matinee/core'
import { openStore } from '../../src/store/index.ts'
import { codeOf, storeContract } from './contract.ts'
import { event } from './event.ts'
import { startPostgres, whyNoPostgres, type PostgresServer } from './postgres.ts'

const skipped = whyNoPostgres && ` (SKIPPED: ${whyNoPostgres})`

describe.runIf(!whyNoPostgres)(`PostgreSQL${skipped}`, () => {
  let server: PostgresServer
  beforeAll(async () => { server = await startPostgres() })
  afterAll(() => server.remove())

  storeContract('postgres', () => server.newDatabase())

  test.each(['fast', 'immediate'] as const)('a server that is stopped (%s) and started: errors meanwhile, then writes go on by themselves', async how => {
    const store = await openStore(await server.newDatabase())
    await store.append([event('u', '1', { key: '1' })])
    await Promise.all([store.eventsOf('u'), store.stats(), store.changesAfter(0, 10)]) // several connections that will break
    await server.stop(how)
    const calls = [store.append([event('u', '2')]), store.eventsOf('u'), store.stats(), store.eraseUser('v')]
    expect(await Promise.all(calls.map(codeOf))).toEqual(calls.map(() => 'ERR_STORE'))
    expect(await codeOf(openStore(server.url))).toBe('ERR_STORE')
    await server.restart()
    expect(await store.append([event('u', '1', { key: '1' }), event('u', '3')])).toEqual([{ sequence: 1, duplicate: true }, { sequence: 2, duplicate: false }])
    expect((await store.eventsOf('u')).map(({ itemId }) => itemId)).toEqual(['1', '3'])
    await store.close()
  })

  test('commits are synced whatever the server or the database was told', async () => {
    const url = await server.newDatabase()
    await server.query(`alter database ${url.split('/').at(-1)} set synchronous_commit = off`)
    const store = await openStore(url)
    const pg = (await import('pg')).default
    const client = new pg.Client(url)
    await client.connect()
    expect((await client.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'off' }])
    // a trigger tells under which setting a row was written
    await client.query(`create table seen (setting text); create function tell() returns trigger language plpgsql as
      $$ begin insert into seen values (current_setting('synchronous_commit')); return new; end $$;
      create trigger tell after insert on matinee_events for each row execute function tell()`)
    await store.append([event('u', '1')])
    expect((await client.query('select setting from seen')).rows).toEqual([{ setting: 'on' }])
    await client.end()
    await store.close()
  })

  test('neither a password nor a server that says nothing makes a call hang or tell a secret', async () => {
    const { createServer } = await import('node:net')
    const silent = createServer(() => undefined)
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const error: unknown = await openStore(`postgres://me:secret@127.0.0.1:${port}/feedback`).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MatineeError)
    expect(String(error)).toMatch(new RegExp(`ERR_STORE: postgres://127.0.0.1:${port}/feedback: the server cannot be reached`))
    expect(String(error)).not.toContain('secret')
    silent.close()
    expect(await codeOf(openStore('postgres://'))).toBe('ERR_STORE')
  })

  test('a schema of a newer matinee is refused', async () => {
    const url = await server.newDatabase()
    await (await openStore(url)).close()
    const pg = (await import('pg')).default
    const client = new pg.Client(url)
    await client.connect()
    await client.query('update matinee_store set schema_version = 99')
    await client.end()
    expect(await codeOf(openStore(url))).toBe('ERR_STORE_NEWER')
  })
})
