// Every implementation of lists and ranks against brute force over the scorer's scores, bit for bit.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.ts'
import { pessimisticRanks } from '../../src/evaluate/index.ts'
import { checkRankable, referenceKernels, wasmKernels, type Ranker, type Vectors } from '../../src/kernels/index.ts'
import { layOutItems } from '../../src/kernels/wasm/packed-items.ts'
import { topK } from '../../src/model/index.ts'
import { buildCsr, rowIndices, type Csr } from '../../src/sparse/index.ts'
import { normals } from '../random-problem.ts'

const kernels = [referenceKernels, wasmKernels]

/** Items, vectors, and what is left out and relevant for each vector. */
interface Case {
  readonly factors: number
  readonly items: Float32Array
  readonly vectors: Float32Array
  readonly ranked: Int32Array
  readonly exclude: Csr
  readonly relevant: Csr
}

const all = (n: number): Int32Array => Int32Array.from({ length: n }, (_, index) => index)

function matrix(pairs: readonly (readonly [number, number])[], nRows: number, nItems: number): Csr {
  const ones = new Float32Array(pairs.length).fill(1)
  return buildCsr(Int32Array.from(pairs, pair => pair[0]), Int32Array.from(pairs, pair => pair[1]), ones, nRows, nItems)
}

/** Relevant and excluded items at random, without any in common. */
function caseOf(items: Float32Array, vectors: Float32Array, factors: number, seed: number, ranked = all(items.length / factors)): Case {
  const { uniform } = seededRandom(seed)
  const [n, nItems] = [vectors.length / factors, items.length / factors]
  const [excluded, relevant]: [number, number][][] = [[], []]
  for (let v = 0; v < n; v++) {
    const share = [0, 0.05, 0.5, 1][v % 4]
    for (let item = 0; item < nItems; item++) {
      if (uniform() < share) excluded.push([v, item])
      else if (uniform() < 3 / nItems) relevant.push([v, item])
    }
  }
  return { factors, items, vectors, ranked, exclude: matrix(excluded, n, nItems), relevant: matrix(relevant, n, nItems) }
}

/** What a list must be: `topK` over the scorer's scores, the oldest and plainest way. */
async function bruteForce({ factors, items, vectors, ranked, exclude, relevant }: Case, k: number, exclude2: readonly number[] = [], allow?: readonly number[]) {
  const [n, nItems] = [vectors.length / factors, items.length / factors]
  const scorer = await wasmKernels.scorer(items, nItems, factors)
  const scores = new Float32Array(nItems)
  const lists: { items: number[], scores: number[] }[] = []
  const ranks: number[] = []
  for (let v = 0; v < n; v++) {
    scorer.score(vectors.subarray(v * factors, (v + 1) * factors), 1, scores)
    const unranked = new Set(all(nItems))
    for (const item of ranked) unranked.delete(item)
    for (const item of unranked) scores[item] = NaN
    const best = topK(scores, k, [...rowIndices(exclude, v), ...exclude2], allow && (item => allow.includes(item)))
    const padding = k - best.indices.length
    lists.push({
      items: [...best.indices, ...new Array<number>(padding).fill(-1)],
      scores: [...best.scores, ...new Array<number>(padding).fill(-Infinity)],
    })
    for (const item of rowIndices(relevant, v)) ranks.push(...pessimisticRanks(scores, [item], rowIndices(exclude, v)))
  }
  return { items: lists.flatMap(list => list.items), scores: lists.flatMap(list => list.scores), ranks }
}

