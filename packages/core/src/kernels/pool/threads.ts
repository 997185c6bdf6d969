// What a thread adapter (node.ts, none.ts) offers.
import type { Job } from '../wasm/job.ts'

/** All that a worker is given; sent by structured clone, shared memory stays shared. */
export interface WorkerTask {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly gate: Int32Array
  readonly job: Job
  /** Which scratch is the worker's. */
  readonly slot: number
}

/**
 * Puts a worker on the task, one that waits or a new one; `onFailure` is called at most once, when it dies.
 * `release` when the gate has ended: the worker may be given another task. `terminate` after a failure.
 */
export type StartWorker = (task: WorkerTask, onFailure: (error: Error) => void) => { release(): void, terminate(): void }

/** Sees to it that `n` workers wait for a task; they keep no program from ending. */
export type ReadyWorkers = (n: number) => void
