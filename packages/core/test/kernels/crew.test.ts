import { expect, test } from 'vitest'
import { startCrew } from '../../src/kernels/pool/crew.ts'
import { gateMemory } from '../../src/kernels/pool/gate.ts'
import { layOutAls } from '../../src/kernels/wasm/layout.ts'
import { kernelMemory } from '../../src/kernels/wasm/module.ts'
import { randomProblem } from '../random-problem.ts'

const problem = randomProblem(10, 10, 0.5, 4, 1)
const layout = layOutAls(problem, 3)
const shared = {
  layout, gain: { constant: 0, perWeight: 1 }, isRotated: false, ridgePerInteraction: 0, interactions: { users: problem.byUser, items: problem.byItem }, factors: { users: new SharedArrayBuffer(160), items: new SharedArrayBuffer(160) }, whitened: new SharedArrayBuffer(0),
  phase: new Int32Array(new SharedArrayBuffer(16)), sums: new Float64Array(new SharedArrayBuffer(160)), rowsSolved: new Int32Array(new SharedArrayBuffer(12)),
}
const job = { kind: 'als', shared } as const

test('a worker that dies ends the work with ERR_WORKER, not with a hang', async () => {
  // a module without the kernels: the worker's first chunk fails
  const module = await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))
  const task = { module, memory: kernelMemory(layout.sizeBytes, true), gate: gateMemory(true), job }
  const slow = (): void => {
    const end = performance.now() + 2
    while (performance.now() < end);
  }
  const crew = startCrew(task, 3, slow)
  const work = (async () => {
    for (let phase = 0; phase < 1000; phase++) await crew.run(10, () => {})
  })()
  await expect(work).rejects.toMatchObject({ code: 'ERR_WORKER', message: expect.stringMatching(/a worker thread failed/) })
  crew.close()
})

test('every chunk is done exactly once, phase after phase, and with the phase\'s arguments', async () => {
  const crew = startCrew({ module: await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)), memory: kernelMemory(65536, false), gate: gateMemory(false), job }, 1, chunk => done.push([phase, chunk]))
  let phase = 0
  let done: [number, number][] = []
  for (let round = 1; round <= 3; round++) {
    done = []
    await crew.run(5, () => { phase = round })
    expect(done).toEqual([0, 1, 2, 3, 4].map(chunk => [round, chunk]))
  }
  crew.close()
})

test('timers and signals get a turn also when every phase is short', async () => {
  const task = { module: await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)), memory: kernelMemory(65536, false), gate: gateMemory(false), job }
  const slow = (): void => {
    const end = performance.now() + 2
    while (performance.now() < end);
  }
  const controller = new AbortController()
  const crew = startCrew(task, 1, slow, controller.signal)
  setTimeout(() => controller.abort(), 20)
  const work = (async () => {
    for (let phase = 0; phase < 200; phase++) await crew.run(1, () => {})
  })()
  await expect(work).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  crew.close()
})
