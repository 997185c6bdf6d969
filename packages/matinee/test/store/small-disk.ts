// A disk of a few megabytes: a tmpfs in a mount namespace of its own, which needs no root.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  /** Where it is mounted, for who runs inside. */
  readonly folder: string
  /** The command that runs another where the disk is, as a user other than root. */
  inside(command: readonly string[]): [string, ...string[]]
  /** Makes it as large as what lies there and so many megabytes more. */
  leaveFree(megabytes: number): void
  /** When all that ran inside has ended. */
  remove(): void
}

const uid = process.getuid?.() ?? 0
/** Of whoever runs the tests, or any but root's. Outside, its files belong to whoever runs the tests. */
const asOrdinary = ['unshare', '-U', `--map-user=${uid === 0 ? 65_534 : uid}`, `--map-group=${uid === 0 ? 65_534 : process.getgid?.()}`]
const mounting = (folder: string, megabytes: number): string => `mount -t tmpfs -o size=${megabytes}m,mode=700 none '${folder}'`

/** Why there can be none here; empty where there can. */
export const whyNoSmallDisk = process.platform === 'linux'
  && spawnSync('unshare', ['-rm', 'sh', '-c', `${mounting(tmpdir(), 1)} && exec ${asOrdinary.join(' ')} true`]).status === 0
  ? '' : 'no namespaces for mounts and users here'

/** Of 100 MB at first. */
export async function smallDisk(): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'matinee-disk-'))
  // the disk is there as long as this process
  const holder = spawn('unshare', ['-rm', 'sh', '-c', `${mounting(folder, 100)} && echo mounted && exec cat`], { stdio: ['pipe', 'pipe', 'inherit'] })
  await new Promise((resolve, reject) => {
    holder.stdout.once('data', resolve)
    holder.once('close', code => reject(new Error(`the disk ended with ${code}`)))
  })
  const enter = ['-t', String(holder.pid), '-U', '-m', '--preserve-credentials']
  return {
    folder,
    inside: command => ['nsenter', ...enter, ...asOrdinary, ...command],
    leaveFree(free) {
      const size = `$(( $(du -sk '${folder}' | cut -f 1) + ${1024 * free} ))k`
      const { status, stderr } = spawnSync('nsenter', [...enter, 'sh', '-c', `mount -o "remount,size=${size}" none '${folder}'`], { encoding: 'utf8' })
      if (status !== 0) throw new Error(`the disk keeps its size: ${stderr}`)
    },
    remove() {
      holder.stdin.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
