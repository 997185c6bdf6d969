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

/** Starts a worker on the task; `onFailure` is called at most when it dies. */
export type StartWorker = (task: WorkerTask, onFailure: (error: Error) => void) => { terminate(): void }
