// Every implementation of scoring against float32 sums in the order of the factors, bit for bit.
import { expect, test } from 'vitest'
import { referenceKernels, wasmKernels } from '../../src/kernels/index.ts'
import { normals } from '../random-problem.ts'

test.each([[1, 1], [7, 3], [9, 16], [131, 50]])('%i items with %i factors have the reference\'s scores to the last bit', async (nItems, factors) => {
  const items = normals(nItems * factors, 1)
  const expected = await referenceKernels.scorer(items, nItems, factors)
  const actual = await wasmKernels.scorer(items, nItems, factors)
  const n = Math.min(expected.batch, actual.batch)
  const vectors = normals(n * factors, 2)
  const [a, b] = [new Float32Array(n * nItems), new Float32Array(n * nItems)]
  expected.score(vectors, n, a)
  actual.score(vectors, n, b)
  expect(b).toEqual(a)
})

test('a vector has the same scores alone and in a batch', async () => {
  const scorer = await wasmKernels.scorer(normals(37 * 11, 3), 37, 11)
  const vectors = normals(scorer.batch * 11, 4)
  const batch = new Float32Array(scorer.batch * 37)
  scorer.score(vectors, scorer.batch, batch)
  for (const row of [0, 1, 5, scorer.batch - 1]) {
    const alone = new Float32Array(37)
    scorer.score(vectors.subarray(row * 11, (row + 1) * 11), 1, alone)
    expect(alone).toEqual(batch.subarray(row * 37, (row + 1) * 37))
  }
})

test('items whose scores do not fit 4 GiB are refused with numbers', async () => {
  const scorer = await wasmKernels.scorer(new Float32Array(0), 30_000_000, 8)
  expect(() => scorer.score(new Float32Array(8), 1, new Float32Array(0))).toThrow(/ERR_MEMORY.* need \d{10,} bytes to be scored/)
})
