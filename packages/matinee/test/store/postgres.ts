// A real PostgreSQL for a test: in a temporary folder, on a free port of the loopback address, as an ordinary user.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import pg from 'pg'
import type { SmallDisk } from './small-disk.ts'

export interface PostgresServer {
  /** Of a database that is there. */
  readonly url: string
  /** Makes an empty database; its URL. */
  newDatabase(): Promise<string>
  /** Runs one statement in the database of `url`. */
  query(text: string): Promise<readonly Record<string, unknown>[]>
  /** `fast` ends connections in good order, `immediate` is a crash. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
  /** After a stop: the same data on the same port. */
  restart(): Promise<void>
  /** The process that listens. */
  pid(): number
  isRunning(): boolean
  /** Stops and removes the folder. */
  remove(): Promise<void>
}

/** Why there can be no server here; empty where there can. */
export const whyNoPostgres = ((): string => {
  if (binaries() === undefined) return 'PostgreSQL is not installed'
  return isRoot() && ordinaryUser() === undefined ? 'PostgreSQL refuses to run as root, and there is no other user' : ''
})()

/** What of a server lies on a small disk, the rest does not. */
interface OnSmallDisk {
  readonly disk: SmallDisk
  readonly holds: 'log' | 'tables'
}

/** Makes a cluster and starts it. */
export async function startPostgres(small?: OnSmallDisk): Promise<PostgresServer> {
  const bin = binaries() ?? ''
  const user = isRoot() && !small ? ordinaryUser() : undefined
  const folder = mkdtempSync(join(tmpdir(), 'matinee-postgres-'))
  if (user) chownSync(folder, user.uid, user.gid)
  const folderOf = (part: OnSmallDisk['holds'], name: string): string => join(small?.holds === part ? small.disk.folder : folder, name)
  const command = (name: string, args: readonly string[]): [string, string[]] => {
    const [first, ...rest] = small ? small.disk.inside([join(bin, name), ...args]) : [join(bin, name), ...args]
    return [first, rest]
  }
  const data = folderOf('tables', 'data')
  const options = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C' } }
  const flagsOfData = ['-D', data, '-X', folderOf('log', 'pg_wal'), '-U', 'matinee', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--wal-segsize=1']
  const made = spawnSync(...command('initdb', flagsOfData), { ...options, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const port = await freePort()
  const url = `postgres://matinee@127.0.0.1:${port}/postgres`
  let server: ChildProcess | undefined
  let nDatabases = 0

  const query = async (text: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new pg.Client(url)
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query(text)).rows as Record<string, unknown>[]
    } finally {
      await client.end()
    }
  }
  const restart = async (): Promise<void> => {
    const flags = ['-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
    const child = spawn(...command('postgres', ['-D', data, ...flags]), { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => { log = (log + text).slice(-4000) })
    server = child
    for (;;) {
      try {
        await query('select 1')
        return
      } catch (error) {
        if (child.exitCode !== null) throw new Error(`postgres ended: ${log}`, { cause: error })
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    }
  }
  const stop = async (how: 'fast' | 'immediate' = 'fast'): Promise<void> => {
    const child = server
    if (!child || child.exitCode !== null) return
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await ended
  }
  await restart()
  return {
    url, query, stop, restart,
    pid: () => server?.pid ?? 0,
    isRunning: () => server?.exitCode === null && server.signalCode === null,
    async newDatabase() {
      const name = `test${nDatabases++}`
      await query(`create database ${name}`)
      return url.replace(/postgres$/, name)
    },
    async remove() {
      await stop('immediate')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** The folder of initdb and postgres: on the PATH, or where Debian puts the newest. */
function binaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)).map(version => join(debian, version, 'bin')) : []
  return [...versions, ...(process.env.PATH ?? '').split(delimiter)].find(folder => ['initdb', 'postgres'].every(name => existsSync(join(folder, name))))
}

function ordinaryUser(): { readonly uid: number, readonly gid: number } | undefined {
  for (const name of ['postgres', 'nobody']) {
    const ids = ['-u', '-g'].map(flag => Number.parseInt(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout, 10))
    if (ids.every(id => id > 0)) return { uid: ids[0], gid: ids[1] }
  }
  return undefined
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
