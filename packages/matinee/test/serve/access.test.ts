// Every route of the registry, asked in every way in which one can be refused; and what the limits are.
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MatineeError } from '@matinee/core'
import { makeKey } from '../../src/serve/keys.ts'
import { Limiter } from '../../src/serve/limiter.ts'
import { routes } from '../../src/serve/routes/registry.ts'
import type { Route } from '../../src/serve/routes/route.ts'
import { openStore } from '../../src/store/index.ts'
import { saveVersion, startForFile, startService, temporaryFolder, until, type Started } from './help.ts'

/** What each route is asked with, so that its handler is reached. */
const asked: Readonly<Record<keyof typeof routes, { readonly path: string, readonly body?: object, readonly status?: number }>> = {
  recommend: { path: '/recommend?user_id=u1' },
  recommendForHistory: { path: '/recommend', body: { history: [{ item_id: 'i1' }] } },
  similar: { path: '/similar?item_id=i1' },
  items: { path: '/items?q=star' },
  item: { path: '/items/i1' },
  patchItem: { path: '/items/i1', body: { boost: 2 } },
  userHistory: { path: '/users/u1/history' },
  eraseUser: { path: '/users/u40', status: 202 },
  model: { path: '/model' },
  feedback: { path: '/feedback', body: { user_id: 'u1', item_id: 'i1' } },
  undoFeedback: { path: '/feedback?user_id=u1&item_id=i30', status: 404 },
  list: { path: '/lists/block' },
  putList: { path: '/lists/block', body: { item_ids: ['i9'] } },
  retrain: { path: '/admin/retrain', status: 202 },
  reload: { path: '/admin/reload' },
  rollback: { path: '/admin/rollback', body: {}, status: 404 },
  status: { path: '/admin/status' },
  healthz: { path: '/healthz' },
  readyz: { path: '/readyz' },
  metrics: { path: '/metrics' },
}

interface Answer { readonly status: number, readonly code: string | undefined }

/** As fetch, but with any Host and Origin. */
function ask(url: string, method: string, path: string, headers: Record<string, string>, body?: object): Promise<Answer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers: { ...headers, ...(body && { 'content-type': 'application/json' }) } }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => { text += part }).on('end', () => {
        const code = /^\{"error":\{"code":"(\w+)"/.exec(text)?.[1]
        resolve({ status: response.statusCode ?? 0, code })
      })
    })
    sent.on('error', reject).end(body && JSON.stringify(body))
  })
}

const scopes = ['read', 'write', 'admin'] as const
const ways = ['no key', 'wrong key', ...scopes, 'foreign Host', 'foreign Origin'] as const

function expected(way: typeof ways[number], scope: Route['scope'], open: boolean, reached: number): number {
  if (way === 'foreign Host') return 421
  if (way === 'foreign Origin') return 403
  if (scope === 'public') return reached
  if (way === 'no key') return open && scope !== 'admin' ? reached : 401
  if (way === 'wrong key') return 401
  return scopes.indexOf(way) >= scopes.indexOf(scope) ? reached : 403
}

describe.each([['keys of all scopes', false], ['a key of scope admin only', true]])('with %s', (_, open) => {
  let service: Started
  const dir = mkdtempSync(join(tmpdir(), 'matinee-serve-'))
  afterAll(async () => {
    await service.close()
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  })
  const keys = new Map<string, string>([['wrong key', 'matinee_wrong']])
  beforeAll(async () => {
    await saveVersion(dir)
    const store = await openStore(`${dir}/feedback.sqlite`)
    for (const scope of scopes) if (!open || scope === 'admin') keys.set(scope, await makeKey(store, `the-${scope}`, scope, new Date(0)))
    await store.close()
    service = await startForFile({ dir })
  })

  test.each(Object.entries(routes) as [keyof typeof routes, Route][])('%s', async (name, { method, scope }) => {
    const { path, body, status = 200 } = asked[name]
    const table: Record<string, number> = {}
    const wanted: Record<string, number> = {}
    for (const way of ways) {
      const key = way.startsWith('foreign') ? keys.get('admin') : keys.get(way)
      if (key === undefined && way !== 'no key') continue // there is no such key here
      const headers = {
        ...(key !== undefined && { authorization: `Bearer ${key}` }), ...(way === 'foreign Host' && { host: 'evil.example' }), ...(way === 'foreign Origin' && { origin: 'https://evil.example' }),
      }
      if (name === 'retrain') await until(async () => (await service.client({ key: keys.get('admin') }).status()).jobs.every(({ state }) => state !== 'running'))
      table[way] = (await ask(service.url, method, path, headers, body)).status
      wanted[way] = expected(way, scope, open, status)
    }
    expect(table).toEqual(wanted)
  })
})


