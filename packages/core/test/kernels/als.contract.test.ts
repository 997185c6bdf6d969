// Every implementation of ALS against the specification and its laws.
import { describe, expect, test } from 'vitest'
import { alsLoss } from '../../src/model/als/loss.ts'
import { wasmAls } from '../../src/kernels/wasm/als.ts'
import { layOutAls, referenceKernels, wasmKernels, type AlsProblem, type AlsWork, type Kernels, type Solver } from '../../src/kernels/index.ts'
import { seededRandom } from '../../src/base/index.ts'
import { buildCsr, rowIndices, rowValues, transpose } from '../../src/sparse/index.ts'
import { normals, randomProblem, relativeError } from '../random-problem.ts'

const implementations: [string, Kernels, number][] = [
  ['reference', referenceKernels, 1], ['wasm on 1 thread', wasmKernels, 1], ['wasm on 2 threads', wasmKernels, 2], ['wasm on 3 threads', wasmKernels, 3],
]
const solvers: Solver[] = [{ kind: 'cg', steps: 2 }, { kind: 'cholesky' }, { kind: 'refined' }]

async function start(kernels: Kernels, problem: AlsProblem, threads: number): Promise<AlsWork> {
  const work = await kernels.als(problem, { threads })
  work.writeFactors('items', normals(problem.byItem.nRows * problem.factors, 1, 0.3))
  work.writeFactors('users', normals(problem.byUser.nRows * problem.factors, 2, 0.3))
  return work
}

/** The loss by its definition: a double loop over all pairs. */
function lossByDefinition({ byUser, factors, alpha, regularization }: AlsProblem, work: AlsWork): number {
  const users = work.readFactors('users')
  const items = work.readFactors('items')
  const squares = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0)
  let loss = regularization * (squares(users) + squares(items))
  for (let user = 0; user < byUser.nRows; user++) {
    const weights = new Map(Array.from(rowIndices(byUser, user), (item, at) => [item, rowValues(byUser, user)[at]]))
    for (let item = 0; item < byUser.nColumns; item++) {
      let score = 0
      for (let k = 0; k < factors; k++) score += users[user * factors + k] * items[item * factors + k]
      const weight = weights.get(item)
      loss += weight === undefined ? score ** 2 : (1 + alpha * weight) * (1 - score) ** 2
    }
  }
  return loss
}

