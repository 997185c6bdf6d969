// The OpenAPI document: sound by a linter, and true of what is answered.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { routes } from '../../src/serve/routes/registry.ts'
import { FeedbackAnswer, ModelAnswer, RecommendAnswer, SimilarAnswer, StatusAnswer, UserHistoryAnswer } from '../../src/serve/wire.ts'
import { startService, temporaryFolder } from './help.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const redocly = join(dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')), 'bin', 'cli.js')

interface Document { readonly openapi: string, readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>> }

test('the linter finds nothing, and every route of the registry stands in the document', async () => {
  const service = await startService()
  const document = await (await service.ask('/openapi.json')).json() as Document
  expect(document.openapi).toBe('3.1.0')
  const operations = Object.values(document.paths).flatMap(path => Object.values(path).map(({ operationId }) => operationId))
  expect(operations.sort()).toEqual(Object.keys(routes).sort())
  const file = join(temporaryFolder(), 'openapi.json')
  writeFileSync(file, JSON.stringify(document, null, 2))
  const { status, stdout, stderr } = spawnSync(process.execPath, [redocly, 'lint', file, '--config', join(root, 'tools', 'redocly.yaml')], {
    encoding: 'utf8', env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  })
  expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' })
})

test('answers are as their schemas say, to the last field', async () => {
  const service = await startService()
  const client = service.client({ key: service.madeKey })
  const holds = (schema: TSchema, answer: unknown): void => {
    const check = Compile(schema)
    expect(check.Check(answer) ? [] : [answer, check.Errors(answer)]).toEqual([])
  }
  holds(FeedbackAnswer, await client.feedback({ user_id: 'u1', item_id: 'i1' }))
  holds(RecommendAnswer, await client.recommend({ user_id: 'u1', n: 100 }))
  holds(RecommendAnswer, await client.recommend({ user_id: 'u2', explain: true }))
  holds(RecommendAnswer, await client.recommend({ user_id: 'nobody', fallback: 'popular' }))
  holds(RecommendAnswer, await client.recommendFor({ history: [{ item_id: 'i1' }, { item_id: 'nothing' }] }))
  holds(SimilarAnswer, await client.similar({ item_id: 'i1' }))
  holds(UserHistoryAnswer, await client.userHistory('u1'))
  holds(ModelAnswer, await client.model())
  holds(StatusAnswer, await client.status())
})

test('the page of documents loads nothing that its policy forbids', async () => {
  const service = await startService()
  const page = await service.ask('/docs')
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toContain('script-src \'self\'')
  const html = await page.text()
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=/)
  for (const [, url] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
    expect(url).toMatch(/^\/docs\//)
    const answer = await service.ask(url)
    await answer.bytes()
    expect([url, answer.status]).toEqual([url, 200])
  }
})
