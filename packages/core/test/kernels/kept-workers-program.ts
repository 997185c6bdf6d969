// A program of its own that fits several times and prints how many workers each fit started; then nothing is left to do.
import { resolveOptions } from '../../src/base/index.ts'
import { trainingSet } from '../../src/dataset/index.ts'
import { readyKernels } from '../../src/kernels/index.ts'
import { alsOptions } from '../../src/model/als/options.ts'
import { fitAls } from '../../src/model/index.ts'
import { randomInteractions } from '../random-problem.ts'

const training = trainingSet(randomInteractions(600, 300, 0.1, 9), 'log')
const options = resolveOptions(alsOptions, { factors: 8, iterations: 3 })
let started = 0
process.on('worker', () => { started++ })

async function startedBy(work: () => Promise<unknown>): Promise<number> {
  const before = started
  await work()
  await new Promise(resolve => setImmediate(resolve)) // the event comes a tick later
  return started - before
}
const fit = (threads: number, cancelAfter = Infinity): Promise<number> => startedBy(() => {
  const controller = new AbortController()
  const onProgress = ({ done }: { done: number }): void => { if (done >= cancelAfter) controller.abort() }
  return fitAls(training, options, { seed: 1, threads, signal: controller.signal, onProgress }).catch(() => {})
})

const counts = {
  'three threads': await fit(3),
  'three again': await fit(3),
  'two': await fit(2),
  'five': await fit(5),
  'five, cancelled': await fit(5, 1),
  'five once more': await fit(5),
  'two fits of four threads at once': await startedBy(() => Promise.all([fit(4), fit(4)])),
  'nine made ready': await startedBy(async () => readyKernels({ threads: 9 })),
  'nine': await fit(9),
}
process.stdout.write(JSON.stringify(counts))
setTimeout(() => process.exit(3), 5000).unref() // comes to pass only where a waiting worker keeps the program
