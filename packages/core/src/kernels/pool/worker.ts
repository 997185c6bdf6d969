// The program of a worker thread.
import { workerData } from 'node:worker_threads'
import { chunkDoer } from '../wasm/job.ts'
import { instantiate } from '../wasm/module.ts'
import { workUntilEnded } from './gate.ts'
import type { WorkerTask } from './threads.ts'

const { module, memory, gate, job, slot } = workerData as WorkerTask
workUntilEnded(gate, chunkDoer(job, instantiate(module, memory), memory, slot))
