// matinee as others get it: both tarballs of `npm pack` in an empty project, and the command typed there.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { npmCli, withNodeFirst } from '../../../../tools/npm.mjs'
import { runtime, runtimes } from '../../../../tools/nodes.mjs'
import { installInto, pack } from '../../../../tools/pack.mjs'
import { inRoot, readJson } from '../../../../tools/paths.mjs'

const scratch = mkdtempSync(path.join(tmpdir(), 'matinee-command-'))
const project = path.join(scratch, 'project')
const manifest = readJson(inRoot('packages', 'matinee', 'package.json')) as { version: string }

interface Ended { code: number, stdout: string, stderr: string }

/** Runs a program in the project; never throws, so that a failing command shows what it said. */
async function runIn(node: string, args: string[]): Promise<Ended> {
  const env = { ...withNodeFirst(node), MATINEE_DATA_DIR: '', NODE_OPTIONS: '' }
  const run = promisify(execFile)(node, args, { cwd: project, env })
  return await run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number, stdout: string, stderr: string }) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  )
}
const npx = (node: string, ...args: string[]) => runIn(node, [npmCli(), 'exec', '--no', '--', 'matinee', ...args])

function writeEvents(): void {
  const rows = ['customer,sku,ts']
  for (let user = 0; user < 80; user++) {
    for (let step = 0; step < 8; step++) rows.push(`c${user},s${(user % 4) * 10 + ((user * 3 + step * step + step) % 10)},${1_600_000_000 + user * 1000 + step}`)
  }
  const unique = [...new Map(rows.map(row => [row.split(',').slice(0, 2).join(), row])).values()]
  writeFileSync(path.join(project, 'events.csv'), `${unique.join('\n')}\n`)
}

beforeAll(async () => {
  await installInto(project, [await pack('core', scratch), await pack('matinee', scratch)])
  writeEvents()
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe.for(Object.entries(runtimes).filter(([, { name }]) => name === 'node'))('npx matinee in somebody\'s project, on %s', ([, which]) => {
  let node = ''
  beforeAll(async () => {
    node = await runtime(which)
    rmSync(path.join(project, 'artifacts'), { recursive: true, force: true })
  })

  test('says its version', async () => {
    const { code, stdout, stderr } = await npx(node, '--version')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(manifest.version)
  })

  test('trains on a CSV file by column names and recommends what the customer has not had', async () => {
    const trained = await npx(node, 'train', 'events.csv', '--user', 'customer', '--item', 'sku', '--time', 'ts', '--quiet')
    expect(trained.code, trained.stderr).toBe(0)
    expect(existsSync(path.join(project, 'artifacts', 'CURRENT'))).toBe(true)

    const recommended = await npx(node, 'recommend', '--user-id', 'c42', '--n', '5', '--json')
    expect(recommended.code, recommended.stderr).toBe(0)
    const { userId, recommendations } = JSON.parse(recommended.stdout) as { userId: string, recommendations: { rank: number, itemId: string }[] }
    expect(userId).toBe('c42')
    expect(recommendations.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5])
    const had = readFileSync(path.join(project, 'events.csv'), 'utf8').split('\n').filter(row => row.startsWith('c42,')).map(row => row.split(',')[1])
    expect(recommendations.filter(({ itemId }) => had.includes(itemId))).toEqual([])
  })

  test('tunes with two trials at once: the package has the program of its workers', async () => {
    const argv = ['tune', 'events.csv', '--user', 'customer', '--item', 'sku', '--time', 'ts', '--trials', '4', '--range', 'factors=2:8', '--parallel', '2']
    rmSync(path.join(project, 'tuned'), { recursive: true, force: true })
    const tuned = await npx(node, ...argv, '--out', 'tuned', '--quiet', '--json')
    expect(tuned.code, tuned.stderr).toBe(0)
    expect(JSON.parse(tuned.stdout)).toMatchObject([{ model: 'als', wasThere: false }])
  })

  test('an unknown command is wrong usage: exit code 2, nothing on stdout', async () => {
    const { code, stdout } = await npx(node, 'trian')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('a Node that is too old for a checkout', () => {
  test('gets one message with its version, the version needed and what to do, and exit code 1', async () => {
    const { code, stdout, stderr } = await runIn(await runtime(runtimes['node 22.12.0']), [inRoot('packages', 'matinee', 'bin', 'matinee.mjs'), '--version'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^ERR_NODE_VERSION: .*24\.10.*22\.12\.0\.\n.*npm start/)
  })
})
