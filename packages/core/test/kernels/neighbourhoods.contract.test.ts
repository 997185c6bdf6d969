// Weights of neighbours in batches and threads against the definition.
import { expect, test } from 'vitest'
import { referenceKernels, wasmKernels, type NeighbourhoodProblem } from '../../src/kernels/index.ts'
import { wasmNeighbourhoods } from '../../src/kernels/wasm/neighbourhoods.ts'
import { seededRandom } from '../../src/base/index.ts'
import { buildCsr, rowIndices, rowLength, transpose, type Csr } from '../../src/sparse/index.ts'
import { csrOf, randomInteractions, relativeError } from '../random-problem.ts'

/** Of each item a random few others, of some none. */
function randomNeighbours(nItems: number, share: number, seed: number): Csr {
  const { uniform } = seededRandom(seed)
  const pairs: [number, number][] = []
  for (let item = 0; item < nItems; item++) {
    for (let other = 0; other < nItems; other++) if (item % 7 !== 3 && other !== item && uniform() < share) pairs.push([item, other])
  }
  const column = (at: number): Int32Array => Int32Array.from(pairs, pair => pair[at])
  return buildCsr(column(0), column(1), new Float32Array(pairs.length), nItems, nItems)
}

function problem(nItems: number, share: number, seed: number): NeighbourhoodProblem {
  const byUser = csrOf(randomInteractions(150, nItems, 0.2, seed))
  const diagonal = Float64Array.from({ length: nItems }, (_, item) => 2 + item % 3)
  return { byUser, byItem: transpose(byUser), diagonal, neighbours: randomNeighbours(nItems, share, seed + 1) }
}

// solved in float64 from whole numbers; what differs is the order of sums, so only the last bits of float32
test.each([[20, 0.3], [60, 0.1], [90, 0.5], [600, 0.01]])('%i items, share %d: the reference\'s weights', async (nItems, share) => {
  const given = problem(nItems, share, nItems)
  const [expected, actual] = [await referenceKernels.neighbourhoods(given, {}), await wasmKernels.neighbourhoods(given, { threads: 1 })]
  expect(actual.indptr).toEqual(given.neighbours.indptr)
  expect(actual.indices).toEqual(given.neighbours.indices)
  expect(relativeError(actual.values, expected.values)).toBeLessThan(1e-7)
})

test('the same bits on 2 and 3 threads, and in batches of any size down to one item', async () => {
  const given = problem(90, 0.4, 5)
  const expected = await wasmKernels.neighbourhoods(given, { threads: 1 })
  for (const threads of [2, 3]) expect(await wasmKernels.neighbourhoods(given, { threads })).toEqual(expected)
  for (const batchBytes of [1, 10_000, 50_000]) expect(await wasmNeighbourhoods(given, { threads: 2 }, batchBytes)).toEqual(expected)
})

test('weights of interactions are not read: only who had what counts', async () => {
  const given = problem(40, 0.3, 6)
  const heavier = (matrix: Csr): Csr => ({ ...matrix, values: matrix.values.map(value => 3 * value + 1) })
  const other = { ...given, byUser: heavier(given.byUser), byItem: heavier(given.byItem) }
  for (const kernels of [referenceKernels, wasmKernels]) expect(await kernels.neighbourhoods(other, {})).toEqual(await kernels.neighbourhoods(given, {}))
})

test('the gradient of ‖x_i − X_C w‖² + wᵀ D w is zero at the weights', async () => {
  const given = problem(50, 0.4, 7)
  const { indptr, values } = await wasmKernels.neighbourhoods(given, {})
  const { byItem, diagonal, neighbours } = given
  for (let item = 0; item < 50; item++) {
    const near = rowIndices(neighbours, item)
    const residual = new Float64Array(150)
    for (const user of rowIndices(byItem, item)) residual[user]++
    near.forEach((other, at) => { for (const user of rowIndices(byItem, other)) residual[user] -= values[indptr[item] + at] })
    near.forEach((other, at) => {
      const slope = rowIndices(byItem, other).reduce((sum, user) => sum + residual[user], 0) - diagonal[other] * values[indptr[item] + at]
      expect(Math.abs(slope)).toBeLessThan(1e-4)
    })
  }
})

test('an item without neighbours has no weights, and none may have any', async () => {
  const given = problem(30, 0.3, 8)
  const none = buildCsr(new Int32Array(), new Int32Array(), new Float32Array(), 30, 30)
  expect((await wasmKernels.neighbourhoods({ ...given, neighbours: none }, { threads: 2 })).values).toHaveLength(0)
  const weights = await wasmKernels.neighbourhoods(given, {})
  expect([3, 10, 17, 24].map(item => rowLength(weights, item))).toEqual([0, 0, 0, 0])
})

test('progress ends at the end; what is cancelled is ERR_ABORTED, two items alike without regularization ERR_SINGULAR', async () => {
  const given = problem(60, 0.3, 9)
  const told: number[] = []
  await wasmNeighbourhoods(given, { threads: 2, onProgress: ({ done, total }) => told.push(done / total) }, 20_000)
  expect(told.length).toBeGreaterThan(2)
  expect(told).toEqual(told.toSorted((a, b) => a - b))
  expect(told.at(-1)).toBe(1)
  const column = (...values: number[]): Int32Array => Int32Array.from(values)
  const byUser = buildCsr(column(0, 0, 1, 1, 2, 2, 3, 3, 3), column(0, 1, 0, 1, 0, 1, 0, 1, 2), new Float32Array(9).fill(1), 4, 3) // √4 has no rounding
  const alike = { byUser, byItem: transpose(byUser), diagonal: new Float64Array(3), neighbours: buildCsr(column(2, 2), column(0, 1), new Float32Array(2), 3, 3) }
  for (const kernels of [referenceKernels, wasmKernels]) {
    await expect(kernels.neighbourhoods(given, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    await expect(kernels.neighbourhoods(alike, { threads: 1 })).rejects.toMatchObject({ code: 'ERR_SINGULAR' })
  }
  await expect(wasmKernels.neighbourhoods(alike, { threads: 2 })).rejects.toThrow(/item 2's neighbours/)
})
