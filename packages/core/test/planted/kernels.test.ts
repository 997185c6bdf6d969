// Laws of the kernels at sizes where several blocks, parts or chunks are at work.
import { describe, expect, test } from 'vitest'
import { gramOf, layOutAls, referenceKernels, wasmKernels, type AlsProblem, type AlsWork, type Kernels, type Solver } from '../../src/kernels/index.ts'
import { csrOf, normals, randomProblem, relativeError } from '../random-problem.ts'
import { transpose } from '../../src/sparse/index.ts'

const solvers: Solver[] = [{ kind: 'cg', steps: 2 }, { kind: 'cholesky' }, { kind: 'refined' }]

async function start(kernels: Kernels, problem: AlsProblem, threads = 1): Promise<AlsWork> {
  const work = await kernels.als(problem, { threads })
  work.writeFactors('items', normals(problem.byItem.nRows * problem.factors, 1, 0.3))
  work.writeFactors('users', normals(problem.byUser.nRows * problem.factors, 2, 0.3))
  return work
}

/** Interactions (user, user mod nItems), one a user. */
function sparseProblem(nUsers: number, nItems: number, factors: number): AlsProblem {
  const users = Int32Array.from({ length: nUsers }, (_, user) => user)
  const byUser = csrOf({ nUsers, nItems, users, items: users.map(user => user % nItems), values: new Float32Array(nUsers).fill(1), valueKind: 'weight' })
  return { byUser, byItem: transpose(byUser), factors, alpha: 3, regularization: 0.5 }
}

describe('the gram matrix', () => {
  // 64 parts: of one row, of several with a rest, of more than the 128 rows that are summed in float32
  test.each([1, 63, 65, 130, 1000, 8193, 10_001, 20_003])('of %i rows is that of the reference', async nRows => {
    const problem = sparseProblem(nRows, 5, 9)
    const [expected, actual] = [await start(referenceKernels, problem), await start(wasmKernels, problem)]
    expect(relativeError(await actual.gram('users'), await expected.gram('users'))).toBeLessThan(1e-6)
    actual.close()
  })
})

describe('a row of more interactions than a block holds', () => {
  const problem = randomProblem(3000, 8, 0.9, 48, 31)
  const heaviest = Math.max(...problem.byItem.indptr.slice(1).map((end, row) => end - problem.byItem.indptr[row]))

  test.each(solvers)('has every interaction in the loss ($kind)', async solver => {
    expect(heaviest).toBeGreaterThan(2 * layOutAls(problem, 1).blockRows)
    const [expected, actual] = [await start(referenceKernels, problem), await start(wasmKernels, problem, 2)]
    const gram = await expected.gram('users')
    const [sums, actualSums] = [await expected.solve('items', gram, solver), await actual.solve('items', gram, solver)]
    expect(actualSums.loss / sums.loss).toBeCloseTo(1, 4)
    expect(actualSums.squares / sums.squares).toBeCloseTo(1, 4)
    actual.close()
  })
})

describe('layOutAls', () => {
  test.each([[1, 1], [64, 3], [65, 3], [200, 7], [1000, 40]])('%i users and %i items: chunks hold every row once and fit the scratch', (nUsers, nItems) => {
    const layout = layOutAls(sparseProblem(nUsers, nItems, 8), 2)
    for (const [side, n] of [['users', nUsers], ['items', nItems]] as const) {
      const { nTogether, first, nRows } = layout.sides[side].chunks
      const rows = Array.from(first, (start, chunk) => Array.from({ length: nRows[chunk] }, (_, at) => start + at)).flat()
      expect(nTogether).toBe(0)
      expect(rows.sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, row) => row))
      for (const [at, slot] of layout.slots.entries()) {
        const end = layout.slots[at + 1]?.work ?? layout.sizeBytes
        expect(4 * layout.stride * Math.max(...nRows)).toBeLessThanOrEqual(end - slot.rows)
        expect(4 * (Math.max(...nRows) + 1)).toBeLessThanOrEqual(slot.lengths - slot.starts)
      }
    }
  })
})

describe('the refined solution', () => {
  // Near-parallel factors and heavy weights: what float32 alone gets wrong in the third digit.
  interface Hard { readonly n: number, readonly nItems: number, readonly alpha: number }
  const parallel = ({ n, nItems }: Hard): Float32Array => {
    const [common, own] = [normals(n, 5), normals(nItems * n, 6, 0.02)]
    return own.map((value, at) => value + common[at % n])
  }
  const solved = async (kernels: Kernels, hard: Hard, solver: Solver): Promise<{ factors: Float32Array, loss: number, squares: number }> => {
    const { n, nItems, alpha } = hard
    const work = await start(kernels, { ...randomProblem(40, nItems, 0.5, n, 37), alpha, regularization: 1e-3 })
    const items = parallel(hard)
    work.writeFactors('items', items)
    const sums = await work.solve('users', gramOf(items, nItems, n), solver) // one gram: its own rounding would be magnified
    const factors = work.readFactors('users')
    work.close()
    return { factors, ...sums }
  }
  const errorOf = async (hard: Hard, solver: Solver): Promise<number> =>
    relativeError((await solved(wasmKernels, hard, solver)).factors, (await solved(referenceKernels, hard, { kind: 'refined' })).factors)

  test.each([
    ['a factorization', { n: 24, nItems: 60, alpha: 2000 }],
    ['a factorization that is right to the second digit', { n: 24, nItems: 60, alpha: 20_000 }],
    ['conjugate gradient', { n: 112, nItems: 150, alpha: 2000 }],
  ])('by %s is right to the last bits of float32 where Cholesky in float32 is not', async (_, hard) => {
    expect(await errorOf(hard, { kind: 'cholesky' })).toBeGreaterThan(1e-4)
    expect(await errorOf(hard, { kind: 'refined' })).toBeLessThan(3e-7) // both rounded to float32, half a unit of 1.2e-7 each
  })

  test('gains digits as long as a factorization without a right one has corrections that shrink, and gives it up when they grow', async () => {
    expect(await errorOf({ n: 64, nItems: 100, alpha: 1e6 }, { kind: 'cholesky' })).toBeGreaterThan(0.1)
    expect(await errorOf({ n: 64, nItems: 100, alpha: 1e6 }, { kind: 'refined' })).toBeLessThan(1e-4)
    expect(await errorOf({ n: 24, nItems: 60, alpha: 1e7 }, { kind: 'refined' })).toBeLessThan(1e3)
  })

  test('has the sums of the solution, not of where it began', async () => {
    const hard = { n: 24, nItems: 60, alpha: 2000 }
    const [exact, refined] = [await solved(referenceKernels, hard, { kind: 'refined' }), await solved(wasmKernels, hard, { kind: 'refined' })]
    expect(Math.abs(refined.loss / exact.loss - 1)).toBeLessThan(1e-4)
    expect(Math.abs(refined.squares / exact.squares - 1)).toBeLessThan(1e-5)
  })
})
