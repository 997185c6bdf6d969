// What can go wrong around a SQLite file: a full disk, one that is read-only, a lock that is not let go, two that create it at once;
// and the order in which the system was asked to write, sync and answer.
import { spawnSync } from 'node:child_process'
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { start } from '../shelf/help.ts'
import { event } from './event.ts'
import { childCommand, newFile, temporaryFolder } from './help.ts'

const mayMount = process.platform === 'linux'
  && spawnSync('unshare', ['-rm', 'sh', '-c', `mount -t tmpfs -o size=64k none '${tmpdir()}'`]).status === 0
const unmounted = mayMount ? '' : ' (SKIPPED: no mount namespace here, `unshare -rm` is refused)'
const mayTrace = process.platform === 'linux' && spawnSync('strace', ['-f', '-o', '/dev/null', process.execPath, '--version']).status === 0
const untraced = mayTrace ? '' : ' (SKIPPED: strace is not installed, or may not trace here)'

/** Runs child.ts after the shell command `mount`, in a namespace of its own. */
const mounted = (mount: string, ...args: readonly string[]) => start(['unshare', '-rm', 'sh', '-c', `${mount} && exec "$@"`, 'sh', ...childCommand(...args)])

interface Filled { acknowledged: number[], error: string }
interface Outcome { full: Filled, still: Filled, after: Filled, stored: number[] }

test.runIf(mayMount)(`a disk that fills up is ERR_STORE; with room again writes go on by themselves, and nothing is lost${unmounted}`, async () => {
  const dir = temporaryFolder()
  const mount = `mount -t tmpfs -o size=4m none '${dir}' && head -c 1000000 /dev/zero >'${dir}/ballast'`
  const outcome = JSON.parse((await mounted(mount, 'fill', dir).line('outcome ')).slice('outcome '.length)) as Outcome
  const { full, still, after, stored } = outcome
  expect(full.acknowledged.length).toBeGreaterThan(100)
  expect(full.error).toMatch(/^ERR_STORE .*feedback\.sqlite: the disk is full \(SQLITE_FULL\)\.$/)
  expect(still.acknowledged).toEqual([])
  expect(after).toEqual({ acknowledged: Array.from({ length: 20 }, (_, at) => 200_000 + at), error: '' })
  expect(stored).toEqual([...full.acknowledged, ...after.acknowledged])
})

test.runIf(mayMount)(`a disk with no room for a store is ERR_STORE${unmounted}`, async () => {
  const dir = temporaryFolder()
  const mount = `mount -t tmpfs -o size=64k none '${dir}' && { head -c 64000 /dev/zero >'${dir}/ballast'; true; }`
  expect(await mounted(mount, 'open', join(dir, 'feedback.sqlite')).line('failed')).toMatch(/^failed ERR_STORE .*the disk is full/)
})

test.runIf(mayMount)(`a file that may not be written to is ERR_STORE${unmounted}`, async () => {
  const dir = temporaryFolder()
  const path = join(dir, 'feedback.sqlite')
  const readOnly = `mount --bind '${dir}' '${dir}' && mount -o remount,bind,ro '${dir}'`
  expect(await mounted(readOnly, 'open', path).line('failed')).toMatch(/^failed ERR_STORE .*it cannot be opened/)
  await (await openStore(path)).close()
  expect(await mounted(readOnly, 'open', path).line('failed')).toMatch(/^failed ERR_STORE .*it cannot be opened/)
})

test('a store that another process keeps locked is busy, and goes on when it is let go', async () => {
  const path = newFile()
  const store = await openStore(path)
  const file = new BetterSqlite3(path)
  file.exec('begin immediate')
  const waiting = store.append([event('u', '1')]).then(String, (error: unknown) => String(error))
  expect(await waiting).toMatch(/^MatineeError: ERR_STORE_BUSY: .* is locked by another process/)
  file.exec('commit')
  file.close()
  expect(await store.append([event('u', '1')])).toEqual([{ sequence: 1, duplicate: false }])
  await store.close()
})

test('two processes that create the same file at once make one store, 50 times', async () => {
  const folder = temporaryFolder()
  const both = [start(childCommand('create')), start(childCommand('create'))]
  for (let round = 0; round < 50; round++) {
    for (const child of both) child.process.stdin.write(`${join(folder, `${round}.sqlite`)}\n`)
    for (const child of both) {
      while (child.lines.length <= round && child.process.exitCode === null) await new Promise(resolve => child.process.stdout.once('data', resolve))
    }
  }
  for (let round = 0; round < 50; round++) {
    const made = both.map(({ lines }) => /^made ([0-9a-f]{64}) 1 (true|false)$/.exec(lines[round])?.slice(1) ?? [lines[round]])
    expect(made[0][0], `round ${round}`).toBe(made[1][0])
    expect(made.map(([, duplicate]) => duplicate).sort(), `round ${round}`).toEqual(['false', 'true'])
  }
})

test.runIf(mayTrace)(`a system call trace shows the log synced before the answer${untraced}`, async () => {
  const folder = realpathSync(temporaryFolder())
  const [path, trace] = [join(folder, 'feedback.sqlite'), join(folder, 'trace')]
  writeFileSync(trace, '')
  const traced = ['-f', '-y', '-s', '40', '-o', trace, '-e', 'trace=write,pwrite64,fsync,fdatasync']
  const child = start(['strace', ...traced, ...childCommand('append', path, '0', '1', '30')])
  await child.ended
  const syncing = new Set<string>()
  let [written, synced, answered, answers] = [0, 0, 0, 0]
  readFileSync(trace, 'utf8').split('\n').forEach((line, at) => {
    const [, thread, call] = /^(\d+)\s+(.*)$/.exec(line) ?? ['', '', '']
    if (/^pwrite64\(\d+<[^>]*-wal>/.test(call)) written = at
    else if (/^f(data)?sync\(\d+<[^>]*-wal>/.test(call)) {
      // a call that another thread's came between is done where it is resumed
      if (call.endsWith('= 0')) synced = at
      else syncing.add(thread)
    } else if (/^<\.\.\. f(data)?sync resumed>.*= 0$/.test(call) && syncing.delete(thread)) synced = at
    else if (/^write\(1<[^>]*>, "ack/.test(call)) {
      // one caller: since the last answer the log was written, then synced, and not written again
      expect(written, line).toBeGreaterThan(answered)
      expect(synced, line).toBeGreaterThan(written)
      answered = at
      answers++
    }
  })
  expect(answers).toBe(30)
})
