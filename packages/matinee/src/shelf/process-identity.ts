// Is the process that wrote this still the same living process? A pid alone does not say: pids are given again.
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Enough to tell a process from every other one, as far as the system lets us know. */
export interface ProcessIdentity {
  readonly pid: number
  /**
   * The machine, and on Linux the pid namespace: two containers may share a host's name and a folder, and the
   * pids of one mean nothing in the other.
   */
  readonly host: string
  /** On Linux the boot and the clock tick in which the process began; '' where the system does not tell. */
  readonly startedAt: string
}

/** Who we are. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const { pid } = process
  return { pid, host: await ownHost(), startedAt: (await lookUp(pid)).startedAt }
}

/** This machine's name, with the pid namespace where there is one. */
export async function ownHost(): Promise<string> {
  const namespace = await orEmpty(readlink('/proc/self/ns/pid'))
  return namespace === '' ? hostname() : `${hostname()} ${namespace}`
}

/**
 * False only where a process is known to be gone: no process has its pid, or one that began at another time.
 *
 * A process of another host counts as alive, since nothing here can tell. On macOS and Windows a pid that was
 * given again counts as alive too: there `startedAt` is '' (no call without a native module tells it).
 */
export async function isAlive(other: ProcessIdentity): Promise<boolean> {
  if (other.host !== await ownHost()) return true
  try {
    process.kill(other.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false // EPERM: it lives and is somebody else's
  }
  const now = await lookUp(other.pid)
  if (now.ended) return false
  return now.startedAt === '' || other.startedAt === '' || now.startedAt === other.startedAt
}

/** What Linux tells of a process; proc_pid_stat(5): field 3 is the state, 22 the start in ticks since boot. */
async function lookUp(pid: number): Promise<{ readonly startedAt: string; readonly ended: boolean }> {
  const [stat, boot] = await Promise.all([textOf(`/proc/${pid}/stat`), textOf('/proc/sys/kernel/random/boot_id')])
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name before it may hold spaces and brackets
  const [state, ticks] = [fields[0], fields[19]]
  // a zombie has its pid until its parent asks for it, which may be never
  return { startedAt: ticks === undefined ? '' : `${boot.trim()} ${ticks}`, ended: state === 'Z' || state === 'X' }
}

const textOf = (path: string): Promise<string> => orEmpty(readFile(path, 'utf8'))

/** '' where the system has no such file (no Linux) or does not show it (hidepid). */
const orEmpty = (answer: Promise<string>): Promise<string> => answer.catch(() => '')
