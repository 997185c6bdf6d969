// The program of a worker: one look after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { MatineeError } from '@matinee/core'
import { look } from './look.ts'
import type { FromWorker, ToWorker, WorkerData } from './looker.ts'

const { input, threads, parallel } = workerData as WorkerData
const say = (message: FromWorker): void => parentPort?.postMessage(message)
let controller = new AbortController()

parentPort?.on('message', async (told: ToWorker) => {
  if (told === 'abort') return controller.abort()
  controller = new AbortController()
  const context = { threads, signal: controller.signal, availableBytes: () => process.availableMemory() / parallel }
  try {
    say(await look(input, told.options, told.seed, context))
  } catch (error) {
    if (!(error instanceof MatineeError && error.code === 'ERR_ABORTED')) throw error
    say('aborted')
  }
})