describe.each(implementations)('%s', (_, kernels, threads) => {
  // float32 factors: an element is right to about 1e-6, sums of a few hundred to about 1e-5
  test.each([1, 3, 8, 13, 40])('with %i factors every solver gives the reference\'s factors', async factors => {
    const problem = randomProblem(70, 50, 0.2, factors, factors)
    for (const solver of solvers) {
      const expected = await start(referenceKernels, problem, 1)
      const actual = await start(kernels, problem, threads)
      for (const side of ['users', 'items'] as const) {
        const other = side === 'users' ? 'items' : 'users'
        const gram = await expected.gram(other)
        expect(relativeError(await actual.gram(other), gram)).toBeLessThan(1e-6)
        const sums = await expected.solve(side, gram, solver)
        const actualSums = await actual.solve(side, gram, solver)
        expect(actualSums.loss / sums.loss).toBeCloseTo(1, 5)
        expect(actualSums.squares / sums.squares).toBeCloseTo(1, 5)
        expect(relativeError(actual.readFactors(side), expected.readFactors(side))).toBeLessThan(1e-5)
      }
      actual.close()
    }
  })

  test('extrapolates a side by a share of its move from before, which it replaces', async () => {
    const problem = randomProblem(30, 20, 0.2, 5, 3)
    const work = await start(kernels, problem, threads)
    const now = work.readFactors('items').slice()
    const before = normals(20 * 5, 9, 0.3)
    const expected = now.map((y, at) => y + 0.6 * (y - before[at]))
    work.extrapolate('items', before, 0.6)
    expect(work.readFactors('items')).toEqual(expected)
    expect(before).toEqual(now)
    work.close()
  })

  test('at the exact solution the gradient is zero', async () => {
    const problem = randomProblem(40, 60, 0.3, 12, 5)
    const work = await start(kernels, problem, threads)
    await work.solve('users', await work.gram('items'), { kind: 'cholesky' })
    const before = lossByDefinition(problem, work)
    const users = work.readFactors('users').slice()
    const step = 1e-3
    for (const at of [12, 100, 300]) {
      const slopes = [step, -step].map(shift => {
        const moved = users.slice()
        moved[at] += shift
        work.writeFactors('users', moved)
        return lossByDefinition(problem, work)
      })
      // a quadratic: both sides rise alike, and their difference is 2 · step · gradient
      expect(slopes[0]).toBeGreaterThan(before)
      expect(Math.abs(slopes[0] - slopes[1])).toBeLessThan(0.02 * (slopes[0] + slopes[1] - 2 * before))
    }
    work.close()
  })

  test('the loss in parts is the loss by its definition, and the exact solver never raises it', async () => {
    const problem = randomProblem(50, 40, 0.25, 9, 7)
    const work = await start(kernels, problem, threads)
    let gramItems = await work.gram('items')
    let last = Infinity
    for (let iteration = 0; iteration < 6; iteration++) {
      await work.solve('users', gramItems, { kind: 'cholesky' })
      const gramUsers = await work.gram('users')
      const sums = await work.solve('items', gramUsers, { kind: 'cholesky' })
      gramItems = await work.gram('items')
      const { total, observed, unobserved, regularization } = alsLoss(problem, sums, { users: gramUsers, items: gramItems }, work)
      expect(total / lossByDefinition(problem, work)).toBeCloseTo(1, 5)
      expect(observed + unobserved + regularization).toBeCloseTo(total, 6)
      expect(total).toBeLessThan(last * (1 + 1e-6))
      last = total
    }
    work.close()
  })

  test('enough conjugate gradient steps give the exact solution', async () => {
    const problem = randomProblem(60, 50, 0.2, 10, 11)
    const exact = await start(kernels, problem, threads)
    const cg = await start(kernels, problem, threads)
    const gram = await exact.gram('items')
    await exact.solve('users', gram, { kind: 'cholesky' })
    await cg.solve('users', gram, { kind: 'cg', steps: 20 })
    expect(relativeError(cg.readFactors('users'), exact.readFactors('users'))).toBeLessThan(1e-4)
    exact.close()
    cg.close()
  })

  test('a gram matrix whose last pivot alone is negative is ERR_SINGULAR, with the pivot and its row', async () => {
    const problem = randomProblem(20, 20, 0.3, 5, 43)
    const work = await start(kernels, problem, threads)
    const gram = Float64Array.from({ length: 25 }, (_, cell) => cell % 6 === 0 ? 1 : 0)
    gram[24] = -3 - problem.regularization
    await expect(work.solve('users', gram, { kind: 'cg', steps: 2 })).rejects.toMatchObject({ code: 'ERR_SINGULAR', message: expect.stringContaining('pivot -3 in row 4') })
    work.close()
  })

  test('a row without interactions becomes zero', async () => {
    const problem = randomProblem(30, 30, 0.2, 6, 13)
    const work = await start(kernels, problem, threads)
    for (const solver of solvers) {
      work.writeFactors('users', normals(180, 3))
      await work.solve('users', await work.gram('items'), solver)
      expect([...work.readFactors('users').subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0])
    }
    work.close()
  })

  test('a permutation of the users permutes their factors', async () => {
    const problem = randomProblem(40, 30, 0.25, 7, 17)
    const reversed = { ...problem, ...reverseUsers(problem) }
    for (const solver of solvers) {
      const [a, b] = [await start(kernels, problem, threads), await start(kernels, reversed, threads)]
      b.writeFactors('users', reverseRows(a.readFactors('users'), 7))
      const gram = await a.gram('items')
      await a.solve('users', gram, solver)
      await b.solve('users', gram, solver)
      expect(reverseRows(b.readFactors('users'), 7)).toEqual(a.readFactors('users'))
      a.close()
      b.close()
    }
  })

  test('a regularization that leaves the gram matrix singular is refused with ERR_SINGULAR', async () => {
    const problem = { ...randomProblem(20, 20, 0.3, 5, 19), regularization: 0 }
    const work = await kernels.als(problem, { threads })
    await expect(work.solve('users', await work.gram('items'), { kind: 'cholesky' })).rejects.toMatchObject({ code: 'ERR_SINGULAR' })
    work.close()
  })

  test('an aborted signal ends the work with ERR_ABORTED', async () => {
    const problem = randomProblem(20, 20, 0.3, 5, 23)
    const controller = new AbortController()
    const work = await kernels.als(problem, { threads, signal: controller.signal })
    work.writeFactors('items', normals(100, 1))
    const gram = await work.gram('items')
    controller.abort()
    await expect(work.solve('users', gram, { kind: 'cholesky' })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    work.close()
  })
})

test('1, 2 and 3 threads give the same bits over more than 1,000 chunks, and each thread solves rows', async () => {
  const problem = manyRows(70_000, 500, 8)
  const { users, items } = layOutAls(problem, 1).sides
  expect(users.chunks.first.length + items.chunks.first.length).toBeGreaterThan(1000)
  // The factors after two sweeps; more sweeps follow until the last worker, too, is up and has had rows.
  const factorsOf = async (threads: number, solver: Solver): Promise<Float32Array[]> => {
    const work = await start(wasmKernels, problem, threads)
    let afterTwo: Float32Array[] = []
    for (let sweep = 1; sweep <= 30 && (sweep <= 2 || work.rowsSolved().includes(0)); sweep++) {
      await work.solve('users', await work.gram('items'), solver)
      await work.solve('items', await work.gram('users'), solver)
      if (sweep === 2) afterTwo = [work.readFactors('users').slice(), work.readFactors('items').slice()]
    }
    expect(work.rowsSolved()).toHaveLength(threads)
    for (const rows of work.rowsSolved()) expect(rows).toBeGreaterThan(0)
    work.close()
    return afterTwo
  }
  for (const solver of [solvers[0], solvers[1]]) {
    const [one, two, three] = [await factorsOf(1, solver), await factorsOf(2, solver), await factorsOf(3, solver)]
    expect(two).toEqual(one)
    expect(three).toEqual(one)
  }
})

test('a row that is heavier than a block of scaled rows is solved like any other', async () => {
  const problem = randomProblem(700, 8, 0.9, 200, 31)
  expect(layOutAls(problem, 1).blockRows).toBeLessThan(200)
  for (const solver of solvers) {
    const expected = await start(referenceKernels, problem, 1)
    const actual = await start(wasmKernels, problem, 2)
    const gram = await expected.gram('users')
    await expected.solve('items', gram, solver)
    await actual.solve('items', gram, solver)
    expect(relativeError(actual.readFactors('items'), expected.readFactors('items'))).toBeLessThan(2e-5)
    actual.close()
  }
})

test('heavy rows that are solved together get what each would get alone, and the bits do not depend on threads', async () => {
  const problem = randomProblem(700, 200, 0.9, 120, 37)
  const { chunks } = layOutAls(problem, 1).sides.items
  const { nTogether, nRows, heavy } = chunks
  expect(nTogether).toBeGreaterThan(8)
  expect(Math.max(...nRows.subarray(0, nTogether))).toBeGreaterThan(3)
  expect(heavy.length).toBeGreaterThan(100)
  expect(nRows.reduce((sum, n) => sum + n, 0)).toBe(200)
  const expected = await start(referenceKernels, problem, 1)
  const gram = await expected.gram('users')
  const sums = await expected.solve('items', gram, { kind: 'cg', steps: 3 })
  const factors: Float32Array[] = []
  for (const threads of [1, 2, 3]) {
    const actual = await start(wasmKernels, problem, threads)
    const actualSums = await actual.solve('items', gram, { kind: 'cg', steps: 3 })
    expect(actualSums.loss / sums.loss).toBeCloseTo(1, 5)
    factors.push(actual.readFactors('items'))
    actual.close()
  }
  expect(relativeError(factors[0], expected.readFactors('items'))).toBeLessThan(1e-5)
  expect(factors[1]).toEqual(factors[0])
  expect(factors[2]).toEqual(factors[0])
})

// 13 factors are padded to 16; with 120 there are heavy rows, solved together
test.each([[120, 580, 40, 0.98], [13, 300, 90, 0.2]])('with %i factors a side that is not resident gives the bits of one that is, for any number of threads', async (factors, nUsers, nItems, density) => {
  const problem = randomProblem(nUsers, nItems, density, factors, 37)
  const bytesOf = (rows: number): number => 8 * 8 * Math.ceil(factors / 8) * rows
  const residences = [[bytesOf(nUsers), true, true], [bytesOf(nItems), false, true], [0, false, false]] as const
  for (const solver of solvers) {
    let first: { users: Float32Array, items: Float32Array, loss: number } | undefined
    for (const [residentBytes, ...isResident] of residences) {
      const { sides: { users, items } } = layOutAls(problem, 1, residentBytes)
      expect([users.isResident, items.isResident]).toEqual(isResident)
      expect(items.chunks.nTogether > 8).toBe(factors === 120)
      for (const threads of residentBytes === 0 ? [1, 2, 3] : [2]) {
        const work = await start({ ...wasmKernels, als: (given, context) => wasmAls(given, context, residentBytes) }, problem, threads)
        await work.solve('users', await work.gram('items'), solver)
        const { loss } = await work.solve('items', await work.gram('users'), solver)
        work.close()
        first ??= { users: work.readFactors('users'), items: work.readFactors('items'), loss }
        expect(work.readFactors('users')).toEqual(first.users)
        expect(work.readFactors('items')).toEqual(first.items)
        expect(loss / first.loss).toBeCloseTo(1, 12) // chunks may be others, and so the order of the sum
      }
    }
  }
})

test('a chunk that meets more factors than fit 4 GiB is refused with its size before anything is allocated', async () => {
  const n = 600_000
  const byItem = { nRows: 1, nColumns: n, indptr: Uint32Array.of(0, n), indices: Int32Array.from({ length: n }, (_, user) => user), values: new Float32Array(n) }
  const problem = { byUser: transpose(byItem), byItem, factors: 1024, alpha: 1, regularization: 1 }
  await expect(wasmKernels.als(problem, { threads: 1 })).rejects.toMatchObject({ code: 'ERR_MEMORY', message: expect.stringMatching(/need \d{10,} bytes on 1 threads, .* 600000 rows/) })
})

/** Users with two items each: many chunks of little work. */
function manyRows(nUsers: number, nItems: number, factors: number): AlsProblem {
  const { below } = seededRandom(29)
  const users = Int32Array.from({ length: 2 * nUsers }, (_, at) => at >> 1)
  const items = new Int32Array(2 * nUsers)
  for (let user = 0; user < nUsers; user++) {
    items[2 * user] = below(nItems)
    items[2 * user + 1] = (items[2 * user] + 1 + below(nItems - 1)) % nItems
  }
  const byUser = buildCsr(users, items, new Float32Array(2 * nUsers).fill(1), nUsers, nItems)
  return { byUser, byItem: transpose(byUser), factors, alpha: 2, regularization: 0.5 }
}

function reverseUsers({ byItem }: AlsProblem): Pick<AlsProblem, 'byUser' | 'byItem'> {
  const reversed = { ...byItem, indices: byItem.indices.map(user => byItem.nColumns - 1 - user), values: byItem.values.slice() }
  // within a row the columns must rise: sorting through two transposes
  const byUser = transpose(reversed)
  return { byUser, byItem: transpose(byUser) }
}

function reverseRows(values: Float32Array, width: number): Float32Array {
  const nRows = values.length / width
  return Float32Array.from(values, (_, at) => values[(nRows - 1 - Math.floor(at / width)) * width + (at % width)])
}
