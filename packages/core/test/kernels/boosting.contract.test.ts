// Boosting by the wasm kernels beside its specification: the same bits, on any number of threads.
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.ts'
import { referenceKernels, wasmKernels, type BoostProblem, type Kernels, type Tree } from '../../src/kernels/index.ts'
import { rankingRows, sizesOf } from '../rank/ranking-data.ts'

const growth = { numLeaves: 12, maxDepth: 0, minDataInLeaf: 5, minSumHessianInLeaf: 0.001, lambda: 0.5, minGainToSplit: 0, learningRate: 0.2 }
const lambdas = { sigmoid: 1, truncation: 10, isNormalized: true }

// Borders in the midst of the values, as many as a feature likes.
function problemOf(nGroups: number, seed: number, changed: Partial<BoostProblem> = {}): BoostProblem {
  const { blocks, groups, labels } = rankingRows(sizesOf(nGroups, seed), seed)
  const borders = blocks[0].map(column => Float32Array.from(new Set(column.filter(value => !Number.isNaN(value)).sort())).filter((_, at, all) => at % Math.ceil(all.length / 254) === 0).subarray(0, -1))
  const cut = Math.floor(labels.length / 3) // two blocks, cut in the midst of a group
  const parts = [blocks[0].map(column => column.subarray(0, cut)), blocks[0].map(column => column.subarray(cut))]
  return { blocks: parts, borders, groups, labels, lambdas, growth, ...changed }
}

async function grown(kernels: Kernels, problem: BoostProblem, nTrees: number, threads = 1): Promise<{ trees: Tree[], scores: Float64Array }> {
  const work = await kernels.boosting(problem, { threads })
  const { uniform } = seededRandom(9)
  const trees: Tree[] = []
  for (let tree = 0; tree < nTrees; tree++) {
    const some = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, at) => at).filter(at => at === 0 || uniform() < 0.8)
    trees.push(await work.grow(some(problem.groups.length - 1), some(problem.borders.length)))
  }
  work.close()
  return { trees, scores: work.scores }
}

const cases: Record<string, Partial<BoostProblem>> = {
  'as it is': {},
  'without the norm': { lambdas: { ...lambdas, isNormalized: false, sigmoid: 2 } },
  'truncated at one': { lambdas: { ...lambdas, truncation: 1 } },
  'three splits deep': { growth: { ...growth, maxDepth: 3, lambda: 0 } },
  'with leaves of one row': { growth: { ...growth, minDataInLeaf: 1, minSumHessianInLeaf: 0, numLeaves: 60 } },
  'with gains that are too small': { growth: { ...growth, minGainToSplit: 1e9 } },
}

test.each(Object.entries(cases))('%s, trees and scores have the bits of the specification', async (_, changed) => {
  const problem = problemOf(60, 4, changed)
  const expected = await grown(referenceKernels, problem, 4)
  const actual = await grown(wasmKernels, problem, 4)
  expect(actual.trees).toEqual(expected.trees)
  expect(actual.scores).toEqual(expected.scores)
})

test.each([2, 3])('the same bits on %i threads as on one, where leaves have several chunks', async threads => {
  const problem = problemOf(2500, 5)
  expect(problem.labels.length).toBeGreaterThan(2 * 16_384)
  const one = await grown(wasmKernels, problem, 3)
  expect(one.trees.every(({ feature }) => feature.length === 11)).toBe(true)
  expect(await grown(wasmKernels, problem, 3, threads)).toEqual(one)
})

test.each([1, 2, 3, 4, 5, 6, 7, 9])('%i features or so fill their blocks of four', async nFeatures => {
  const whole = problemOf(20, 6)
  const pick = <Part>(parts: readonly Part[]): Part[] => Array.from({ length: nFeatures }, (_, at) => parts[at % parts.length])
  const problem = { ...whole, blocks: whole.blocks.map(pick), borders: pick(whole.borders) }
  expect(await grown(wasmKernels, problem, 2)).toEqual(await grown(referenceKernels, problem, 2))
})

test('a forest gives the bits of the specification, in threads too, where values are missing, on a border, beyond all borders', async () => {
  const problem = problemOf(300, 7)
  const { trees } = await grown(wasmKernels, problem, 8)
  const leaf = { ...trees[0], feature: new Int32Array(0), leafValue: Float64Array.of(0.25) } // a tree without a split
  const rounded = { ...trees[1], threshold: trees[1].threshold.map((threshold, at) => at % 2 === 0 ? threshold + 1e-12 : threshold - 1e-12) }
  const all = [...trees, leaf, rounded]
  const columns = problem.borders.map((borders, feature) => Float32Array.from([
    ...problem.blocks[1][feature], ...borders.subarray(0, 3), NaN, 1e30, -1e30, 0, -0,
  ]).subarray(-3500))
  const n = Math.min(...columns.map(({ length }) => length))
  const equal = columns.map(column => column.subarray(column.length - n))
  const expected = (await referenceKernels.forest(all, equal.length)).scoresNow(equal)
  const forest = await wasmKernels.forest(all, equal.length)
  expect(n).toBeGreaterThan(2048)
  expect(forest.scoresNow(equal)).toEqual(expected)
  for (const threads of [1, 2, 3]) expect(Float64Array.from(await forest.scores(equal, { threads }))).toEqual(expected)
})

test('the trees\' scores are those of the forest that they make', async () => {
  const problem = problemOf(40, 8, { growth: { ...growth, numLeaves: 20 } })
  const { trees, scores } = await grown(wasmKernels, problem, 5)
  const columns = problem.borders.map((_, feature) => Float32Array.from(problem.blocks.flatMap(block => [...block[feature]])))
  expect((await wasmKernels.forest(trees, columns.length)).scoresNow(columns)).toEqual(Float64Array.from(scores))
})

test('what is cancelled is ERR_ABORTED, what does not fit 4 GiB ERR_MEMORY with numbers', async () => {
  const problem = problemOf(20, 9)
  for (const kernels of [referenceKernels, wasmKernels]) {
    const controller = new AbortController()
    const work = await kernels.boosting(problem, { threads: 1, signal: controller.signal })
    controller.abort()
    await expect(work.grow(Uint32Array.of(0), Uint32Array.of(0))).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    work.close()
  }
  const huge = { ...problem, growth: { ...growth, numLeaves: 1_000_000 } }
  await expect(wasmKernels.boosting(huge, {})).rejects.toThrow(/ERR_MEMORY: \d+ rows of 7 features and trees of 1000000 leaves need \d+ bytes/)
})
