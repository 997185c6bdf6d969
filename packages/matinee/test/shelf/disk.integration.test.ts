// A full disk and a read-only one, in real life: small file systems that are mounted for the test alone.
//
// They need a mount namespace (`unshare -rm`), which Linux gives to root and mostly to ordinary users too.
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { readVersion, writeVersion } from '../../src/shelf/index.ts'
import { childCommand, noon, sampleFiles, smallSizes, start, temporaryFolder } from './help.ts'

const mayMount = process.platform === 'linux'
  && spawnSync('unshare', ['-rm', 'sh', '-c', `mount -t tmpfs -o size=64k none '${tmpdir()}'`]).status === 0
const skipped = mayMount ? '' : ' (SKIPPED: no mount namespace here, `unshare -rm` is refused)'

interface Outcome {
  readonly first: string
  readonly second: string
  readonly live: string
  readonly names: readonly string[]
}

/** Saves a small version, then one of 3 MB, in `dir`, after the shell command `mount`. */
async function spoil(dir: string, mount: string): Promise<Outcome> {
  const script = `${mount} && exec "$@"`
  const child = start(['unshare', '-rm', 'sh', '-c', script, 'sh', ...childCommand('spoil', dir, '3000')])
  return JSON.parse((await child.line('outcome ')).slice('outcome '.length)) as Outcome
}

test.runIf(mayMount)(`a disk that fills up during a save is ERR_DISK_FULL, leaves nothing, the former one is live${skipped}`, async () => {
  const dir = temporaryFolder()
  const { first, second, live, names } = await spoil(dir, `mount -t tmpfs -o size=1m none '${dir}'`)
  expect(first).toMatch(/-small$/)
  expect(second).toMatch(/^ERR_DISK_FULL cannot write .*als_model\.safetensors: ENOSPC/)
  expect(live).toBe(first)
  expect(names).toEqual(['.lock', first, 'CURRENT'].sort())
})

test.runIf(mayMount)(`a disk with no room at all is ERR_DISK_FULL${skipped}`, async () => {
  const dir = temporaryFolder()
  const { first, live } = await spoil(dir, `mount -t tmpfs -o nr_inodes=2 none '${dir}'`)
  expect(first).toMatch(/^ERR_DISK_FULL /)
  expect(live).toMatch(/^ERR_ARTIFACT_MISSING /)
})

test.runIf(mayMount)(`a disk that is mounted read-only is ERR_READ_ONLY, and its version still loads${skipped}`, async () => {
  const dir = temporaryFolder()
  const version = await writeVersion(dir, { label: 'als', now: noon, manifest: {}, files: sampleFiles(1, smallSizes) })
  const { first, second, live, names } = await spoil(dir, `mount --bind '${dir}' '${dir}' && mount -o remount,bind,ro '${dir}'`)
  for (const outcome of [first, second]) expect(outcome).toMatch(/^ERR_READ_ONLY cannot .*EROFS/)
  expect(live).toBe(version)
  expect(names).toEqual(['.lock', version, 'CURRENT'].sort())
  expect((await readVersion(dir)).version).toBe(version)
})