describe('hosts and origins', () => {
  test('loopback names, allowed hosts and the page\'s own origin are served, whatever the port; others are not', async () => {
    const { url } = await startService({ allowHosts: ['shop.internal'], cors: ['https://shop.example'] })
    const status = async (headers: Record<string, string>): Promise<number> => (await ask(url, 'GET', '/healthz', headers)).status
    for (const host of ['localhost', 'LOCALHOST:99', '127.0.0.1:1', '[::1]:8080', 'shop.internal', 'shop.internal:80']) expect([host, await status({ host })]).toEqual([host, 200])
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'localhost@evil.example', '127.0.0.2']) expect([host, await status({ host })]).toEqual([host, 421])
    for (const origin of ['https://shop.example', 'http://localhost:5', 'https://localhost:5']) expect([origin, await status({ host: 'localhost:5', origin })]).toEqual([origin, 200])
    for (const origin of ['null', 'http://localhost', 'https://shop.example.evil', 'http://shop.example']) expect([origin, await status({ host: 'localhost:5', origin })]).toEqual([origin, 403])
  })

  test('a page of a listed origin may read the answer, and nobody else', async () => {
    const { url } = await startService({ cors: ['https://shop.example'] })
    const allowed = async (origin: string): Promise<string | null> => (await fetch(`${url}/healthz`, { headers: { origin } })).headers.get('access-control-allow-origin')
    expect(await allowed('https://shop.example')).toBe('https://shop.example')
    expect(await allowed('https://evil.example')).toBe(null)
    expect(await (await startService()).ask('/healthz').then(({ headers }) => headers.get('access-control-allow-origin'))).toBe(null)
  })

  test('a body that is not sent as JSON is refused, as a page could send it without being asked', async () => {
    const service = await startService()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const { status } = await service.ask('/feedback', { method: 'POST', headers: { 'content-type': type }, body: '{"user_id":"u1","item_id":"i1"}' })
      expect([type, status]).toEqual([type, 415])
    }
    const zipped = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    for (const body of [gzipSync('{"user_id":"u1","item_id":"i1"}'), '{"user_id":"u1","item_id":"i1"}']) {
      expect((await service.ask('/feedback', { method: 'POST', headers: zipped, body })).status).toBe(415)
    }
  })
})

