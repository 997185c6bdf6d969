// The tools around the packages: one set-up at a time, and sums that hide nothing.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { countStep } from '../../../../tools/ci-summary.mjs'
import { whileLocked } from '../../../../tools/once.mjs'
import { inRoot } from '../../../../tools/paths.mjs'
import { skipReason } from '../../../../tools/skipped-reporter.mjs'

const scratch = mkdtempSync(path.join(tmpdir(), 'matinee-tools-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('the set-up lock', () => {
  test('lets one piece of work in at a time', async () => {
    const file = path.join(scratch, 'one.lock')
    let inside = 0
    const work = async () => {
      inside++
      expect(inside).toBe(1)
      await Promise.resolve()
      inside--
    }
    const said: string[] = []
    await Promise.all([1, 2, 3].map(() => whileLocked(file, line => said.push(line), work)))
    expect(existsSync(file)).toBe(false)
    expect(said.every(line => line.includes(String(process.pid)))).toBe(true)
  })

  test('is taken over from a process that is gone', async () => {
    const file = path.join(scratch, 'gone.lock')
    writeFileSync(file, String(2 ** 22 - 1)) // above every process id that Linux gives out by default
    expect(await whileLocked(file, () => {}, async () => readFileSync(file, 'utf8'))).toBe(String(process.pid))
  })

  test('is let go when the work fails', async () => {
    const file = path.join(scratch, 'fails.lock')
    await expect(whileLocked(file, () => {}, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network')
    expect(existsSync(file)).toBe(false)
  })
})

describe('the sums of .ci/run', () => {
  const file = (status: string, ...statuses: string[]) => ({
    name: inRoot('packages/a.test.ts'), status, assertionResults: statuses.map((one, at) => ({ status: one, fullName: `test ${at}` })),
  })
  const count = (code: number, ...testResults: ReturnType<typeof file>[]) => countStep('tests', code, '1', { testResults }, true)

  test('add up what passed, failed and was skipped', () => {
    expect(count(1, file('failed', 'passed', 'failed', 'skipped'), file('passed', 'passed'))).toMatchObject({ passed: 2, failed: 1 })
    expect(count(0, file('passed', 'passed', 'pending')).skipped).toEqual(['packages/a.test.ts: test 1 (no reason given)'.replaceAll('/', path.sep)])
  })

  test('count a file that does not load, a runner that crashes and a run without tests as failed', () => {
    expect(count(1, file('failed'), file('passed', 'passed'))).toMatchObject({ passed: 1, failed: 1 })
    expect(count(1, file('passed', 'passed'))).toMatchObject({ passed: 1, failed: 1 })
    expect(count(0)).toMatchObject({ passed: 0, failed: 1 })
    expect(countStep('tests', 137, '1', undefined, true)).toMatchObject({ passed: 0, failed: 1 })
  })

  test('count a static check as one', () => {
    expect(countStep('lint', 0, '1', undefined, false)).toMatchObject({ passed: 1, failed: 0 })
    expect(countStep('lint', 2, '1', undefined, false)).toMatchObject({ passed: 0, failed: 1 })
  })
})

test('the reason for a skipped test stands in its name', () => {
  expect(skipReason('ML-100K (skipped: no MATINEE_DATA_DIR) popularity reaches .0859')).toBe('no MATINEE_DATA_DIR')
  expect(skipReason('popularity reaches .0859')).toBeUndefined()
})