async function check(problem: Case, ks: readonly number[], threads = 1): Promise<void> {
  const { factors, items, vectors, ranked, exclude, relevant } = problem
  const [n, nItems] = [vectors.length / factors, items.length / factors]
  for (const { ranker } of kernels) {
    const actual = await ranker(items, nItems, factors, ranked)
    const query: Vectors = { vectors, rows: all(n), excludeByRow: exclude }
    for (const k of ks) {
      const expected = await bruteForce(problem, k)
      const lists = await actual.lists(query, k, { threads })
      expect([...lists.items]).toEqual(expected.items)
      expect([...lists.scores]).toEqual(expected.scores)
      expect(actual.listsNow(query, k)).toEqual(lists)
      await oneByOne(actual, query, k, lists.items)
    }
    const { ranks } = await bruteForce(problem, 1)
    expect([...await actual.ranks(query, relevant, Infinity, { threads })]).toEqual(ranks)
    const limited = await actual.ranks(query, relevant, 4, { threads })
    limited.forEach((rank, at) => expect([ranks[at], ...ranks[at] > 4 ? [Infinity] : []]).toContain(rank))
  }
}

/** A vector alone goes through another loop than in a block. */
async function oneByOne(ranker: Ranker, query: Vectors, k: number, items: Int32Array): Promise<void> {
  for (const row of Array.from(query.rows).slice(0, 5)) {
    const own = ranker.listsNow({ ...query, rows: [row] }, k)
    expect(own.items).toEqual(Int32Array.from(items.subarray(row * k, (row + 1) * k)))
  }
}

describe('lists and ranks equal brute force, bit for bit', () => {
  test.each([1, 2, 3, 7, 8, 9, 16, 50, 64, 100, 256, 1000, 1024])('%i factors', async factors => {
    await check(caseOf(normals(53 * factors, 1), normals(9 * factors, 2), factors, 3), [1, 10, 60])
  })

  test.each([[1, 1], [5, 7], [64, 8], [65, 9], [131, 200], [3, 2000]])('%i vectors and %i items', async (n, nItems) => {
    await check(caseOf(normals(nItems * 12, 4), normals(n * 12, 5), 12, 6), [1, 3, 10, nItems, nItems + 5])
  })

  const draw = (n: number, seed: number, value: (uniform: () => number) => number): Float32Array => {
    const { uniform } = seededRandom(seed)
    return Float32Array.from({ length: n }, () => value(uniform))
  }
  const kinds: [string, (uniform: () => number) => number][] = [
    ['all zero', () => 0],
    ['tied', uniform => Math.floor(uniform() * 3) - 1],
    ['mostly zero', uniform => uniform() < 0.9 ? 0 : uniform() - 0.5],
    ['positive and all but equal', uniform => 1 + uniform() * 2e-7],
    ['huge', uniform => (uniform() - 0.5) * 1e19],
    ['so huge that scores overflow', uniform => (uniform() - 0.5) * 6e38],
    ['of which some have huge outliers', uniform => uniform() < 0.05 ? 1e25 * (uniform() - 0.5) : uniform() - 0.5],
    ['small', uniform => (uniform() - 0.5) * 1e-19],
    ['so small that products are denormal', uniform => (uniform() - 0.5) * 1e-21],
    ['denormal', uniform => (uniform() - 0.5) * 1e-40],
    ['of any magnitude', uniform => (uniform() - 0.5) * 10 ** Math.floor(uniform() * 70 - 38)],
    ['partly infinite', uniform => uniform() < 0.02 ? Infinity * (uniform() - 0.5) : uniform() - 0.5],
    ['partly NaN', uniform => uniform() < 0.02 ? NaN : uniform() - 0.5],
  ]
  test.each(kinds)('factors %s', async (_, value) => {
    for (const [items, vectors] of [[value, value], [value, (uniform: () => number) => uniform() - 0.5], [(uniform: () => number) => uniform() - 0.5, value]]) {
      await check(caseOf(draw(70 * 6, 7, items), draw(9 * 6, 8, vectors), 6, 9), [1, 5, 80])
    }
  })

  test('items that are not ranked are in no list, count in no rank, and have the rank Infinity', async () => {
    const ranked = all(90).filter(item => item % 3 === 0)
    await check(caseOf(normals(90 * 5, 10), normals(8 * 5, 11), 5, 12, ranked), [4, 100])
    await check(caseOf(normals(90 * 5, 10), normals(8 * 5, 11), 5, 12, new Int32Array(0)), [4])
  })

  // 17 a + 556,750 from two products near 2³⁰, whose sum float32 rounds to a multiple of 64
  test('factors that are whole numbers already, so that only float32 rounds, and differently for each item', async () => {
    const { below } = seededRandom(21)
    const a = Array.from({ length: 128 }, (_, item) => item === 0 ? 32_767 : 32_700 + below(68))
    const [items, vectors] = [Float32Array.from(a.flatMap(value => [value, 17 - value])), new Float32Array(8).map((_, at) => at % 2 === 0 ? 32_767 : 32_750)]
    const everyItem = matrix(Array.from({ length: 512 }, (_, at) => [at >> 7, at & 127] as const), 4, 128)
    await check({ ...caseOf(items, vectors, 2, 22), exclude: matrix([], 4, 128), relevant: everyItem }, [1, 10, 40])
  })

  test.each([1, 4, 9])('one relevant item for each of %i vectors, beside what is left out', async n => {
    const [items, vectors] = [normals(200 * 6, 23), normals(n * 6, 24)]
    const relevant = matrix(Array.from({ length: n }, (_, v) => [v, 21 * v] as const), n, 200)
    const exclude = matrix(Array.from({ length: n * 60 }, (_, at) => [at % n, 3 * Math.floor(at / n) + 1] as const), n, 200)
    await check({ ...caseOf(items, vectors, 6, 25), exclude, relevant }, [10])
  })

  test('any factors', async () => {
    const float = fc.float({ noNaN: true, noDefaultInfinity: true })
    await fc.assert(fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 22 }), fc.infiniteStream(float), fc.integer(),
      async (factors, nItems, n, k, numbers, seed) => {
        const take = (length: number): Float32Array => Float32Array.from({ length }, () => numbers.next().value)
        await check(caseOf(take(nItems * factors), take(n * factors), factors, seed), [k])
      },
    ))
  })

})

