// What the tests of the command share: a run in this process with string streams, and a small file of events.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Writable } from 'node:stream'
import { seededRandom } from '@matinee/core'
import { afterAll, expect } from 'vitest'
import { runCommand } from '../../src/cli/main.ts'

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Place {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

// Each command sees a later second, so that versions are told apart by their names alone.
let seconds = Date.parse('2026-11-23T12:00:00Z') / 1000

/** Runs a command line in this process; MATINEE_DATA_DIR is what `env` says, never this machine's. */
export async function matinee(argv: readonly string[], { cwd, env = {}, signal = new AbortController().signal }: Place): Promise<Outcome> {
  const [stdout, stderr] = [collector(), collector()]
  const io = { stdout: stdout.stream, stderr: stderr.stream, env, cwd, signal, now: () => new Date(1000 * seconds++), interactive: false }
  const code = await runCommand(argv, io)
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

function collector(): { stream: Writable, text: () => string } {
  let text = ''
  const stream = new Writable({ write: (chunk, _, done) => { text += String(chunk); done() } })
  return { stream, text: () => text }
}

/** As matinee, for a command that must succeed with --json; the whole of stdout must be one document. */
export async function json<Document>(argv: readonly string[], place: Place): Promise<Document> {
  const { code, stdout, stderr } = await matinee([...argv, '--json'], place)
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as Document
}

/** As matinee, for a command that must fail in this way, with something to do about it, and nothing but that on stdout. */
export async function fails(argv: readonly string[], place: Place, expected: { code: number, error: string, says: string | RegExp }): Promise<void> {
  const { code, stdout, stderr } = await matinee(argv, place)
  const [message, ...action] = stderr.trimEnd().split('\n')
  expect(message.slice(0, message.indexOf(':'))).toBe(expected.error)
  expect(stderr).toMatch(expected.says)
  expect(action.join('').length).toBeGreaterThan(10)
  expect({ code, stdout }).toEqual({ code: expected.code, stdout: '' })
}

/** A folder that is removed when this file's tests are over; to be called outside of tests. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'matinee-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const HEADER = 'customer,sku,stars,ts'
export const COLUMNS = ['--user', 'customer', '--item', 'sku', '--rating', 'stars', '--time', 'ts'] as const
/** Options that make a fit take no time. */
export const SMALL = ['--factors', '4', '--iterations', '2', '--resamples', '100', '--threads', '1'] as const

/** Events of 30 customers and 25 items, some at equal times, and titles for the items; the same each time. */
export function writeEvents(folder: string, rows = 600): void {
  const { below } = seededRandom(7)
  const lines = Array.from({ length: rows }, (_, at) => `c${below(30)},s${below(25)},${1 + below(5)},${1_700_000_000 + Math.floor(at / 3)}`)
  writeFileSync(join(folder, 'events.csv'), `${[HEADER, ...lines].join('\n')}\n`)
  const items = Array.from({ length: 25 }, (_, item) => `s${item},Thing № ${item},${item % 2 === 0 ? 'new|red' : 'old'},${10 + item}`)
  writeFileSync(join(folder, 'items.csv'), `${['sku,title,tags,price', ...items].join('\n')}\n`)
}

/** The real command, for a child process. */
export const bin = fileURLToPath(new URL('../../bin/matinee.mjs', import.meta.url))

const [major, minor] = process.versions.node.split('.').map(Number)
/** Whether the running Node can start the command from a checkout, without a build. */
export const runsCheckout = major > 24 || (major === 24 && minor >= 10)
