// The program of a worker thread.
import { workerData } from 'node:worker_threads'
import { alsThread } from '../wasm/als-thread.ts'
import { instantiate } from '../wasm/module.ts'
import { workUntilEnded } from './gate.ts'
import type { WorkerTask } from './threads.ts'

const { module, memory, gate, als, slot } = workerData as WorkerTask
workUntilEnded(gate, alsThread(instantiate(module, memory), memory, als, slot))
