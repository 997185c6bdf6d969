// One writer at a time, without a lock that outlives its process and without a moment in which two take over one.
//
// Each contender puts an entry of its own, under a name never used before, into `.lock/`, and then lists the
// folder. It has the lock if no other living entry is there; otherwise it takes its entry away again. Of two
// contenders at least one sees the other, since each writes before it lists: so both may fail (and try again
// after a random pause), but both never succeed. An entry of a dead process may be deleted by anybody at any
// time, because no later entry can have its name. Nothing is ever taken over, so no takeover can race.
import { randomInt } from 'node:crypto'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { MatineeError } from '@matinee/core'
import { createFile, ensureFolder, namesIn, readBytes, removeWhole, renameWhole, uniqueSuffix, writtenAt } from './disk.ts'
import { checkFolder, LOCK_FOLDER } from './names.ts'
import { isAlive, ownHost, ownIdentity } from './process-identity.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** Proof that the caller holds the lock of a folder; good until `withLock`'s work ends. */
export interface Lock {
  /** Absolute. */
  readonly dir: string
  readonly what: string
}

interface Entry extends ProcessIdentity {
  readonly what: string
}

interface Rival {
  readonly path: string
  readonly since: Date
  /** Absent where the file holds none. */
  readonly entry?: Entry
}

const held = new WeakSet<Lock>()

/**
 * Runs `work` while no other process, and no other call in this one, holds the lock of the folder `dir`.
 *
 * `what` is told to those who are refused, e.g. `train`. Pass the lock on to `writeVersion`, `useVersion` and
 * `pruneVersions` inside `work`; they would be refused without it. The folder is created if it is not there.
 * Throws ERR_LOCKED after some tenths of a second if another holds it, ERR_DISK_FULL, ERR_READ_ONLY, ERR_IO.
 */
export async function withLock<T>(dir: string, what: string, work: (lock: Lock) => Promise<T>): Promise<T> {
  checkFolder(dir)
  const folder = join(dir, LOCK_FOLDER)
  await ensureFolder(folder)
  const entry = await acquire(folder, what)
  const lock: Lock = { dir: resolve(dir), what }
  held.add(lock)
  let result: T
  try {
    result = await work(lock)
  } catch (error) {
    held.delete(lock)
    await removeWhole(entry).catch(() => undefined) // the first error is the one to tell; the entry dies with us
    throw error
  }
  held.delete(lock)
  await removeWhole(entry)
  return result
}

/** Runs `work` under `lock` if the caller has it already, else under a lock of its own. Throws ERR_LOCKED for one not held. */
export async function underLock<T>(dir: string, what: string, lock: Lock | undefined, work: () => Promise<T>): Promise<T> {
  if (!lock) return withLock(dir, what, work)
  if (held.has(lock) && lock.dir === resolve(dir)) return work()
  const problem = `the lock of ${lock.dir} (${lock.what}) was given for ${resolve(dir)}, expected one that is held for this folder.`
  throw new MatineeError('ERR_LOCKED', problem)
}

const ATTEMPTS = 8

async function acquire(folder: string, what: string): Promise<string> {
  const self = { ...await ownIdentity(), what }
  for (let attempt = 1; ; attempt++) {
    const name = entryName(self)
    await enter(folder, name, self)
    let rival: Rival | undefined
    try {
      rival = await firstLivingRival(folder, name)
    } catch (error) {
      await removeWhole(join(folder, name)).catch(() => undefined) // as above
      throw error
    }
    if (!rival) return join(folder, name)
    await removeWhole(join(folder, name))
    if (attempt === ATTEMPTS) throw await refusal(rival)
    await pause(randomInt(5, 25 * attempt))
  }
}

const entryName = ({ host, pid }: ProcessIdentity): string =>
  `${host.split(' ')[0].replace(/[^A-Za-z0-9.-]/g, '_').slice(0, 64)}-${pid}-${uniqueSuffix()}`

const UNREADY = '.unready'

/** An entry appears complete or not at all: synced, so that even a power cut leaves no empty one, then renamed. */
async function enter(folder: string, name: string, entry: Entry): Promise<void> {
  const unready = join(folder, name + UNREADY)
  try {
    await createFile(unready, new TextEncoder().encode(`${JSON.stringify(entry)}\n`))
    await renameWhole(unready, join(folder, name))
  } catch (error) {
    await removeWhole(unready).catch(() => undefined) // the first error is the one to tell
    throw error
  }
}

/** Deletes what dead processes left, and finds an entry of a living one, if there is any but our own. */
async function firstLivingRival(folder: string, own: string): Promise<Rival | undefined> {
  let rival: Rival | undefined
  for (const name of await namesIn(folder) ?? []) {
    if (name === own) continue
    const path = join(folder, name)
    if (name.endsWith(UNREADY)) {
      if (await leftByTheDead(name)) await removeWhole(path)
      continue
    }
    const since = await writtenAt(path)
    const bytes = await readBytes(path, () => undefined)
    if (!since || !bytes) continue // given back since we listed
    const entry = parseEntry(bytes)
    if (entry && !await isAlive(entry)) await removeWhole(path)
    else rival ??= { path, since, ...(entry && { entry }) }
  }
  return rival
}

/** An unready entry is no lock, only rubbish once its process is gone; its name is all that is known of it. */
async function leftByTheDead(name: string): Promise<boolean> {
  const pid = Number(/-(\d+)-[0-9a-f]{16}\.unready$/.exec(name)?.[1] ?? NaN)
  const host = await ownHost()
  const ours = name.startsWith(entryName({ host, pid, startedAt: '' }).slice(0, -16))
  return ours && Number.isSafeInteger(pid) && pid > 0 && !await isAlive({ pid, host, startedAt: '' })
}

/** Undefined for bytes that are no entry: whoever put them there, they hold the lock until somebody removes them. */
function parseEntry(bytes: Uint8Array): Entry | undefined {
  try {
    const { pid, host, startedAt, what } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
    const isPid = Number.isSafeInteger(pid) && (pid as number) > 0 // kill(0) and kill(−1) would mean whole groups
    if (!isPid || typeof host !== 'string' || typeof startedAt !== 'string' || typeof what !== 'string') return undefined
    return { pid: pid as number, host, startedAt, what }
  } catch {
    return undefined
  }
}

async function refusal({ path, since, entry }: Rival): Promise<MatineeError> {
  const then = since.toISOString()
  if (!entry) {
    const advice = 'If nothing else writes here, delete it.'
    return new MatineeError('ERR_LOCKED', `${path}, there since ${then}, names no process, expected a free lock. ${advice}`)
  }
  const foreign = entry.host !== await ownHost()
  const doubt = 'It is another machine or container, so nothing here can tell whether it still runs'
  const advice = foreign ? ` ${doubt}; if not, delete ${path}.` : ''
  const holder = `process ${entry.pid} on ${entry.host} (${entry.what}, since ${then})`
  return new MatineeError('ERR_LOCKED', `the folder is locked by ${holder} through ${path}, expected a free lock.${advice}`)
}
