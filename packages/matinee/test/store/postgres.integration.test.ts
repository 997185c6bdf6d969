// The contract on a real PostgreSQL, and what happens when the server goes away.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MatineeError } from '@matinee/core'
import { openStore } from '../../src/store/index.ts'
import { codeOf, storeContract } from './contract.ts'
import { event } from './event.ts'
import { temporaryFolder } from './help.ts'
import { losingProxy } from './losing-proxy.ts'
import { startPostgres, whyNoPostgres, type PostgresServer } from './postgres.ts'

const mayTrace = process.platform === 'linux' && spawnSync('strace', ['-f', '-o', '/dev/null', process.execPath, '--version']).status === 0
const untraced = mayTrace ? '' : ' (SKIPPED: strace is not installed, or may not trace here)'
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

  test('a server that is stopped under load: what was acknowledged is there, none twice', async () => {
    const store = await openStore(await server.newDatabase())
    const [acknowledged, unknown]: [string[], string[]] = [[], []]
    let over = false
    const callers = Array.from({ length: 8 }, async (_, caller) => {
      for (let n = 0; !over; n++) {
        const item = `${caller}-${n}`
        await store.append([event('u', item)]).then(() => acknowledged.push(item), () => unknown.push(item))
        await new Promise(resolve => setTimeout(resolve, 1))
      }
    })
    while (acknowledged.length < 200) await new Promise(resolve => setTimeout(resolve, 1))
    await server.stop('immediate')
    await server.restart()
    const before = acknowledged.length
    while (acknowledged.length < before + 200) await new Promise(resolve => setTimeout(resolve, 1))
    over = true
    await Promise.all(callers)
    const stored = (await store.eventsOf('u')).map(({ itemId }) => itemId)
    expect(unknown.length).toBeGreaterThan(0)
    expect(new Set(stored).size).toBe(stored.length)
    expect(acknowledged.filter(item => !stored.includes(item))).toEqual([])
    await store.close()
  })

  test('a commit whose answer is lost is reported as unknown and not repeated; with a key it may be sent again', async () => {
    const url = await server.newDatabase()
    const proxy = await losingProxy(Number(new URL(url).port))
    const store = await openStore(url.replace(/:\d+\//, `:${proxy.port}/`))
    proxy.loseNextCommit()
    const error: unknown = await store.append([event('u', '1'), event('u', '2', { key: 'k' })]).catch((thrown: unknown) => thrown)
    expect(String(error)).toMatch(/^MatineeError: ERR_STORE: .*It is not known whether the last commit was done/)
    expect(await store.append([event('u', '2', { key: 'k' })])).toEqual([{ sequence: 2, duplicate: true }])
    expect((await store.eventsOf('u')).map(({ itemId }) => itemId)).toEqual(['1', '2'])
    await store.close()
    proxy.close()
  })

  test.runIf(mayTrace)(`a system call trace of the server shows the log synced before it answers a commit${untraced}`, async () => {
    const store = await openStore(await server.newDatabase())
    const trace = join(temporaryFolder(), 'trace')
    const tracing = spawn('strace', ['-f', '-y', '-s', '40', '-o', trace, '-e', 'trace=fdatasync,fsync,sendto', '-p', String(server.pid())], { stdio: ['ignore', 'ignore', 'pipe'] })
    await new Promise(resolve => tracing.stderr.once('data', resolve)) // `attached`
    const traced = await openStore(await server.newDatabase()) // a connection that began under the trace
    for (let n = 0; n < 20; n++) await traced.append([event('u', String(n))])
    await Promise.all([store.close(), traced.close()])
    const ended = new Promise(resolve => tracing.once('close', resolve))
    tracing.kill('SIGINT')
    await ended
    const synced = new Set<string>()
    let answers = 0
    for (const line of readFileSync(trace, 'utf8').split('\n')) {
      const [, process, call] = /^(\d+)\s+(.*)$/.exec(line) ?? ['', '', '']
      // interrupted or not, the process's own next call is its answer
      if (/^f(data)?sync\(\d+<[^>]*pg_wal/.test(call)) synced.add(process)
      else if (/^sendto\(.*COMMIT/.test(call)) {
        expect(synced.delete(process), line).toBe(true)
        answers++
      }
    }
    expect(answers).toBeGreaterThanOrEqual(20)
  })

  test('commits are synced whatever the server or the database was told', async () => {
    const url = await server.newDatabase()
    await server.query(`alter database ${url.split('/').at(-1)} set synchronous_commit = off`)
    const store = await openStore(url)
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
    const client = new pg.Client(url)
    await client.connect()
    await client.query('update matinee_store set schema_version = 99')
    await client.end()
    expect(await codeOf(openStore(url))).toBe('ERR_STORE_NEWER')
  })
})
