// No threads: pages and edge runtimes. The caller's thread does all the work.
import type { ReadyWorkers, StartWorker } from './threads.ts'

export const startWorker: StartWorker | undefined = undefined
export const readyWorkers: ReadyWorkers | undefined = undefined
