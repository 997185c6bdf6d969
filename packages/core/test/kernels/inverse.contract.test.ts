// The inverse in tiles against the definition in float64, on any number of threads.
import { expect, test } from 'vitest'
import { layOutInverse, referenceKernels, wasmKernels } from '../../src/kernels/index.ts'
import { transpose } from '../../src/sparse/index.ts'
import { csrOf, randomInteractions, relativeError } from '../random-problem.ts'

const problem = (nItems: number, added: number, seed: number) => {
  const byUser = csrOf(randomInteractions(200, nItems, 0.15, seed))
  return { byUser, byItem: transpose(byUser), diagonal: Float64Array.from({ length: nItems }, (_, item) => added + item % 3), stage: 'invert' }
}

// An inverse loses as many digits as its condition has: the greatest eigenvalue, about 200 · 0.15² · nItems here, over the least.
const tolerance = (nItems: number, added: number): number => 4 * 2 ** -24 * ((200 * 0.15 ** 2 * nItems + 200) / added)

test.each([[1, 5], [127, 2], [128, 2], [129, 2], [300, 2], [513, 40]])('%i items: float64\'s inverse to float32\'s last digits', async (nItems, added) => {
  const given = problem(nItems, added, nItems)
  const expected = await referenceKernels.inverse(given, {})
  const actual = await wasmKernels.inverse(given, { threads: 1 })
  expect(actual).toHaveLength(nItems * nItems)
  expect(relativeError(actual, expected)).toBeLessThan(tolerance(nItems, added))
  for (let i = 0; i < nItems; i += 17) for (let j = 0; j < i; j++) expect(actual[i * nItems + j]).toBe(actual[j * nItems + i])
})

test.each([2, 3])('the same bits on %i threads as on one', async threads => {
  const given = problem(400, 2, 3)
  expect(await wasmKernels.inverse(given, { threads })).toEqual(await wasmKernels.inverse(given, { threads: 1 }))
})

test('A times its inverse is the identity', async () => {
  const given = problem(260, 3, 9)
  const [n, inverse] = [260, await wasmKernels.inverse(given, {})]
  const a = new Float64Array(n * n)
  for (let item = 0; item < n; item++) a[item * n + item] = given.diagonal[item]
  const { indptr, indices, values } = given.byUser
  for (let user = 0; user < 200; user++) {
    for (let x = indptr[user]; x < indptr[user + 1]; x++) for (let y = indptr[user]; y < indptr[user + 1]; y++) a[indices[x] * n + indices[y]] += values[x] * values[y]
  }
  for (let i = 0; i < n; i += 13) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += a[i * n + k] * inverse[k * n + j]
      expect(Math.abs(sum - (i === j ? 1 : 0))).toBeLessThan(1e-3)
    }
  }
})

test('what is not positive definite is ERR_SINGULAR, what is cancelled ERR_ABORTED, what does not fit 4 GiB ERR_MEMORY with numbers', async () => {
  const given = problem(40, 1, 4)
  for (const kernels of [referenceKernels, wasmKernels]) {
    await expect(kernels.inverse({ ...given, diagonal: new Float64Array(40) }, {})).rejects.toMatchObject({ code: 'ERR_SINGULAR' }) // an item nobody had
    await expect(kernels.inverse(given, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  }
  expect(() => layOutInverse(60_000, 1)).toThrow(/ERR_MEMORY: a dense inverse over 60000 items needs \d+ bytes/)
})
