// The examples that answer requests: each is started as its head says, beside a folder of artifacts, and asked.
import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { open } from 'matinee'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COLUMNS, json, runsCheckout, scratchFolder, SMALL, writeEvents } from '../cli/help.ts'
import { read, root } from './documents.ts'

const cwd = scratchFolder()
const running: (() => void)[] = []
afterAll(() => { for (const stop of running) stop() })

let [userId, itemId] = ['', '']
beforeAll(async () => {
  writeEvents(cwd)
  writeFileSync(join(cwd, 'items.csv'), ['sku,title,genres', ...Array.from({ length: 25 }, (_, item) => `s${item},Film ${item},${item % 2 === 0 ? 'Drama|War' : 'Musical'}`), ''].join('\n'))
  await json(['train', 'events.csv', ...COLUMNS, ...SMALL, '--items', 'items.csv'], { cwd })
  const { users, items } = await open(join(cwd, 'artifacts'))
  userId = users.ids[0]
  itemId = items.ids[0]
})

/** Starts an example where its artifacts are; gives the address that it prints. */
async function start(name: string): Promise<string> {
  const example = join(root, 'examples', name)
  const child = spawn(process.execPath, ['--conditions=matinee-source', example], { cwd, env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'] })
  running.push(() => { child.kill('SIGKILL') })
  return new Promise((resolve, reject) => {
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
        if (address !== undefined) resolve(address)
      })
    }
    child.on('exit', code => reject(new Error(`${name} ended with ${code}: ${said}`)))
  })
}

const ask = async (address: string, init?: RequestInit) => {
  const response = await fetch(address, init)
  return { status: response.status, body: await response.json() as unknown }
}
const listOf = (n: number) => ({ recommendations: Array.from({ length: n }, (_, at) => expect.objectContaining({ rank: at + 1, itemId: expect.any(String), score: expect.any(Number) })) })

test('every example is run by a test and listed in the README', () => {
  const tests = read('packages/matinee/test/docs/blocks.test.ts') + read('packages/matinee/test/docs/examples.test.ts')
  for (const name of readdirSync(join(root, 'examples'))) {
    expect(tests).toContain(`'${name}'`)
    expect(read('README.md')).toContain(`(examples/${name})`)
  }
})

describe.skipIf(!runsCheckout).concurrent('an app (skipped: a checkout runs its TypeScript from Node 24.10 on)', () => {
  test('03: Fastify recommends, finds similar items and says who is unknown', async ({ expect }) => {
    const address = await start('03-fastify.ts')
    expect(await ask(`${address}/users/${userId}/recommendations?n=3`)).toMatchObject({ status: 200, body: listOf(3) })
    expect(await ask(`${address}/users/nobody/recommendations`)).toMatchObject({ status: 404, body: { code: 'ERR_UNKNOWN_USER' } })
    expect(await ask(`${address}/users/${userId}/recommendations?n=0`)).toMatchObject({ status: 400 })
    expect(await ask(`${address}/items/nothing/similar`)).toMatchObject({ status: 404, body: { code: 'ERR_UNKNOWN_ITEM' } })
  })

  test('04: Hono recommends by a history and by genre', async ({ expect }) => {
    const address = await start('04-hono.ts')
    const post = (body: string) => ask(`${address}/recommendations`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect(await post(JSON.stringify({ liked: [itemId, 'of tomorrow'] }))).toMatchObject({ status: 200, body: { ...listOf(10), unknownItems: ['of tomorrow'] } })
    expect(await post('{"liked": [1]}')).toMatchObject({ status: 400 })
    expect(await post('{')).toMatchObject({ status: 400 })
    const { body } = await ask(`${address}/users/${userId}/War`)
    const { recommendations } = body as { recommendations: { attributes: { genres: string[] } }[] }
    expect(recommendations.map(({ attributes: { genres } }) => genres.includes('War'))).toEqual(recommendations.map(() => true))
    expect(recommendations.length).toBeGreaterThan(0)
    expect(await ask(`${address}/users/nobody/War`)).toMatchObject({ status: 404 })
  })

  test('05: Express says why', async ({ expect }) => {
    const address = await start('05-express.ts')
    const { status, body } = await ask(`${address}/users/${userId}`)
    expect({ status, body }).toEqual({ status: 200, body: Array.from({ length: 5 }, () => expect.objectContaining({ itemId: expect.any(String), because: expect.any(String) })) })
    expect(await ask(`${address}/users/nobody`)).toMatchObject({ status: 404, body: { code: 'ERR_UNKNOWN_USER' } })
  })

  test('06: a route handler of Next.js answers a Request, and tries again where there were no artifacts at first', async ({ expect }) => {
    const handler = pathToFileURL(join(root, 'examples', '06-next-route.ts')).href
    const script = `
      const { GET } = await import(${JSON.stringify(handler)})
      const ask = async query => { const response = await GET(new Request('http://site/api/recommend' + query)); return { status: response.status, body: await response.json() } }
      const answers = [await ask('?user_id=x').catch(error => error.code)]
      process.chdir(${JSON.stringify(cwd)})
      for (const query of ['?user_id=${userId}&n=2', '?user_id=nobody', '?user_id=x&n=-1']) answers.push(await ask(query))
      console.log(JSON.stringify(answers))`
    const child = spawn(process.execPath, ['--conditions=matinee-source', '--input-type=module', '--eval', script], { cwd: join(root, 'docs'), stdio: ['ignore', 'pipe', 'inherit'] })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString() })
    await new Promise(resolve => child.on('close', resolve))
    expect(JSON.parse(stdout)).toEqual([
      'ERR_ARTIFACT_MISSING', { status: 200, body: listOf(2) }, { status: 404, body: expect.objectContaining({ code: 'ERR_UNKNOWN_USER' }) }, { status: 400, body: expect.anything() },
    ])
  })
})
