// The real command in a process of its own: exit codes, Ctrl-C, a pipe that is closed early.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { bin, COLUMNS, runsCheckout, scratchFolder, SMALL, writeEvents } from './help.ts'

const cwd = scratchFolder()
beforeAll(() => writeEvents(cwd))
const TRAIN = ['train', 'events.csv', ...COLUMNS, ...SMALL, '--k', '3'] as const

interface Ended { code: number | null, signal: string | null, stdout: string, stderr: string }

/** Starts the command; `during` may do something to it once it runs. */
function start(argv: readonly string[], during: (child: ReturnType<typeof spawn>) => void = () => {}): Promise<Ended> {
  const { MATINEE_DATA_DIR: _, ...env } = process.env
  const child = spawn(process.execPath, [bin, ...argv], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => { output.stdout += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { output.stderr += chunk.toString() })
  during(child)
  return new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal, ...output })))
}

describe.skipIf(!runsCheckout).concurrent('the command (skipped: a checkout runs its TypeScript from Node 24.10 on)', () => {
  test('trains in silence but for the answer, one JSON document, when told to', async () => {
    const { code, stdout, stderr } = await start([...TRAIN, '--json', '--quiet'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ version: expect.stringMatching(/-als$/) })
  })

  test('exits with 2 for wrong usage and 1 for what fails', async () => {
    const [usage, failure] = await Promise.all([start(['trian']), start(['recommend', '--user-id', 'c1', '--artifacts', 'nowhere'])])
    expect([usage.code, failure.code]).toEqual([2, 1])
    expect(failure.stderr).not.toMatch(/^ +at /m) // a message, no stack
  })

  test('does not mind a reader who has enough', async () => {
    const { code, stderr } = await start([...TRAIN, '--out', 'piped', '--json'], child => child.stdout?.destroy())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test.skipIf(process.platform === 'win32')('ends with 130 on SIGINT and leaves no version, no CURRENT and no lock (skipped: Windows sends no SIGINT)', async () => {
    const argv = [...TRAIN, '--out', 'interrupted', '--iterations', '1000', '--factors', '256', '--solver', 'cholesky']
    const ended = await start(argv, async child => {
      while (!readdirSync(cwd).includes('interrupted')) await new Promise(resolve => setTimeout(resolve, 10))
      child.kill('SIGINT')
    })
    expect({ code: ended.code, signal: ended.signal, stderr: ended.stderr }).toEqual({ code: 130, signal: null, stderr: expect.stringContaining('ERR_ABORTED') })
    expect(readdirSync(join(cwd, 'interrupted'))).toEqual(['.lock'])
    expect(readdirSync(join(cwd, 'interrupted', '.lock'))).toEqual([])
  })
})
