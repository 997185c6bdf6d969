// matinee/client by itself: what it loads, and what it makes of an answer that is none of ours.
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createClient } from '../../src/serve/client.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

test.skipIf(!('registerHooks' in nodeModule))('it loads nothing besides itself (skipped: this Node has no hook to see it by)', () => {
  const program = `
    import { registerHooks } from 'node:module'
    const asked = []
    registerHooks({ resolve: (name, context, next) => { asked.push(name); return next(name, context) } })
    await import('matinee/client')
    console.log(JSON.stringify(asked))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=matinee-source', '--input-type=module', '-e', program], { cwd: root, encoding: 'utf8' })
  expect({ loaded: JSON.parse(stdout || '[]') as unknown, stderr }).toEqual({ loaded: ['matinee/client'], stderr: '' })
})

test('an answer that is no JSON of ours is an error with its status', async () => {
  const server = createServer((_, response) => { response.statusCode = 502; response.end('<html>bad gateway</html>') }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise(resolve => server.once('listening', resolve))
  const client = createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await expect(client.model()).rejects.toMatchObject({ name: 'ServiceError', status: 502, code: 'unknown' })
})
