// What the kernel was asked, in which order: each file is forced to the disk before CURRENT names it.
import { spawnSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readVersion } from '../../src/shelf/index.ts'
import { childCommand, start, temporaryFolder } from './help.ts'

const mayTrace = process.platform === 'linux' && spawnSync('strace', ['-f', '-o', '/dev/null', process.execPath, '--version']).status === 0
const skipped = mayTrace ? '' : ' (SKIPPED: strace is not installed, or may not trace here)'

/** A system call that succeeded; `path` is what it was done to, `to` the new name of a rename. */
interface Call {
  readonly name: 'write' | 'sync' | 'rename'
  readonly path: string
  readonly to?: string
}

/** Reads what `strace -f -y` wrote; a call that was interrupted by another thread's counts where it was finished. */
function parseTrace(trace: string): Call[] {
  const begun = new Map<string, string>()
  return trace.split('\n').flatMap((line): Call[] => {
    const [, thread, text] = /^(\d+)\s+(.*)$/.exec(line) ?? ['', '', '']
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(text)
    if (unfinished) begun.set(thread, unfinished[1])
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)
    const whole = resumed ? `${begun.get(thread) ?? ''}${resumed[1]}` : text
    const onFile = /^(p?write(?:v|64)?|f(?:data)?sync)\(\d+<([^>]*)>.*\)\s+= (\d+)/.exec(whole)
    if (onFile) return [{ name: onFile[1].includes('write') ? 'write' : 'sync', path: onFile[2] }]
    const rename = /^rename\w*\((?:AT_FDCWD[^,]*, )?"([^"]*)", (?:AT_FDCWD[^,]*, )?"([^"]*)".*\)\s+= 0/.exec(whole)
    return rename ? [{ name: 'rename', path: rename[1], to: rename[2] }] : []
  })
}

test.runIf(mayTrace)(`a system call trace shows every file and folder synced before CURRENT${skipped}`, { timeout: 60_000 }, async () => {
  const dir = realpathSync(temporaryFolder())
  const trace = join(realpathSync(temporaryFolder()), 'trace')
  const traced = ['-f', '-y', '-s', '8', '-o', trace, '-e', 'trace=write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2']
  const child = start(['strace', ...traced, ...childCommand('save', dir, 'als', '3000')])
  await child.line('ready')
  child.process.stdin.end('1\n')
  await child.line('saved')
  await child.ended
  const { version, files } = await readVersion(dir)
  const calls = parseTrace(readFileSync(trace, 'utf8')).filter(({ path }) => path.startsWith(dir))

  const named = calls.findIndex(({ to }) => to === join(dir, 'CURRENT'))
  const moved = calls.findIndex(({ to }) => to === join(dir, version))
  expect(named).toBeGreaterThan(moved)
  expect(moved).toBeGreaterThan(0)
  const incoming = calls[moved].path
  const last = (name: Call['name'], path: string): number => calls.findLastIndex(call => call.name === name && call.path === path)

  // every file of the version: its last write, then its sync, then the folder's sync, then the folder's own name
  const synced = last('sync', incoming)
  expect(synced).toBeGreaterThan(0)
  expect(synced).toBeLessThan(moved)
  expect(files.size).toBe(5)
  for (const name of [...files.keys(), 'manifest.json']) {
    const path = join(incoming, name)
    expect(last('write', path), name).toBeGreaterThanOrEqual(0)
    expect(last('sync', path), name).toBeGreaterThan(last('write', path))
    expect(last('sync', path), name).toBeLessThan(synced)
  }
  const manifest = calls.findIndex(({ name, path }) => name === 'write' && path === join(incoming, 'manifest.json'))
  for (const name of files.keys()) expect(last('sync', join(incoming, name)), `${name} before the manifest`).toBeLessThan(manifest)

  // the version's name is on the disk, and so is the new CURRENT, before it takes the place of the former
  const temporary = calls[named].path
  const written = last('write', temporary)
  expect(calls.slice(moved, written).some(({ name, path }) => name === 'sync' && path === dir), 'artifacts folder').toBe(true)
  expect(last('sync', temporary)).toBeGreaterThan(written)
  expect(last('sync', temporary)).toBeLessThan(named)
  expect(written).toBeGreaterThan(moved)
  // and that it did so is on the disk before the save is over; nothing is written into the version any more
  expect(last('sync', dir)).toBeGreaterThan(named)
  expect(calls.some(({ name, path }) => name === 'write' && path.startsWith(join(dir, version)))).toBe(false)
})