describe('keys', () => {
  test('where nobody made one, an admin key is made once, and only its hash is kept', async () => {
    const dir = temporaryFolder()
    await saveVersion(dir)
    const first = await startService({ dir })
    expect((await first.client({ key: first.madeKey }).status()).version).toBe(first.version)
    await first.close()
    const second = await startService({ dir })
    expect([second.madeKey, second.needsKey]).toEqual([undefined, false])
    expect((await second.client({ key: first.madeKey }).status()).version).toBe(first.version)
    await second.close()
    const kept = await openStore(second.storePath)
    expect(JSON.stringify(await kept.apiKeys())).not.toContain(first.madeKey)
    await kept.close()
    expect(first.log.join('') + second.log.join('')).not.toContain(first.madeKey)
  })

  test('another address than loopback is refused as long as there is no key', async () => {
    const dir = temporaryFolder()
    await saveVersion(dir)
    const store = await openStore(`${dir}/feedback.sqlite`)
    const error = await startService({ dir, host: '0.0.0.0' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MatineeError)
    expect(error).toMatchObject({ code: 'ERR_OPTION' })
    await makeKey(store, 'shop', 'read', new Date(0))
    await store.close()
    const service = await startService({ dir, host: '0.0.0.0' })
    expect((await service.ask('/recommend?user_id=u1')).status).toBe(401)
  })

  test('a key that is made or removed while the service runs counts after a moment', async () => {
    const service = await startService()
    const store = await openStore(service.storePath)
    const key = await makeKey(store, 'shop', 'read', new Date(0))
    const status = async (headers: Record<string, string>): Promise<number> => (await service.ask('/model', { headers })).status
    await until(async () => await status({}) === 401)
    expect(await status({ 'x-api-key': key })).toBe(200)
    await store.removeApiKey('shop')
    await until(async () => await status({ 'x-api-key': key }) === 401)
    await store.close()
  })
})

describe('limits', () => {
  test('a caller who asks more often than the limit is told when to come back; another is not', async () => {
    let now = 5000
    const limiter = new Limiter(2, () => now)
    const headers: Record<string, unknown> = {}
    const reply = { header: (name: string, value: unknown) => { headers[name] = value; return reply } } as unknown as Parameters<Limiter['count']>[1]
    limiter.count('a', reply)
    limiter.count('a', reply)
    expect(headers).toEqual({ 'ratelimit-remaining': '0' })
    now += 20_000
    expect(() => limiter.count('a', reply)).toThrow(/more than 2 requests/)
    expect(headers['retry-after']).toBe('40')
    limiter.count('b', reply)
    now += 40_000
    limiter.count('a', reply)
  })

  test('the limit is counted by key, and by address without one', async () => {
    const dir = temporaryFolder()
    await saveVersion(dir)
    const store = await openStore(`${dir}/feedback.sqlite`)
    const key = await makeKey(store, 'admin', 'admin', new Date(0))
    await store.close()
    const service = await startService({ dir, perMinute: 3 })
    const codes = async (headers: Record<string, string>): Promise<number[]> => {
      const all: number[] = []
      for (let at = 0; at < 4; at++) all.push((await service.ask('/healthz', { headers })).status)
      return all
    }
    expect(await codes({})).toEqual([200, 200, 200, 429])
    expect(await codes({ authorization: `Bearer ${key}` })).toEqual([200, 200, 200, 429])
    expect(await codes({ authorization: 'Bearer made-up' })).toEqual([429, 429, 429, 429])
  })

  test('too long a URL, too large a header and a body, and what is no HTTP are refused in the one shape', async () => {
    const service = await startService()
    const codeOf = async (answer: Promise<Response>): Promise<unknown> => {
      const response = await answer
      return [response.status, (await response.json() as { error: { code: string } }).error.code]
    }
    expect(await codeOf(service.ask(`/items?q=${'x'.repeat(9000)}`))).toEqual([414, 'url_too_long'])
    expect(await codeOf(service.ask('/healthz', { headers: { 'x-long': 'x'.repeat(20_000) } }))).toEqual([431, 'headers_too_large'])
    const body = JSON.stringify({ user_id: 'u1', item_id: 'i1', type: 'x'.repeat(2 ** 20) })
    expect(await codeOf(service.ask('/feedback', { method: 'POST', headers: { 'content-type': 'application/json' }, body }))).toEqual([413, 'too_large'])
    expect(await codeOf(service.ask('/nothing'))).toEqual([404, 'not_found'])
    expect(await codeOf(service.ask('/items/%zz'))).toEqual([400, 'invalid_request'])
    const { port } = new URL(service.url)
    const raw = await new Promise<string>(resolve => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end('NONSENSE\r\n\r\n'))
      let text = ''
      socket.on('data', part => { text += part.toString() }).on('close', () => resolve(text))
    })
    expect(raw).toMatch(/^HTTP\/1.1 400 [^]*"code":"invalid_request"/)
  })

  test('while the event loop lags, requests are refused, but not the question whether the process answers', async () => {
    const service = await startService()
    let over = false
    const spin = (): void => {
      for (const end = performance.now() + 450; performance.now() < end;);
      if (!over) setImmediate(spin)
    }
    spin()
    let refused: Response
    do refused = await service.ask('/model')
    while (refused.status === 200)
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toMatchObject([503, '1', { error: { code: 'overloaded' } }])
    expect((await service.ask('/healthz')).status).toBe(200)
    over = true
    await until(async () => (await service.ask('/model')).status === 200)
  })

  test('helmet\'s headers are on every answer, errors included', async () => {
    const service = await startService()
    for (const path of ['/healthz', '/nothing', '/docs', '/items/%zz']) {
      const answer = await service.ask(path)
      await answer.bytes()
      const { headers } = answer
      const policy = headers.get('content-security-policy')
      if (path === '/docs') expect(policy).toContain('default-src \'none\'; script-src \'self\';')
      else expect([path, policy]).toEqual([path, 'default-src \'none\';frame-ancestors \'none\''])
      expect([path, policy?.includes('frame-ancestors \'none\''), headers.get('x-content-type-options'), headers.get('referrer-policy'),
        headers.get('cross-origin-resource-policy')]).toEqual([path, true, 'nosniff', 'no-referrer', 'same-origin'])
    }
  })
})
