// The program of a worker thread: job after job, as they are posted.
import { parentPort } from 'node:worker_threads'
import { chunkDoer } from '../wasm/job.ts'
import { instantiate } from '../wasm/module.ts'
import { workUntilEnded } from './gate.ts'
import type { WorkerTask } from './threads.ts'

parentPort?.on('message', ({ module, memory, gate, job, slot }: WorkerTask) => {
  workUntilEnded(gate, chunkDoer(job, instantiate(module, memory), memory, slot))
})
