// Every implementation of ALS with a weight of unobserved pairs and with λ scaled by counts, against the specification and the
// loss as it is stated.
import { describe, expect, test } from 'vitest'
import { wasmAls } from '../../src/kernels/wasm/als.ts'
import {
  layOutAls, referenceKernels, wasmKernels, type AlsProblem, type AlsWork, type Kernels, type RegularizationScaling, type Side, type Solver,
} from '../../src/kernels/index.ts'
import { alsLoss } from '../../src/model/als/loss.ts'
import { rowIndices, rowLength, rowValues } from '../../src/sparse/index.ts'
import { normals, randomProblem, relativeError } from '../random-problem.ts'

const implementations: [string, Kernels, number][] = [['reference', referenceKernels, 1], ['wasm on 1 thread', wasmKernels, 1], ['wasm on 2 threads', wasmKernels, 2]]
const solvers: Solver[] = [{ kind: 'cg', steps: 2 }, { kind: 'cholesky' }, { kind: 'refined' }]
const cases: [RegularizationScaling, number][] = [['none', 0.2], ['counts', 1], ['counts', 0.2], ['ials', 1], ['ials', 0.2]]

async function start(kernels: Kernels, problem: AlsProblem, threads: number): Promise<AlsWork> {
  const work = await kernels.als(problem, { threads })
  work.writeFactors('items', normals(problem.byItem.nRows * problem.factors, 1, 0.3))
  work.writeFactors('users', normals(problem.byUser.nRows * problem.factors, 2, 0.3))
  return work
}

const scaled = (problem: AlsProblem, regularizationScaling: RegularizationScaling, unobservedWeight: number): AlsProblem =>
  ({ ...problem, regularization: 0.05, regularizationScaling, unobservedWeight })

/** λ of a row of n interactions, with m rows on the other side. */
function lambdaOf({ regularization, regularizationScaling, unobservedWeight = 1 }: AlsProblem, n: number, m: number): number {
  if (regularizationScaling === 'counts') return regularization * n
  if (regularizationScaling === 'ials') return regularization * (n + unobservedWeight * m)
  return regularization
}

/** Observed, unobserved and regularization by their definitions: loops over all pairs and all factors. */
function lossByDefinition(problem: AlsProblem, work: AlsWork): number[] {
  const { byUser, byItem, factors, alpha, unobservedWeight = 1 } = problem
  const [users, items] = [work.readFactors('users'), work.readFactors('items')]
  let [observed, unobserved, regularization] = [0, 0, 0]
  for (let user = 0; user < byUser.nRows; user++) {
    const weights = new Map(Array.from(rowIndices(byUser, user), (item, at) => [item, rowValues(byUser, user)[at]]))
    for (let item = 0; item < byItem.nRows; item++) {
      let score = 0
      for (let k = 0; k < factors; k++) score += users[user * factors + k] * items[item * factors + k]
      const weight = weights.get(item)
      if (weight === undefined) unobserved += unobservedWeight * score ** 2
      else observed += (1 + alpha * weight) * (1 - score) ** 2
    }
  }
  for (const [matrix, values] of [[byUser, users], [byItem, items]] as const) {
    for (let at = 0; at < values.length; at++) {
      regularization += lambdaOf(problem, rowLength(matrix, Math.floor(at / factors)), matrix.nColumns) * values[at] ** 2
    }
  }
  return [observed, unobserved, regularization]
}

describe.each(implementations)('%s', (_, kernels, threads) => {
  describe.each(cases)('scaling %s, unobserved weight %d', (scaling, unobservedWeight) => {
    // float32 factors: an element is right to about 1e-6, sums of a few hundred to about 1e-5
    test.each([1, 3, 8, 13, 40])('with %i factors every solver gives the reference\'s factors', async factors => {
      const problem = scaled(randomProblem(70, 50, 0.2, factors, factors), scaling, unobservedWeight)
      for (const solver of solvers) {
        const [expected, actual] = [await start(referenceKernels, problem, 1), await start(kernels, problem, threads)]
        for (const side of ['users', 'items'] as const) {
          const gram = await expected.gram(side === 'users' ? 'items' : 'users')
          const [sums, actualSums] = [await expected.solve(side, gram, solver), await actual.solve(side, gram, solver)]
          expect(actualSums.loss / sums.loss).toBeCloseTo(1, 5)
          expect(actualSums.squares / sums.squares).toBeCloseTo(1, 5)
          expect(relativeError(actual.readFactors(side), expected.readFactors(side))).toBeLessThan(1e-5)
        }
        actual.close()
      }
    })

    test('at the exact solution the gradient of the stated loss is zero', async () => {
      const problem = scaled(randomProblem(40, 60, 0.3, 12, 5), scaling, unobservedWeight)
      const work = await start(kernels, problem, threads)
      const total = (): number => lossByDefinition(problem, work).reduce((sum, part) => sum + part)
      for (const side of ['users', 'items'] as const) {
        await work.solve(side, await work.gram(side === 'users' ? 'items' : 'users'), { kind: 'cholesky' })
        const [before, solved] = [total(), work.readFactors(side).slice()]
        for (const at of [12, 100, 300]) {
          const slopes = [1e-3, -1e-3].map(shift => {
            work.writeFactors(side, solved.map((value, index) => index === at ? value + shift : value))
            return total()
          })
          // a quadratic: both sides rise alike, and their difference is 2 · step · gradient
          expect(slopes[0]).toBeGreaterThan(before)
          expect(Math.abs(slopes[0] - slopes[1])).toBeLessThan(0.02 * (slopes[0] + slopes[1] - 2 * before))
        }
        work.writeFactors(side, solved)
      }
      work.close()
    })

    test('the loss in parts is the stated loss, and the exact solver never raises it', async () => {
      const problem = scaled(randomProblem(50, 40, 0.25, 9, 7), scaling, unobservedWeight)
      const work = await start(kernels, problem, threads)
      let last = Infinity
      for (let iteration = 0; iteration < 6; iteration++) {
        await work.solve('users', await work.gram('items'), { kind: 'cholesky' })
        const users = await work.gram('users')
        const sums = await work.solve('items', users, { kind: 'cholesky' })
        const loss = alsLoss(problem, sums, { users, items: await work.gram('items') }, work)
        const expected = lossByDefinition(problem, work)
        for (const [at, part] of [loss.observed, loss.unobserved, loss.regularization].entries()) expect(part / expected[at]).toBeCloseTo(1, 4)
        expect(loss.total / expected.reduce((sum, part) => sum + part)).toBeCloseTo(1, 5)
        expect(loss.total).toBeLessThan(last * (1 + 1e-6))
        last = loss.total
      }
      work.close()
    })
  })
})

