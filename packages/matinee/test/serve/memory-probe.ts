// Loaded into a process before it begins (node --import): at SIGUSR2 it collects the garbage of every thread, as if the system were short of
// memory, and writes what is left, as a line of JSON in the file MATINEE_MEMORY.
import { appendFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import type { Worker } from 'node:worker_threads'
import type { Memory } from './memory.ts'

const workers = new Set<Worker>()
process.on('worker', worker => {
  workers.add(worker)
  worker.once('exit', () => workers.delete(worker))
})

// The inspector reaches the other threads as well, and lets V8 give free pages back, which `gc()` does not.
async function collect(): Promise<void> {
  const session = new Session()
  session.connect()
  let nAsked = 0
  const answered = new Promise<void>(resolve => session.on('NodeWorker.receivedMessageFromWorker', () => { if (--nAsked === 0) resolve() }))
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
    nAsked++
    void session.post('NodeWorker.sendMessageToWorker', { sessionId, message: '{"id":1,"method":"HeapProfiler.collectGarbage"}' })
  })
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  if (workers.size > 0) await answered
  await session.post('HeapProfiler.collectGarbage')
  session.disconnect()
  await new Promise(resolve => setTimeout(resolve, 300)) // finalizers, and threads that unmap pages
}

async function whatIsLeft(): Promise<Memory> {
  await collect()
  await collect() // what finalizers let go of
  const { heapUsed, external, rss } = process.memoryUsage()
  const others = await Promise.all([...workers].map(worker => worker.getHeapStatistics()))
  const used = others.reduce((sum, { used_heap_size: bytes }) => sum + bytes, heapUsed + external)
  return { used: used / 2 ** 20, resident: rss / 2 ** 20 }
}

process.on('SIGUSR2', () => void whatIsLeft().then(memory => appendFileSync(String(process.env.MATINEE_MEMORY), `${JSON.stringify(memory)}\n`)))