test('1, 2 and 3 threads give the same bits, and so do passes that are asked for at the same time', async () => {
  const [n, nItems, factors] = [800, 8200, 512] // more than three times what a thread is started for
  const { items, vectors, ranked } = caseOf(normals(nItems * factors, 13), normals(n * factors, 14), factors, 15, all(nItems).filter(item => item % 5 > 0))
  const exclude = matrix(Array.from({ length: n * 7 }, (_, at) => [at % n, (at * 37) % nItems] as const), n, nItems)
  const relevant = matrix(Array.from({ length: n }, (_, v) => [v, (v * 53 + 1) % nItems] as const), n, nItems)
  const query = { vectors, rows: all(n), excludeByRow: exclude }
  const ranker = await wasmKernels.ranker(items, nItems, factors, ranked)
  const [lists, ranks] = [ranker.listsNow(query, 10), await ranker.ranks(query, relevant, Infinity, { threads: 1 })]
  const reports: number[] = []
  const onProgress = ({ done, total }: { done: number, total: number }): void => { reports.push(done / total) }
  for (const threads of [1, 2, 3]) {
    const [a, b, c] = await Promise.all([ranker.lists(query, 10, { threads, onProgress }), ranker.ranks(query, relevant, Infinity, { threads }), ranker.lists(query, 10, { threads })])
    expect(a).toEqual(lists)
    expect(b).toEqual(ranks)
    expect(c).toEqual(lists)
  }
  expect(reports.at(-1)).toBe(1)
  await expect(ranker.lists(query, 10, { threads: 2, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  expect(await ranker.lists(query, 10, { threads: 2 })).toEqual(lists) // who is cancelled keeps nobody else from an answer
})

test('vectors beyond those that are copied in at a time have lists and ranks of their own', async () => {
  const [n, nItems, factors] = [17_000, 9, 2] // 256 blocks of 64 are 16,384
  const { items, vectors, ranked } = caseOf(normals(nItems * factors, 17), normals(n * factors, 18), factors, 19, all(nItems))
  const relevant = matrix(Array.from({ length: n }, (_, v) => [v, v % nItems] as const), n, nItems)
  const ranker = await wasmKernels.ranker(items, nItems, factors, ranked)
  const [now, later] = [ranker.listsNow({ vectors, rows: all(n) }, 3), await ranker.lists({ vectors, rows: all(n) }, 3, { threads: 1 })]
  const ranks = await ranker.ranks({ vectors, rows: all(n) }, relevant, Infinity, { threads: 1 })
  for (const row of [0, 16_383, 16_384, 16_999]) {
    const alone = ranker.listsNow({ vectors, rows: [row] }, 3)
    expect([...now.items.subarray(3 * row, 3 * row + 3)]).toEqual([...alone.items])
    expect([...later.scores.subarray(3 * row, 3 * row + 3)]).toEqual([...alone.scores])
    expect(ranks[row]).toBe((await ranker.ranks({ vectors, rows: [row] }, relevant, Infinity, { threads: 1 }))[0])
  }
})

test('items that do not fit 4 GiB are refused with numbers', async () => {
  const hugeNumber = 12_000_000
  await expect(wasmKernels.ranker(new Float32Array(0), hugeNumber, 64, { length: hugeNumber } as unknown as Int32Array))
    .rejects.toMatchObject({ code: 'ERR_MEMORY', message: expect.stringMatching(/need \d{10,} bytes/) })
  expect(() => { checkRankable(11_900_000, 10, 64) }).not.toThrow()
  // the items alone would fit, a thread's scratch beside them does not
  expect(layOutItems(10_900_000, 10_900_000, 64).sizeBytes).toBeLessThan(2 ** 32)
  expect(() => { checkRankable(10_900_000, 10_900_000, 64) }).toThrow(/need \d{10,} bytes to be ranked/)
})

describe.each(kernels)('$name', ({ ranker }) => {
  const factors = 4
  const problem = caseOf(normals(60 * factors, 16), normals(6 * factors, 17), factors, 18)

  test('left out for all, allowed alone, and left out for one are left out together', async () => {
    const exclude = [3, 3, 17, 40]
    const allow = all(60).filter(item => item % 2 === 1 || item === 40)
    const actual = await ranker(problem.items, 60, factors, problem.ranked)
    const { items } = actual.listsNow({ vectors: problem.vectors, rows: all(6), excludeByRow: problem.exclude, exclude, allow }, 20)
    expect([...items]).toEqual((await bruteForce(problem, 20, exclude, [...allow])).items)
    expect([...actual.listsNow({ vectors: problem.vectors, rows: [0], allow: [] }, 2).items]).toEqual([-1, -1])
  })

  test('rows are answered in the order in which they are asked, also twice', async () => {
    const actual = await ranker(problem.items, 60, factors, problem.ranked)
    const expected = (await bruteForce(problem, 3)).items
    const rows = [5, 0, 5, 2]
    const { items } = await actual.lists({ vectors: problem.vectors, rows, excludeByRow: problem.exclude }, 3, {})
    expect([...items]).toEqual(rows.flatMap(row => expected.slice(3 * row, 3 * row + 3)))
    expect((await actual.lists({ vectors: problem.vectors, rows: [] }, 3, {})).items).toHaveLength(0)
  })

  test('a vector for which nothing is sought takes nothing from its neighbour, whatever its scores', async () => {
    const [items, vectors] = [normals(20, 20), Float32Array.of(1e38, 1, 2, 1e38)]
    const relevant = matrix([[1, 4], [2, 5]], 4, 20)
    const query = { vectors, rows: all(4) }
    const expected = await (await referenceKernels.ranker(items, 20, 1, all(20))).ranks(query, relevant, Infinity, {})
    expect(await (await ranker(items, 20, 1, all(20))).ranks(query, relevant, Infinity, {})).toEqual(expected)
  })

  test('many relevant items of one vector have their ranks', async () => {
    const many = matrix(Array.from({ length: 60 }, (_, item) => [0, item] as const), 6, 60)
    const actual = await ranker(problem.items, 60, factors, problem.ranked)
    const ranks = await actual.ranks({ vectors: problem.vectors, rows: [0] }, many, Infinity, {})
    expect([...ranks].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, at) => at + 1))
  })
})
