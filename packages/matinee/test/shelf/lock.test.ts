// One writer at a time, and no lock of the dead.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listVersions, pruneVersions, readVersion, useVersion, withLock, writeVersion } from '../../src/shelf/index.ts'
import { ownIdentity } from '../../src/shelf/process-identity.ts'
import { childCommand, failureOf, noon, sampleFiles, secondsLater, smallSizes, startChild, temporaryFolder } from './help.ts'

const lockNames = (dir: string): string[] => readdirSync(join(dir, '.lock'))
const isLinux = process.platform === 'linux'

/** Puts a lock entry there as another process would have left it. */
function leaveEntry(dir: string, entry: object | string, name = `elsewhere-1-${'a'.repeat(16)}`): string {
  mkdirSync(join(dir, '.lock'), { recursive: true })
  writeFileSync(join(dir, '.lock', name), typeof entry === 'string' ? entry : JSON.stringify(entry))
  return join(dir, '.lock', name)
}

/** The pid of a process that has just ended. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid

describe('the lock', () => {
  test('gives back what the work gives, and is free afterwards, also when the work fails', async () => {
    const dir = temporaryFolder()
    expect(await withLock(dir, 'a', async () => 7)).toBe(7)
    await expect(withLock(dir, 'a', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect(lockNames(dir)).toEqual([])
    expect(await withLock(dir, 'a', async () => 8)).toBe(8)
  })

  test('excludes a second call in the same process, which is told who, what and since when', async () => {
    const dir = temporaryFolder()
    await withLock(dir, 'train ml-100k', async () => {
      const { detail } = await failureOf(withLock(dir, 'b', async () => 1), 'ERR_LOCKED')
      expect(detail).toContain(`process ${process.pid} on ${hostname()}`)
      expect(detail).toMatch(/\(train ml-100k, since \d{4}-\d\d-\d\dT/)
      expect(detail).toContain(join(dir, '.lock', lockNames(dir)[0]))
    })
  })

  test('held by another process refuses save, use and prune, and is free once that process is killed', async () => {
    const dir = temporaryFolder()
    const save = { label: 'als', now: noon, manifest: {}, files: sampleFiles(1, smallSizes) }
    const version = await writeVersion(dir, save)
    const child = startChild('hold', dir)
    await child.line('held')
    for (const work of [() => writeVersion(dir, save), () => useVersion(dir, version), () => pruneVersions(dir, { keep: 1 })]) {
      expect((await failureOf(work(), 'ERR_LOCKED')).detail).toContain(`process ${child.process.pid} `)
    }
    child.process.kill('SIGKILL')
    await child.ended
    expect(lockNames(dir)).toHaveLength(1)
    await useVersion(dir, version)
    expect(lockNames(dir)).toEqual([])
  })

  test.runIf(isLinux)('of a killed process that nobody has buried is free (Linux: a zombie keeps its pid)', async () => {
    const dir = temporaryFolder()
    const quoted = childCommand('hold', dir).map(word => `'${word}'`).join(' ')
    // sleep becomes the child's parent and never asks how it ended; the pipe to stdin stays open
    const parent = spawn('sh', ['-c', `exec 3<&0; ${quoted} <&3 & exec sleep 60`], { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void parent.kill('SIGKILL'))
    await new Promise(resolve => parent.stdout.once('data', resolve))
    const { pid } = JSON.parse(readFileSync(join(dir, '.lock', lockNames(dir)[0]), 'utf8')) as { pid: number }
    process.kill(pid, 'SIGKILL')
    const state = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1][0]
    while (state() !== 'Z') await new Promise(resolve => setImmediate(resolve))
    expect(await withLock(dir, 'next', async () => 1)).toBe(1)
  })

  test('of a dead process is taken over, with what that process had not finished', async () => {
    const dir = temporaryFolder()
    const self = await ownIdentity()
    const pid = deadPid()
    leaveEntry(dir, { ...self, pid, what: 'train' })
    leaveEntry(dir, '', `${hostname()}-${pid}-${'b'.repeat(16)}.unready`)
    expect(await withLock(dir, 'next', async () => lockNames(dir).length)).toBe(1)
    expect(lockNames(dir)).toEqual([])
  })

  test.runIf(isLinux)('of a dead process whose pid was given again is taken over (Linux: the start time differs)', async () => {
    const dir = temporaryFolder()
    const self = await ownIdentity()
    leaveEntry(dir, { ...self, startedAt: `${self.startedAt}0`, what: 'train' })
    expect(await withLock(dir, 'next', async () => 1)).toBe(1)
  })

  test('of another host counts as held, and the message names the file to delete', async () => {
    const dir = temporaryFolder()
    const path = leaveEntry(dir, { pid: deadPid(), host: 'another-host', startedAt: '', what: 'train' })
    const { detail } = await failureOf(withLock(dir, 'next', async () => 1), 'ERR_LOCKED')
    expect(detail).toContain(`if not, delete ${path}`)
    expect(existsSync(path)).toBe(true)
  })

  test.each(['', 'null', '{"pid":0,"host":"h","startedAt":"","what":""}'])(
    'whose entry is %j counts as held, and the message names the file to delete', async content => {
      const dir = temporaryFolder()
      const path = leaveEntry(dir, content)
      const { detail } = await failureOf(withLock(dir, 'next', async () => 1), 'ERR_LOCKED')
      expect(detail).toContain(path)
      expect(detail).toContain('delete it')
    })

  test('lets no two of three processes in at the same time, over 30 turns', { timeout: 60_000 }, async () => {
    const dir = temporaryFolder()
    const children = [1, 2, 3].map(() => startChild('critical', dir, '10'))
    expect((await Promise.all(children.map(child => child.ended))).flat()).toEqual(['alone', 'alone', 'alone'])
    expect(lockNames(dir)).toEqual([])
  })
})

describe('two writers at once', () => {
  test('in one process: whoever is refused is told so, and what is there is whole', async () => {
    const dir = temporaryFolder()
    const saves = [1, 2, 3].map(seed => writeVersion(dir, {
      label: 'als', now: secondsLater(seed), manifest: {}, files: sampleFiles(seed, smallSizes),
    }))
    const outcomes = await Promise.allSettled(saves)
    const saved = outcomes.filter(({ status }) => status === 'fulfilled')
    expect(saved.length).toBeGreaterThanOrEqual(1)
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'ERR_LOCKED' })
    expect(await listVersions(dir)).toHaveLength(saved.length)
    await readVersion(dir)
  })

  test('in two processes: at least one saves, the other saves after it or is refused', { timeout: 60_000 }, async () => {
    const dir = temporaryFolder()
    const children = ['one', 'two'].map(label => startChild('save', dir, label, '2000'))
    await Promise.all(children.map(child => child.line('ready')))
    children.forEach(child => child.process.stdin.end('1\n'))
    const last = (await Promise.all(children.map(child => child.ended))).map(lines => lines.at(-1) ?? '')
    const saved = last.filter(line => line.startsWith('saved '))
    expect(saved.length).toBeGreaterThanOrEqual(1)
    expect(last.filter(line => !line.startsWith('saved ') && line !== 'failed ERR_LOCKED')).toEqual([])
    expect((await listVersions(dir)).map(({ name }) => `saved ${name}`).sort()).toEqual(saved.sort())
    await readVersion(dir)
    expect(lockNames(dir)).toEqual([])
  })
})
