// Folders that cannot be written to. A full disk and a read-only mount need a mount: disk.integration.test.ts.
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MatineeError } from '@matinee/core'
import type { ErrorCode } from '@matinee/core'
import { readVersion, writeVersion } from '../../src/shelf/index.ts'
import { guard } from '../../src/shelf/failures.ts'
import { failureOf, noon, sampleFiles, smallSizes, temporaryFolder } from './help.ts'

const save = { label: 'als', now: noon, manifest: {}, files: sampleFiles(1, smallSizes) }
const isRoot = process.getuid?.() === 0

describe('a folder that cannot be written to', () => {
  test('because a parent is a file, is ERR_IO with the path and the cause', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, 'x')
    const error = await failureOf(writeVersion(join(file, 'artifacts'), save), 'ERR_IO')
    expect(error.detail).toContain(join(file, 'artifacts'))
    expect(error.cause).toMatchObject({ code: 'ENOTDIR' })
  })

  test.runIf(existsSync('/sys/kernel'))('because its file system lets nobody, is ERR_READ_ONLY (Linux: /sys, also for root)', async () => {
    const { detail } = await failureOf(writeVersion('/sys/kernel/artifacts', save), 'ERR_READ_ONLY')
    expect(detail).toContain('/sys/kernel/artifacts')
  })

  test.skipIf(isRoot || process.platform === 'win32')(
    'because its permissions forbid it, is ERR_READ_ONLY, and the former version is live (skipped: nothing is forbidden to root)', async () => {
      const dir = temporaryFolder()
      const version = await writeVersion(dir, save)
      chmodSync(join(dir, '.lock'), 0o555)
      chmodSync(dir, 0o555)
      await failureOf(writeVersion(dir, save), 'ERR_READ_ONLY')
      expect((await readVersion(dir)).version).toBe(version)
      chmodSync(dir, 0o755)
      chmodSync(join(dir, '.lock'), 0o755)
    })
})

describe('a system error', () => {
  const rows: [string, ErrorCode][] = [
    ['ENOSPC', 'ERR_DISK_FULL'], ['EDQUOT', 'ERR_DISK_FULL'], ['EFBIG', 'ERR_DISK_FULL'],
    ['EACCES', 'ERR_READ_ONLY'], ['EPERM', 'ERR_READ_ONLY'], ['EROFS', 'ERR_READ_ONLY'], ['EIO', 'ERR_IO'], ['EMFILE', 'ERR_IO'],
  ]
  test.each(rows)('%s becomes %s with what was done, where, and the cause', async (system, code) => {
    const cause = Object.assign(new Error(`${system}: as the system says`), { code: system, syscall: 'write', errno: -1 })
    const error = await failureOf(guard('write', 'artifacts/x', () => Promise.reject(cause)), code)
    expect(error.detail).toBe(`cannot write artifacts/x: ${system}: as the system says.`)
    expect(error.cause).toBe(cause)
  })

  test('is told from a MatineeError and from an error of the program, which pass as they are', async () => {
    for (const error of [new MatineeError('ERR_OPTION', 'x'), new TypeError('y')]) {
      await expect(guard('write', 'x', () => Promise.reject(error))).rejects.toBe(error)
    }
  })
})
