// 5,000 requests that nobody should send, or not so: none ends the service, none is its fault, and at least 30 % reach a handler.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { startService } from './help.ts'
import { hostileRequests, send, type OpenApi } from './hostile.ts'
import { routes } from '../../src/serve/routes/registry.ts'
import type { Route } from '../../src/serve/routes/route.ts'

/** Requests that are sent; `npm run test:soak` sends more. */
const REQUESTS = Number(process.env.MATINEE_HOSTILE_REQUESTS ?? 5000)

test(`${REQUESTS} hostile requests are answered below 500, and the service goes on`, async () => {
  const service = await startService()
  const document = await (await service.ask('/openapi.json')).json() as OpenApi
  let reached = 0
  for (const route of Object.values(routes) as Route[]) {
    const { handle } = route
    Object.assign(route, { handle: (...asked: Parameters<Route['handle']>) => { reached++; return handle(...asked) } })
  }
  const drawn = fc.sample(hostileRequests(document), { numRuns: REQUESTS, seed: 5 })
  const statuses = new Map<number, number>()
  for (let at = 0; at < drawn.length; at += 16) {
    const together = drawn.slice(at, at + 16)
    const answers = await Promise.all(together.map(one => send(service.url, String(service.madeKey), one)))
    for (const [index, status] of answers.entries()) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      expect(status, JSON.stringify(together[index])).toBeLessThan(500)
    }
  }
  console.log(`statuses ${JSON.stringify(Object.fromEntries(statuses))}, ${reached} of ${drawn.length} reached a handler`)
  expect(reached).toBeGreaterThan(0.3 * drawn.length)
  expect(statuses.get(0) ?? 0).toBeLessThan(0.1 * drawn.length)
  expect((await service.client().recommend({ user_id: 'u2', fallback: 'popular' })).version).toBeDefined()
  expect(service.log.join('')).not.toContain('a request failed')
})
