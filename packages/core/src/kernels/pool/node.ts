// Threads where node:worker_threads exists (Node, Deno, Bun); chosen by the `node` export condition.
import { Worker } from 'node:worker_threads'
import type { StartWorker } from './threads.ts'

// Node 24 runs the source as it is; what is published is the compiled file beside it.
const program = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

export const startWorker: StartWorker = (task, onFailure) => {
  const worker = new Worker(program, { workerData: task })
  worker.on('error', onFailure)
  worker.on('exit', code => { if (code !== 0) onFailure(new Error(`a worker thread ended with code ${code}`)) })
  return { terminate: () => void worker.terminate() }
}
