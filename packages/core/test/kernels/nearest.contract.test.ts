// Every implementation of the nearest items against their definition, bit for bit: products are summed in the same order.
import { describe, expect, test } from 'vitest'
import { referenceKernels, wasmKernels } from '../../src/kernels/index.ts'
import { rowIndices, rowValues, transpose, type Csr } from '../../src/sparse/index.ts'
import { csrOf, randomInteractions } from '../random-problem.ts'

const byItem = (nUsers: number, nItems: number, density: number, seed: number): Csr => transpose(csrOf(randomInteractions(nUsers, nItems, density, seed)))
const row = (matrix: Csr, item: number): Record<number, number> =>
  Object.fromEntries(Array.from(rowIndices(matrix, item), (other, at) => [other, rowValues(matrix, item)[at]]))

/** Users × items, and how many of the pairs: dense ones are searched item by item, sparse ones by what the users have. */
const shapes = [[60, 40, 0.2], [30, 43, 0.5], [200, 9, 0.1], [25, 700, 0.004], [400, 1000, 0.01], [3, 2, 1]] as const

describe.each(shapes)('%i users, %i items, density %f', (nUsers, nItems, density) => {
  const vectors = byItem(nUsers, nItems, density, 5)
  test.each([[1, 0], [4, 0], [7, 2.5], [nItems, 10]])('the %i nearest with a shrinkage of %f, on 1, 2 and 3 threads', async (neighbours, shrinkage) => {
    const expected = await referenceKernels.nearest({ vectors, neighbours, shrinkage }, {})
    for (const threads of [1, 2, 3]) expect(await wasmKernels.nearest({ vectors, neighbours, shrinkage }, { threads })).toEqual(expected)
  })
})

test('items with the same vector have similarity 1, and of equal similarities the lower indices are kept', async () => {
  const [users, third] = [Int32Array.from([0, 1, 2]), Math.fround(1 / 3)]
  const vectors: Csr = {
    nRows: 20, nColumns: 3, indptr: Uint32Array.from({ length: 21 }, (_, item) => 3 * item),
    indices: Int32Array.from({ length: 60 }, (_, at) => users[at % 3]), values: new Float32Array(60).fill(third),
  }
  const nearest = await wasmKernels.nearest({ vectors, neighbours: 3, shrinkage: 0 }, {})
  expect([0, 2, 19].map(item => Object.keys(row(nearest, item)))).toEqual([['1', '2', '3'], ['0', '1', '3'], ['0', '1', '2']])
  for (const value of nearest.values) {
    expect(value).toBeCloseTo(1, 6)
    expect(value).toBeLessThanOrEqual(1)
  }
})

test('what is kept by both of two items is the same number', async () => {
  const nearest = await wasmKernels.nearest({ vectors: byItem(80, 50, 0.2, 8), neighbours: 49, shrinkage: 3 }, {})
  expect(transpose(nearest)).toEqual(nearest)
})

test('what does not fit 4 GiB is refused with numbers', async () => {
  const work = wasmKernels.nearest({ vectors: byItem(4, 8, 1, 1), neighbours: 100_000_000, shrinkage: 0 }, {})
  await expect(work).rejects.toThrow(/ERR_MEMORY: comparing 8 items needs \d{10} bytes/)
})

test('a fit that is cancelled on its way ends with ERR_ABORTED', async () => {
  const stop = new AbortController()
  const vectors = byItem(100, 1200, 0.05, 2)
  const work = wasmKernels.nearest({ vectors, neighbours: 5, shrinkage: 0 }, { threads: 2, signal: stop.signal, onProgress: () => stop.abort() })
  await expect(work).rejects.toMatchObject({ code: 'ERR_ABORTED' })
})
