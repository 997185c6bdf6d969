// Threads where node:worker_threads exists (Node, Deno, Bun); chosen by the `node` export condition.
//
// A worker outlives its job and waits for the next one: to start takes it 30 ms and more. Waiting, it keeps no program
// from ending, and it ends when nothing comes.
import { Worker } from 'node:worker_threads'
import type { ReadyWorkers, StartWorker, WorkerTask } from './threads.ts'

// Node 24 runs the source as it is; what is published is the compiled file beside it.
const program = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** Milliseconds that a worker waits for a job. */
const PATIENCE_MS = 10_000
/** Bytes of a job after which a worker ends: nothing makes an idle thread let go of what it has seen. */
const MOST_KEPT_BYTES = 64 * 2 ** 20

interface Thread {
  readonly worker: Worker
  /** Of the job it is at; nobody hears of the end of an idle one. */
  onFailure?: ((error: Error) => void) | undefined
  patience?: NodeJS.Timeout
}

const idle: Thread[] = []

export const startWorker: StartWorker = (task, onFailure) => {
  const thread = idle.pop() ?? startThread()
  clearTimeout(thread.patience)
  thread.onFailure = onFailure
  thread.worker.ref()
  thread.worker.postMessage(task)
  const isKept = bytesOf(task) <= MOST_KEPT_BYTES
  const leave = (keep: boolean): void => {
    if (thread.onFailure !== onFailure) return // died, or left before
    if (keep) wait(thread)
    else end(thread)
  }
  return { release: () => leave(isKept), terminate: () => leave(false) }
}

export const readyWorkers: ReadyWorkers = n => {
  while (idle.length < n) wait(startThread())
}

function startThread(): Thread {
  const thread: Thread = { worker: new Worker(program) }
  const fail = (error: Error): void => {
    const { onFailure } = thread
    end(thread)
    onFailure?.(error)
  }
  thread.worker.on('error', fail)
  thread.worker.on('exit', code => fail(new Error(`a worker thread ended with code ${code}`)))
  return thread
}

// A task that comes before the worker is done with the last one waits in its queue.
function wait(thread: Thread): void {
  thread.onFailure = undefined
  thread.worker.unref()
  thread.patience = setTimeout(() => end(thread), PATIENCE_MS).unref()
  idle.push(thread)
}

function end(thread: Thread): void {
  thread.onFailure = undefined
  clearTimeout(thread.patience)
  if (idle.includes(thread)) idle.splice(idle.indexOf(thread), 1)
  void thread.worker.terminate()
}

// The kernels' memory, and the arrays that a job shares or copies.
function bytesOf({ memory, job }: WorkerTask): number {
  const arraysIn = (value: unknown): number => {
    if (ArrayBuffer.isView(value)) return value.byteLength
    return typeof value === 'object' && value !== null ? Object.values(value).reduce<number>((sum, inner) => sum + arraysIn(inner), 0) : 0
  }
  return memory.buffer.byteLength + arraysIn(job)
}
