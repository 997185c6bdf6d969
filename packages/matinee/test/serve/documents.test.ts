// What the documents say of the service: every line of curl is asked, and every code of the table can be met.
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { fit } from '@matinee/core'
import { save } from '../../src/folders.ts'
import { httpErrors } from '../../src/serve/errors.ts'
import { codeBlocks, documents, read } from '../docs/documents.ts'
import { startService, temporaryFolder } from './help.ts'

const hasCurl = spawnSync('curl', ['--version']).status === 0

/** Lines that begin with curl, as words; a shell's quotes are understood, nothing else of a shell. */
const curlLines = documents.flatMap(codeBlocks).filter(({ info }) => info === 'sh').flatMap(({ document, code }) => code.split('\n')
  .filter(line => line.startsWith('curl ')).map(line => ({ document, line, words: [...line.slice(5).matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c) })))

test.skipIf(!hasCurl)('every line of curl is answered with 2xx (skipped: there is no curl)', async () => {
  const dir = temporaryFolder()
  const things = ['chair', 'lamp', '50', '172', ...Array.from({ length: 9 }, (_, at) => `item-${at}`)]
  const events = Array.from({ length: 120 }, (_, at) => ({ userId: at % 7 === 0 ? '42' : String(at % 12), itemId: things[at * 5 % 13], timestamp: at }))
  await save(await fit(events, { factors: 4, iterations: 1, items: things.map(itemId => ({ itemId, title: `A ${itemId}`, tags: ['wood'] })) }), dir)
  const service = await startService({ dir })
  expect(curlLines.some(({ document }) => document === 'README.md')).toBe(true)
  for (const { line, words } of curlLines) {
    const args = words.map(word => word.replace('http://127.0.0.1:8080', service.url).replace('$MATINEE_KEY', String(service.madeKey)))
    const { stdout } = await promisify(execFile)('curl', ['-s', '-w', '\n%{http_code}', ...args])
    expect(stdout.trimEnd().split('\n').at(-1), `${line}\n${stdout}`).toMatch(/^20[02]$/)
  }
})

describe('errors', () => {
  test('are all in the table of http.md, with their status and what to do', () => {
    const rows = [...read('docs/reference/http.md').matchAll(/^\| `(\w+)` \| (\d{3}) \| (.+?) \| (.+?) \|$/gm)]
    expect(rows.map(([, code, status, means, action]) => [code, { status: Number(status), means, action }])).toEqual(Object.entries(httpErrors))
  })
})
