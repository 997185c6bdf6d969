// Work that a process of its own does: training anew, rewriting versions without erased users. One of a kind at a time.
import { spawn, type ChildProcess } from 'node:child_process'
import { HttpError } from './errors.ts'

export type JobKind = 'retrain' | 'erase'

export interface JobRecord {
  readonly kind: JobKind
  readonly state: 'running' | 'done' | 'failed'
  readonly startedAt: Date
  readonly endedAt: Date | null
  /** null while it runs, and where a signal ended it. */
  readonly exitCode: number | null
  /** Its last lines. */
  readonly output: readonly string[]
}

/** Lines of a job that are kept. */
const LINES = 200
/** Characters of a line that are kept. */
const WIDTH = 2000

export class Jobs {
  readonly #commandLine: readonly string[]
  readonly #onEnd: (job: JobRecord) => void
  readonly #latest = new Map<JobKind, JobRecord>()
  readonly #running = new Map<JobKind, { readonly child: ChildProcess, readonly ended: Promise<void> }>()

  /** commandLine: the program and its first arguments, to which the kind and the job's own are added. */
  constructor(commandLine: readonly string[], onEnd: (job: JobRecord) => void) {
    this.#commandLine = commandLine
    this.#onEnd = onEnd
  }

  /** The latest of each kind. */
  get latest(): readonly JobRecord[] {
    return [...this.#latest.values()]
  }

  isRunning(kind: JobKind): boolean {
    return this.#running.has(kind)
  }

  /** Throws already_running. */
  start(kind: JobKind, args: readonly string[], env: Readonly<Record<string, string>> = {}): JobRecord {
    if (this.isRunning(kind)) throw new HttpError('already_running', `a ${kind} is under way.`)
    const [program, ...first] = this.#commandLine
    const record: { -readonly [Field in keyof JobRecord]: JobRecord[Field] } & { output: string[] } =
      { kind, state: 'running', startedAt: new Date(), endedAt: null, exitCode: null, output: [] }
    const child = spawn(program, [...first, kind, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    const keep = lines(line => {
      record.output.push(line)
      if (record.output.length > LINES) record.output.shift()
    })
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const ended = new Promise<void>(resolve => {
      const end = (exitCode: number | null): void => {
        if (record.state !== 'running') return
        Object.assign(record, { state: exitCode === 0 ? 'done' : 'failed', exitCode, endedAt: new Date() })
        this.#running.delete(kind)
        resolve()
        this.#onEnd(record)
      }
      child.on('error', error => {
        record.output.push(error.message)
        end(null)
      })
      child.on('close', end)
    })
    this.#latest.set(kind, record)
    this.#running.set(kind, { child, ended })
    return record
  }

  /** Ends what is under way, and resolves when it is gone. A job leaves nothing half done, whenever it ends. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ child, ended }) => {
      child.kill('SIGTERM')
      return ended
    }))
  }
}

function lines(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = ''
  return chunk => {
    const parts = (rest + chunk.toString()).split('\n')
    rest = (parts.pop() ?? '').slice(-WIDTH)
    for (const part of parts) if (part.trim() !== '') onLine(part.slice(0, WIDTH))
  }
}
