// systemd's own judgement of the unit, where systemd is.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { read } from './documents.ts'

const folder = mkdtempSync(join(tmpdir(), 'matinee-unit-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const isThere = spawnSync('systemd-analyze', ['--version']).status === 0

describe.skipIf(!isThere)('matinee.service (skipped where there is no systemd-analyze)', () => {
  const file = join(folder, 'matinee.service')
  writeFileSync(file, read('deploy/matinee.service').replace('/usr/local/bin/matinee', '/bin/true')) // it wants a program that exists
  const analyze = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, file], { encoding: 'utf8' })
    return { status, said: stdout + stderr }
  }

  test('is a unit without a fault', () => {
    expect(analyze('verify')).toEqual({ status: 0, said: '' })
  })

  test('is exposed by 1.5 of 10 at most', () => {
    expect(analyze('security', '--offline=yes', '--threshold=15', '--no-pager').status).toBe(0)
    expect(analyze('security', '--offline=yes', '--threshold=5', '--no-pager').status).not.toBe(0) // it does judge
  })
})
