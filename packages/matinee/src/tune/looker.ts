// Looks at several configurations at once, where that is wanted: each in a worker with its share of the threads, over one
// training set that all see. What comes out is the same. A look that has no other beside it is taken here, with all threads.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { MatineeError, threadsOf } from '@matinee/core'
import { look, type LookContext, type LookInput, type Outcome } from './look.ts'
import type { Options } from './space.ts'

/** Fits and measures configurations. */
export interface Looker {
  /** Looks that may be under way together. */
  readonly atOnce: number
  /** isAlone: no other is under way. Throws as `look`. */
  look(options: Options, seed: number, signal: AbortSignal, isAlone: boolean): Promise<Outcome>
  close(): Promise<void>
}

/** What a worker is given, */
export interface WorkerData { readonly input: LookInput, readonly threads: number, readonly parallel: number }
/** what it is told, */
export type ToWorker = { readonly options: Options, readonly seed: number } | 'abort'
/** and what it says: an outcome, or that it was aborted. */
export type FromWorker = Outcome | 'aborted'

// Node 24 runs the source as it is, and is told to take core's too. What is published is one file an entrance, and which one
// this code lies in is the bundler's choice: there the worker's program is found from the package.
const isSource = import.meta.url.endsWith('.ts')
const program = isSource
  ? new URL('./look-worker.ts', import.meta.url)
  : join(createRequire(import.meta.url).resolve('matinee/package.json'), '..', 'dist', 'tune', 'look-worker.js')
const execArgv = isSource ? ['--conditions=matinee-source', '--disable-warning=ExperimentalWarning'] : []

/** parallel: looks at once; for one no worker is started. */
export function startLooker(input: LookInput, parallel: number, context: Omit<LookContext, 'signal'>): Looker {
  const threads = Math.max(1, Math.floor(threadsOf(context) / parallel))
  let shared: LookInput | undefined
  const idle: Worker[] = []
  const all: Worker[] = []
  const start = (): Worker => {
    const worker = new Worker(program, { execArgv, workerData: { input: shared ??= inSharedMemory(input), threads, parallel } satisfies WorkerData })
    all.push(worker)
    return worker
  }
  return {
    atOnce: parallel,
    async look(options, seed, signal, isAlone) {
      if (isAlone || parallel === 1) return look(input, options, seed, { ...context, signal })
      const worker = idle.pop() ?? start()
      const outcome = await ask(worker, { options, seed }, signal)
      idle.push(worker)
      if (outcome === 'aborted') throw new MatineeError('ERR_ABORTED', 'the look was cancelled.', { cause: signal.reason })
      return outcome
    },
    async close() {
      await Promise.all(all.map(worker => worker.terminate()))
    },
  }
}

function ask(worker: Worker, question: ToWorker, signal: AbortSignal): Promise<FromWorker> {
  return new Promise((resolve, reject) => {
    const abort = (): void => worker.postMessage('abort' satisfies ToWorker)
    const settle = (end: () => void): void => {
      worker.off('message', answer).off('error', fail).off('exit', exit)
      signal.removeEventListener('abort', abort)
      end()
    }
    const answer = (outcome: FromWorker): void => settle(() => resolve(outcome))
    const fail = (error: Error): void => settle(() => reject(error))
    const exit = (code: number): void => fail(new MatineeError('ERR_WORKER', `a worker of the search ended with code ${code}.`))
    worker.on('message', answer).on('error', fail).on('exit', exit)
    worker.postMessage(question)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
  })
}

// The same value with its arrays in memory that workers see without a copy of their own.
function inSharedMemory<Value>(value: Value): Value {
  if (ArrayBuffer.isView(value)) {
    const array = value as unknown as Uint8Array
    if (array.buffer instanceof SharedArrayBuffer) return value
    const constructor = array.constructor as new (buffer: SharedArrayBuffer) => Uint8Array
    const copy = new constructor(new SharedArrayBuffer(array.byteLength))
    copy.set(array)
    return copy as Value
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inSharedMemory<unknown>(inner)])) as Value
}
