// The wasm kernels of stochastic gradient descent beside their specification.
import { describe, expect, test } from 'vitest'
import { trainingSet } from '../../src/dataset/index.ts'
import { gridOf } from '../../src/kernels/grid.ts'
import { referenceKernels, wasmKernels, type Kernels, type SgdProblem, type SgdWork } from '../../src/kernels/index.ts'
import { randomInteractions } from '../random-problem.ts'
import { seededRandom } from '../../src/base/index.ts'

const { byUser, byItem } = trainingSet(randomInteractions(90, 300, 0.1, 5), 'binary')
const base: SgdProblem = {
  byUser, byItem, factors: 10, loss: 'bpr', tries: 5, learningRate: 0.1,
  regularization: { users: 0.01, items: 0.02 }, hybrid: { users: false, items: false }, seed: 7,
}

async function descended(kernels: Kernels, problem: SgdProblem, epochs: number, threads = 1): Promise<{ work: SgdWork, misses: number[] }> {
  const work = await kernels.sgd(problem, { threads })
  const { normal } = seededRandom(1)
  const { users, items, biases } = work.rows
  for (const { values, anchors, stride } of [users, items]) {
    for (let row = 0; row < values.length / stride; row++) {
      for (let k = 0; k < problem.factors; k++) {
        values[row * stride + k] = 0.1 * normal()
        const anchor = 0.1 * normal()
        if (anchors.length > 0) anchors[row * stride + k] = anchor
      }
    }
  }
  biases.anchors.fill(0.1)
  const misses: number[] = []
  for (let epoch = 0; epoch < epochs; epoch++) misses.push(await work.epoch(epoch))
  work.close()
  return { work, misses }
}

// Without padding.
const numbers = (array: Float32Array, stride: number, n: number): number[] => [...array].filter((_, at) => at % stride < n)

const losses = ['bpr', 'warp', 'logistic'] as const
const cases = losses.flatMap(loss => [false, true].map(isHybrid => ({ loss, hybrid: { users: isHybrid, items: isHybrid } })))

test('the problem has several blocks', () => {
  expect(gridOf(byUser, byItem).n).toBe(4)
})

describe.each(cases)('$loss, hybrid $hybrid.items', one => {
  test('the kernels take the steps of the specification', async () => {
    const problem = { ...base, ...one }
    const [reference, wasm] = [await descended(referenceKernels, problem, 2), await descended(wasmKernels, problem, 2)]
    // float32 sums beside float64 ones, over some hundred steps a row
    for (const part of ['users', 'items', 'biases'] as const) {
      const n = part === 'biases' ? 1 : 10
      for (const what of ['values', 'gradients'] as const) {
        const expected = numbers(reference.work.rows[part][what], reference.work.rows[part].stride, n)
        const found = numbers(wasm.work.rows[part][what], wasm.work.rows[part].stride, n)
        expect(found).toHaveLength(expected.length)
        found.forEach((value, at) => expect(Math.abs(value - expected[at])).toBeLessThan(2e-4 * (1 + Math.abs(expected[at]))))
      }
    }
    wasm.misses.forEach((miss, epoch) => expect(miss).toBeCloseTo(reference.misses[epoch], 5))
  })

  test('the same bits on 1, 2 and 3 threads', async () => {
    const problem = { ...base, ...one }
    const [first, ...others] = await Promise.all([1, 2, 3].map(threads => descended(wasmKernels, problem, 2, threads)))
    for (const other of others) {
      expect(other.misses).toEqual(first.misses)
      for (const part of ['users', 'items', 'biases'] as const) expect([...other.work.rows[part].values]).toEqual([...first.work.rows[part].values])
    }
  })
})