test('λ scaled by counts is λ times n where every row has n interactions', async () => {
  const problem = randomProblem(41, 31, 1, 6, 3) // all pairs but those of user 0 and of the last item
  const factorsOf = async (side: Side, regularization: number, regularizationScaling: RegularizationScaling): Promise<Float32Array> => {
    const work = await start(wasmKernels, { ...problem, regularization, regularizationScaling }, 1)
    await work.solve(side, await work.gram(side === 'users' ? 'items' : 'users'), { kind: 'cholesky' })
    work.close()
    return work.readFactors(side)
  }
  expect(relativeError(await factorsOf('users', 0.2, 'counts'), await factorsOf('users', 0.2 * 30, 'none'))).toBeLessThan(1e-5)
  expect(relativeError(await factorsOf('items', 0.2, 'counts'), await factorsOf('items', 0.2 * 40, 'none'))).toBeLessThan(1e-5)
  expect(relativeError(await factorsOf('users', 0.2, 'ials'), await factorsOf('users', 0.2 * (30 + 31), 'none'))).toBeLessThan(1e-5)
  expect(relativeError(await factorsOf('items', 0.2, 'ials'), await factorsOf('items', 0.2 * (40 + 41), 'none'))).toBeLessThan(1e-5)
})

// 13 factors are padded to 16; with 120 there are heavy rows, solved together
test.each([[120, 580, 40, 0.98], [13, 300, 90, 0.2]])('with %i factors heavy rows and gathered sides get the reference\'s factors, and the same bits on 1, 2 and 3 threads', async (factors, nUsers, nItems, density) => {
  const problem = scaled(randomProblem(nUsers, nItems, density, factors, 37), 'ials', 0.2)
  expect(layOutAls(problem, 1).sides.items.chunks.nTogether > 8).toBe(factors === 120)
  for (const solver of solvers) {
    const expected = await start(referenceKernels, problem, 1)
    const gram = await expected.gram('users')
    await expected.solve('items', gram, solver)
    let first: Float32Array | undefined
    for (const residentBytes of [2 ** 30, 0]) {
      for (const threads of [1, 2, 3]) {
        const work = await start({ ...wasmKernels, als: (given, context) => wasmAls(given, context, residentBytes) }, problem, threads)
        await work.solve('items', gram, solver)
        work.close()
        first ??= work.readFactors('items')
        expect(work.readFactors('items')).toEqual(first)
      }
    }
    expect(relativeError(first ?? [], expected.readFactors('items'))).toBeLessThan(2e-5)
  }
})

// Near-parallel factors and heavy weights: what float32 alone gets wrong in the third digit.
test.each([['a factorization', 24, 60], ['conjugate gradient', 112, 150]])('the refined solution by %s is right to the last bits of float32', async (_, n, nItems) => {
  const [common, own] = [normals(n, 5), normals(nItems * n, 6, 0.02)]
  const items = own.map((value, at) => value + common[at % n])
  const problem: AlsProblem = { ...randomProblem(40, nItems, 0.5, n, 37), alpha: 2000, regularization: 1e-4, regularizationScaling: 'counts', unobservedWeight: 0.3 }
  const errorOf = async (solver: Solver): Promise<number> => {
    const factors: Float32Array[] = []
    for (const [kernels, how] of [[wasmKernels, solver], [referenceKernels, { kind: 'refined' }]] as const) {
      const work = await start(kernels, problem, 1)
      work.writeFactors('items', items)
      const gram = await referenceKernels.als(problem, {}).then(reference => { reference.writeFactors('items', items); return reference.gram('items') })
      await work.solve('users', gram, how)
      work.close()
      factors.push(work.readFactors('users'))
    }
    return relativeError(factors[0], factors[1])
  }
  expect(await errorOf({ kind: 'cholesky' })).toBeGreaterThan(1e-4)
  expect(await errorOf({ kind: 'refined' })).toBeLessThan(3e-7) // both rounded to float32, half a unit of 1.2e-7 each
})

test('a row without interactions becomes zero, and factors that are not finite are refused with ERR_SINGULAR', async () => {
  const problem = scaled(randomProblem(20, 20, 0.3, 5, 19), 'counts', 1)
  const work = await start(wasmKernels, problem, 1)
  await work.solve('users', await work.gram('items'), { kind: 'refined' })
  expect([...work.readFactors('users').subarray(0, 5)]).toEqual([0, 0, 0, 0, 0])
  work.writeFactors('items', new Float32Array(100).fill(NaN))
  await expect(work.solve('users', await work.gram('items'), { kind: 'cholesky' })).rejects.toMatchObject({ code: 'ERR_SINGULAR' })
  work.close()
})
