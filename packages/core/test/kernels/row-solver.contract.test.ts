// One row solved alone: the kernels against the specification.
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.ts'
import { referenceKernels, wasmKernels, type HeldSide, type RegularizationScaling } from '../../src/kernels/index.ts'
import { normals, relativeError } from '../random-problem.ts'

const sideOf = (n: number, scaling: RegularizationScaling = 'none', unobservedWeight = 1): HeldSide =>
  ({ held: normals(1500 * n, 5, 1 / Math.sqrt(n)), n, alpha: 3, regularization: scaling === 'none' ? 2 : 0.05, regularizationScaling: scaling, unobservedWeight })

/** The first `length` of all rows in a random order, with weights from 0.5 to 2. */
function history(length: number): [rows: Int32Array, weights: Float32Array] {
  const { below, uniform } = seededRandom(length)
  const rows = Int32Array.from({ length: 1500 }, (_, row) => row)
  for (let at = 0; at < length; at++) {
    const other = at + below(1500 - at)
    const row = rows[at]
    rows[at] = rows[other]
    rows[other] = row
  }
  return [rows.slice(0, length), Float32Array.from({ length }, () => 0.5 + 1.5 * uniform())]
}

const sides: readonly (readonly [name: string, side: HeldSide])[] = [
  ['7 factors', sideOf(7)], ['64 factors', sideOf(64)], ['100 factors', sideOf(100)],
  ['unobserved weight 0.1', sideOf(24, 'none', 0.1)], ['lambda by counts', sideOf(24, 'counts')], ['lambda as in iALS++', sideOf(24, 'ials', 0.2)],
]

test.each(sides)('%s: right to the last bits of float32, whatever the length of the history', async (_, side) => {
  const [solve, specified] = [await wasmKernels.rowSolver(side), await referenceKernels.rowSolver(side)]
  for (const length of [1, 3, 8, 60, 300, 1100]) {
    expect(relativeError(solve(...history(length)), specified(...history(length)))).toBeLessThan(2e-7) // float32 rounds by 6e-8
  }
})

test.each(sides)('%s: the same bits first or last, short or long before it', async (_, side) => {
  const solve = await wasmKernels.rowSolver(side)
  const first = solve(...history(40))
  for (const length of [1500, 3, 900]) solve(...history(length))
  expect(solve(...history(40))).toEqual(first)
  expect((await wasmKernels.rowSolver(side))(...history(40))).toEqual(first)
})

test('nobody without interactions has a place', async () => {
  for (const { rowSolver } of [referenceKernels, wasmKernels]) {
    expect((await rowSolver(sideOf(7)))([], [])).toEqual(new Float32Array(7))
  }
})

test('equations without a solution are ERR_SINGULAR, as in the specification', async () => {
  const side = { ...sideOf(7), held: new Float32Array(70).fill(NaN) }
  for (const { rowSolver } of [referenceKernels, wasmKernels]) {
    const solve = await rowSolver(side)
    expect(() => solve([1], [1])).toThrow(/ERR_SINGULAR/)
  }
})

// conjugate gradient went on from zero until float32 divided zero by zero: twenty of 20,000 such histories had factors of NaN
test('5,000 histories of a few dozen all have factors', async () => {
  const solve = await wasmKernels.rowSolver({ held: normals(400 * 64, 3, 0.1), n: 64, alpha: 10, regularization: 10 })
  const { below } = seededRandom(3)
  const histories = Array.from({ length: 5000 }, () => [...new Set(Array.from({ length: 20 + below(40) }, () => below(400)))])
  expect(histories.filter(rows => !solve(rows, new Float32Array(rows.length).fill(1)).every(Number.isFinite))).toEqual([])
})
