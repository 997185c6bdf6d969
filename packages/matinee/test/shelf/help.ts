// What the tests of the shelf share: folders that vanish, versions of known content, child processes that save.
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MatineeError, seededRandom } from '@matinee/core'
import type { ErrorCode } from '@matinee/core'
import { expect, onTestFinished } from 'vitest'

/** A folder that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'matinee-shelf-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const noon = new Date('2026-11-23T12:00:00.000Z')
/** `n` seconds after noon: versions that are told apart by their names. */
export const secondsLater = (n: number): Date => new Date(noon.getTime() + 1000 * n)

/** The files of a version, a function of `seed` and the sizes alone. */
export function sampleFiles(seed: number, sizes: Readonly<Record<string, number>>): Map<string, Uint8Array> {
  const random = seededRandom(seed)
  return new Map(Object.entries(sizes).map(([name, size]) => {
    const words = Uint32Array.from({ length: Math.ceil(size / 4) }, () => random.uint32())
    return [name, new Uint8Array(words.buffer, 0, size)]
  }))
}

/** Sizes of a version that is written in no time. */
export const smallSizes = { 'als_model.safetensors': 5000, 'user_map.json': 700, 'item_map.json': 900, 'metrics.json': 60, 'none.json': 0 }

export const asObject = (files: ReadonlyMap<string, Uint8Array>): Record<string, string> =>
  Object.fromEntries([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')]))

/** The MatineeError that `work` throws; anything else fails the test. */
export async function failureOf(work: Promise<unknown>, code: ErrorCode): Promise<MatineeError> {
  const outcome: unknown = await work.then(value => ({ value }), (error: unknown) => error)
  expect(outcome).toBeInstanceOf(MatineeError)
  expect(outcome).toMatchObject({ code })
  return outcome as MatineeError
}

/** Names in an artifacts folder, sorted, and what lies in its lock. */
export const namesOf = (dir: string): string[] => readdirSync(dir).sort()

const childFile = fileURLToPath(new URL('./child.ts', import.meta.url))
// Node 22 before 22.18 strips types only when asked
const flags = ['--conditions=matinee-source', ...(process.features.typescript ? [] : ['--experimental-strip-types'])]

/** The command that runs child.ts, for those who start it through another program. */
export const childCommand = (...args: readonly string[]): [string, ...string[]] => [process.execPath, ...flags, childFile, ...args]

export interface Child {
  readonly process: ChildProcessWithoutNullStreams
  /** All lines on stdout so far. */
  readonly lines: string[]
  /** Resolves with the first line, old or new, that begins so; rejects if the child ends without it. */
  readonly line: (beginning: string) => Promise<string>
  /** Resolves with all lines once the child is gone and its output read to the end. */
  readonly ended: Promise<string[]>
}

/** Starts a program that says what it does on stdout, line by line; killed when the test is over. */
export function start([command, ...args]: readonly string[]): Child {
  const child = spawn(command, args, { stdio: 'pipe' })
  const lines: string[] = []
  const listeners = new Set<() => void>()
  let rest = ''
  let errors = ''
  let over = false
  const tell = (): void => [...listeners].forEach(listener => listener())
  child.stdin.on('error', () => undefined) // EPIPE when it is gone before it read
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    tell()
  })
  const ended = new Promise<string[]>(resolve => child.on('close', () => {
    over = true
    tell()
    resolve(lines)
  }))
  const line = (beginning: string): Promise<string> => new Promise((resolve, reject) => {
    const look = (): void => {
      const found = lines.find(text => text.startsWith(beginning))
      if (found === undefined && !over) return
      listeners.delete(look)
      if (found !== undefined) resolve(found)
      else reject(new Error(`the child ended without "${beginning}": ${lines.join(' | ')} ${errors}`))
    }
    listeners.add(look)
    look()
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { process: child, lines, line, ended }
}

export const startChild = (...args: readonly string[]): Child => start(childCommand(...args))
