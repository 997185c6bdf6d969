// Workers outlive their job: they are used again, by one job at a time, and keep no program from ending.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { resolveOptions } from '../../src/base/index.ts'
import { trainingSet } from '../../src/dataset/index.ts'
import { startCrew } from '../../src/kernels/pool/crew.ts'
import { gateMemory } from '../../src/kernels/pool/gate.ts'
import { layOutAls } from '../../src/kernels/index.ts'
import { kernelMemory } from '../../src/kernels/wasm/module.ts'
import { alsOptions } from '../../src/model/als/options.ts'
import { fitAls, type AlsFactors } from '../../src/model/index.ts'
import { randomInteractions } from '../random-problem.ts'

const training = trainingSet(randomInteractions(600, 300, 0.1, 9), 'log')
const options = resolveOptions(alsOptions, { factors: 8, iterations: 3 })
const fit = (threads: number, signal?: AbortSignal, onProgress?: () => void): Promise<AlsFactors> =>
  fitAls(training, options, { seed: 1, threads, ...(signal && { signal }), ...(onProgress && { onProgress }) })
let expected: Float32Array
beforeAll(async () => { expected = (await fit(1)).itemFactors })

test('a fit starts the workers that it lacks and no others, and none keeps the program from ending', () => {
  const program = fileURLToPath(new URL('./kept-workers-program.ts', import.meta.url))
  const printed = execFileSync(process.execPath, ['--conditions=matinee-source', program], { encoding: 'utf8' })
  expect(JSON.parse(printed)).toEqual({
    'three threads': 2, 'three again': 0, 'two': 0, 'five': 2, 'five, cancelled': 0, 'five once more': 0,
    'two fits of four threads at once': 2, 'nine made ready': 2, 'nine': 0,
  })
})

test('fits one after the other, with other numbers of threads, have the bits of one thread', async () => {
  for (const threads of [3, 3, 2, 5]) expect((await fit(threads)).itemFactors).toEqual(expected)
})

test('two fits at the same time have workers of their own', async () => {
  for (const { itemFactors } of await Promise.all([fit(3), fit(4), fit(3)])) expect(itemFactors).toEqual(expected)
})

test('a fit that is cancelled leaves its workers fit for the next', async () => {
  const controller = new AbortController()
  await expect(fit(4, controller.signal, () => controller.abort())).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  expect((await fit(4)).itemFactors).toEqual(expected)
})

test('a worker that died is not used again', async () => {
  const module = await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) // without the kernels
  const problem = { byUser: training.byUser, byItem: training.byItem, factors: 8, alpha: 1, regularization: 1 }
  const layout = layOutAls(problem, 4)
  const interactions = { users: problem.byUser, items: problem.byItem }
  const buffers = { users: new ArrayBuffer(32 * 600), items: new ArrayBuffer(32 * 300) }
  const shared = { layout, gain: { constant: 0, perWeight: 1 }, isRotated: false, ridgePerInteraction: 0, interactions, phase: new Int32Array(4), sums: new Float64Array(1000), rowsSolved: new Int32Array(4), factors: buffers, whitened: new ArrayBuffer(0) }
  const job = { kind: 'als', shared } as const
  const crew = startCrew({ module, memory: kernelMemory(layout.sizeBytes, true), gate: gateMemory(true), job }, 4, () => {})
  const work = async (): Promise<void> => {
    for (;;) await crew.run(10, () => {})
  }
  await expect(work()).rejects.toMatchObject({ code: 'ERR_WORKER' })
  crew.close()
  crew.close() // once more does nothing
  expect((await fit(4)).itemFactors).toEqual(expected)
})
