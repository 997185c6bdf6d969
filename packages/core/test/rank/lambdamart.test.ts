// LambdaMART as a whole: what it learns, and what its trees must not depend on.
import { describe, expect, test } from 'vitest'
import { log2, seededRandom } from '../../src/base/index.ts'
import { referenceKernels } from '../../src/kernels/index.ts'
import { referenceBoosting } from '../../src/kernels/reference/boosting.ts'
import { lambdasOf } from '../../src/kernels/reference/lambdas.ts'
import { bordersOf } from '../../src/rank/borders.ts'
import { forestOf, meanNdcg, trainLambdaMart, type LambdaMartOptions, type RankingRows, type TrainedRanker } from '../../src/rank/index.ts'
import { featureNames, rankingRows, sizesOf } from './ranking-data.ts'

const small: Partial<LambdaMartOptions> = { trees: 12, numLeaves: 8, minDataInLeaf: 5, earlyStopping: 0 }
const training = rankingRows(sizesOf(150, 1), 1)
const validation = rankingRows(sizesOf(80, 2), 2)

const trained = (options: Partial<LambdaMartOptions> = {}, rows = training, seed = 1): Promise<TrainedRanker> =>
  trainLambdaMart({ featureNames, training: rows }, { ...small, ...options }, { seed, threads: 1 })

async function scoresOf({ ranker }: TrainedRanker, { blocks }: RankingRows): Promise<Float64Array> {
  return (await forestOf(ranker)).scoresNow(blocks[0])
}

/** The rows of groups in another order. */
function reordered({ blocks, groups, labels }: RankingRows, order: readonly number[]): RankingRows {
  const rows = order.flatMap(group => Array.from({ length: groups[group + 1] - groups[group] }, (_, at) => groups[group] + at))
  let start = 0
  return {
    blocks: blocks.map(columns => columns.map(column => Float32Array.from(rows, row => column[row]))),
    groups: Uint32Array.from([0, ...order.map(group => start += groups[group + 1] - groups[group])]),
    labels: Uint8Array.from(rows, row => labels[row]),
  }
}

describe('what it learns', () => {
  test('groups that it has not seen are ordered better than by their best feature', async () => {
    const { blocks, labels, groups } = validation
    const byModel = meanNdcg(await scoresOf(await trained({ trees: 40 }), validation), labels, groups, 10)
    const byFeature = meanNdcg(Float64Array.from(blocks[0][0]), labels, groups, 10)
    expect(byModel).toBeGreaterThan(byFeature + 0.05)
  })

  test('trees use missing values, and neither a constant feature nor one that is always missing', async () => {
    const { ranker: { trees, ranges } } = await trained()
    const used = new Set(trees.flatMap(({ feature }) => [...feature]))
    expect(used.has(2)).toBe(true)
    expect(used.has(4) || used.has(5)).toBe(false)
    expect(ranges[4]).toEqual([3, 3])
    expect(ranges[5]).toBeUndefined()
  })

  test('a leaf holds as many rows and as much hessian as it must, a tree as many leaves and levels as it may', async () => {
    const { ranker: { trees } } = await trained({ minDataInLeaf: 40, minSumHessianInLeaf: 0.5, maxDepth: 3, numLeaves: 6 })
    for (const tree of trees) {
      expect(Math.min(...tree.leafCount)).toBeGreaterThanOrEqual(40)
      expect(Math.min(...tree.leafWeight)).toBeGreaterThanOrEqual(0.5)
      expect(tree.leafValue.length).toBeLessThanOrEqual(6)
      const depth = (at: number): number => at < 0 ? 0 : 1 + Math.max(depth(tree.left[at]), depth(tree.right[at]))
      expect(depth(0)).toBeLessThanOrEqual(3)
      expect(tree.internalCount[0]).toBe(tree.leafCount.reduce((sum, count) => sum + count, 0))
    }
  })

  test('the leaf that gains most is split first', async () => {
    const { ranker: { trees } } = await trained({ numLeaves: 20 })
    for (const { left, right, gain } of trees) {
      const parent = gain.map((_, at) => [...left].includes(at) ? left.indexOf(at) : right.indexOf(at))
      gain.forEach((first, at) => gain.forEach((later, after) => {
        if (after > at && parent[after] < at) expect(later).toBeLessThanOrEqual(first)
      }))
    }
  })

  test('each tree is grown on groups and features of its own, as many as are wanted', async () => {
    const { ranker: { trees } } = await trained({ baggingFraction: 0.5, featureFraction: 0.3, trees: 20 })
    const rows = trees.map(({ internalCount }) => internalCount[0])
    expect(new Set(rows).size).toBeGreaterThan(10)
    const all = (await trained({ trees: 1 })).ranker.trees[0].internalCount[0]
    expect(rows.reduce((sum, n) => sum + n, 0) / rows.length / all).toBeCloseTo(0.5, 1)
    for (const { feature } of trees) expect(new Set(feature).size).toBeLessThanOrEqual(2)
    expect(new Set(trees.flatMap(({ feature }) => [...feature])).size).toBeGreaterThanOrEqual(5)
  })

  test('early stopping ends the growth and keeps the trees up to the best NDCG', async () => {
    const options = { ...small, trees: 400, learningRate: 0.5, earlyStopping: 5 }
    const { ranker, validationNdcg } = await trainLambdaMart({ featureNames, training, validation }, options, { seed: 1, threads: 1 })
    const best = validationNdcg.indexOf(Math.max(...validationNdcg))
    expect(validationNdcg.length).toBe(best + 1 + 5)
    expect(ranker.trees).toHaveLength(best + 1)
    expect(meanNdcg(await scoresOf({ ranker, validationNdcg }, validation), validation.labels, validation.groups, 10)).toBe(validationNdcg[best])
  })

  test('validation rows change no tree', async () => {
    const beside = await trainLambdaMart({ featureNames, training, validation }, small, { seed: 1, threads: 1 })
    expect(beside.ranker).toEqual((await trained()).ranker)
  })
})

describe('what the trees do not depend on', () => {
  test.each([2, 3])('%i threads', async threads => {
    const one = await trained({ baggingFraction: 0.7, featureFraction: 0.6 })
    expect(await trainLambdaMart({ featureNames, training }, { ...small, baggingFraction: 0.7, featureFraction: 0.6 }, { seed: 1, threads })).toEqual(one)
  })

  test('the implementation of the arithmetic', async () => {
    const byReference = await trainLambdaMart({ featureNames, training, validation }, { ...small, trees: 3 }, { seed: 1 }, referenceKernels)
    expect(await trainLambdaMart({ featureNames, training, validation }, { ...small, trees: 3 }, { seed: 1 })).toEqual(byReference)
  })

  test('the order of the groups', async () => {
    const order = Array.from({ length: 150 }, (_, at) => (at * 67 + 5) % 150)
    const rows = reordered(training, order)
    const [before, after] = [await scoresOf(await trained(), training), await scoresOf(await trained({}, rows), rows)]
    let at = 0
    for (const group of order) {
      for (let row = training.groups[group]; row < training.groups[group + 1]; row++) expect(after[at++]).toBeCloseTo(before[row], 6)
    }
  })

  test('a rising function of a feature', async () => {
    const cubed = { ...training, blocks: training.blocks.map(columns => columns.map((column, at) => at === 0 ? column.map(value => value ** 3 + value) : column)) }
    expect(await scoresOf(await trained({}, cubed), cubed)).toEqual(await scoresOf(await trained(), training))
  })

  test('how the rows are cut into blocks', async () => {
    const cut = 1234
    const columns = training.blocks[0]
    const blocks = [columns.map(column => column.subarray(0, cut)), columns.map(column => column.subarray(cut))]
    expect(await trained({}, { ...training, blocks })).toEqual(await trained())
  })

  test('the seed changes what is drawn, and nothing where nothing is', async () => {
    expect(await trained({}, training, 2)).toEqual(await trained())
    expect(await trained({ baggingFraction: 0.5 }, training, 2)).not.toEqual(await trained({ baggingFraction: 0.5 }))
  })
})

test('the best cut of the first tree is the best of all cuts, tried one by one', async () => {
  const { ranker: { trees: [{ feature, threshold, gain, missingLeft }] } } = await trained({ numLeaves: 2, trees: 1, maxBins: 255, lambda: 1 })
  const whole: { gradients: Float64Array, hessians: Float64Array } = { gradients: new Float64Array(training.labels.length), hessians: new Float64Array(training.labels.length) }
  const { groups, labels, blocks } = training
  for (let group = 0; group < groups.length - 1; group++) {
    lambdasOf({ sigmoid: 1, truncation: 30, isNormalized: true }, labels, new Float64Array(labels.length), groups[group], groups[group + 1], whole.gradients, whole.hessians)
  }
  const learnable = (row: number): boolean => whole.hessians[row] > 0
  const worth = (rows: readonly number[]): number => {
    const sum = (values: Float64Array): number => rows.reduce((total, row) => total + values[row], 0)
    return sum(whole.gradients) ** 2 / (sum(whole.hessians) + 1)
  }
  const all = Array.from(labels.keys()).filter(learnable)
  let best = { gain: 0, feature: -1, threshold: 0, missingLeft: 0 }
  blocks[0].forEach((column, at) => {
    for (const border of [...bordersOf([column], 255, 1), 1e300]) {
      for (const side of [0, 1]) {
        const goesLeft = (row: number): boolean => Number.isNaN(column[row]) ? side === 1 : column[row] <= border
        const [left, right] = [all.filter(goesLeft), all.filter(row => !goesLeft(row))]
        if (Math.min(left.length, right.length) < 5) continue
        const found = worth(left) + worth(right) - worth(all)
        if (found > best.gain * (1 + 1e-9)) best = { gain: found, feature: at, threshold: border, missingLeft: side }
      }
    }
  })
  expect(feature[0]).toBe(best.feature)
  expect(threshold[0]).toBe(best.threshold)
  expect(gain[0]).toBeCloseTo(best.gain, 3)
  if (blocks[0][best.feature].some(Number.isNaN)) expect(missingLeft[0]).toBe(best.missingLeft)
})

test('gradients rounded to 2³¹ steps grow trees as good as gradients rounded to 2⁵² steps', async () => {
  const borders = featureNames.map((_, feature) => bordersOf(training.blocks.map(block => block[feature]), 255, 1))
  const growth = { numLeaves: 8, maxDepth: 0, minDataInLeaf: 5, minSumHessianInLeaf: 0.001, lambda: 0, minGainToSplit: 0, learningRate: 0.1 }
  const problem = { ...training, borders, growth, lambdas: { sigmoid: 1, truncation: 30, isNormalized: true } }
  const ndcgAfter = async (mostSteps: number): Promise<number> => {
    const work = referenceBoosting(problem, {}, mostSteps)
    for (let tree = 0; tree < 5; tree++) await work.grow(Uint32Array.from({ length: 150 }, (_, at) => at), Uint32Array.from(featureNames.keys()))
    return meanNdcg(work.scores, training.labels, training.groups, 10)
  }
  expect(Math.abs(await ndcgAfter(2 ** 31 - 1) - await ndcgAfter(2 ** 52))).toBeLessThan(0.002)
})

test('NDCG by hand: equal scores rank last, groups without a relevant row do not count, places after k neither', () => {
  const ndcg = (scores: number[], labels: number[], groups: number[], k: number): number =>
    meanNdcg(Float64Array.from(scores), Uint8Array.from(labels), Uint32Array.from(groups), k)
  expect(ndcg([3, 2, 1], [0, 1, 0], [0, 3], 10)).toBeCloseTo(1 / log2(3), 12)
  expect(ndcg([2, 2, 1], [1, 0, 0], [0, 3], 10)).toBeCloseTo(1 / log2(3), 12) // rank 2: another has as much
  expect(ndcg([1, 2, 3], [2, 1, 0], [0, 3], 10)).toBeCloseTo((3 / log2(4) + 1 / log2(3)) / (3 + 1 / log2(3)), 12)
  expect(ndcg([3, 2, 1, 5, 4], [0, 0, 1, 0, 0], [0, 3, 5], 2)).toBe(0)
  expect(ndcg([1, 2], [0, 0], [0, 2], 10)).toBeNaN()
})

describe('borders', () => {
  test('each value of a few has a bin of its own, borders half-way', () => {
    expect(bordersOf([Float32Array.of(3, 1, NaN, 2, 1)], 255, 1)).toEqual(Float32Array.of(1.5, 2.5))
  })

  test.each([3, 4, 5, 6, 7])('of many values there are as many bins as wanted, about equally full; a common value has one of its own (seed %i)', seed => {
    const { normal, uniform } = seededRandom(seed)
    const column = Float32Array.from({ length: 50_000 }, () => uniform() < 0.3 ? 0.5 : normal())
    const nCommon = column.filter(value => value === 0.5).length
    const share = (50_000 - nCommon) / 63
    const borders = bordersOf([column], 64, 1)
    expect(borders.length).toBe(63)
    const counts = new Uint32Array(64)
    for (const value of column) counts[borders.filter(border => border < value).length]++
    const common = borders.filter(border => border < 0.5).length
    expect(counts[common]).toBeGreaterThanOrEqual(nCommon)
    expect(counts[common] - nCommon).toBeLessThan(share / 2)
    expect(Math.max(...counts.filter((_, bin) => bin !== common))).toBeLessThan(1.5 * share)
  })

  test('between neighbours in float32 is the lower one; a constant and an absent feature have none', () => {
    const next = Math.fround(1 + 2 ** -23)
    const afterNext = Math.fround(1 + 2 ** -22) // the middle of the two rounds up to it
    expect(bordersOf([Float32Array.of(1, next)], 255, 1)).toEqual(Float32Array.of(1))
    expect(bordersOf([Float32Array.of(next, afterNext)], 255, 1)).toEqual(Float32Array.of(next))
    expect(bordersOf([Float32Array.of(7, 7)], 255, 1)).toHaveLength(0)
    expect(bordersOf([Float32Array.of(NaN)], 255, 1)).toHaveLength(0)
  })
})

describe('errors', () => {
  const failing = (changed: Partial<RankingRows>, options = {}): Promise<TrainedRanker> => trained(options, { ...training, ...changed })
  const columns = training.blocks[0]

  test.each<[string, Partial<RankingRows>, RegExp]>([
    ['a column too few', { blocks: [columns.slice(1)] }, /block 0 has 6 columns, expected 7/],
    ['a row too few', { blocks: [[...columns.slice(0, 6), columns[6].subarray(1)]] }, /feature 6 of block 0 has \d+ rows/],
    ['a label too few', { labels: training.labels.subarray(1) }, /there are \d+ labels for \d+ rows/],
    ['a label too high', { labels: training.labels.map((label, row) => row === 3 ? 32 : label) }, /the label of row 3 is 32, expected 0 to 31/],
    ['groups that end early', { groups: training.groups.subarray(0, 20) }, /groups must begin with 0 and end with/],
    ['an empty group', { groups: training.groups.map((start, at, all) => at === 5 ? all[4] : start) }, /group 4 from row \d+ to \d+ is empty/],
    ['an infinite value', { blocks: [[...columns.slice(0, 6), columns[6].map((value, row) => row === 9 ? -Infinity : value)]] }, /feature 6 is infinite in row 9 of block 0/],
  ])('%s is ERR_SHAPE', async (_, changed, message) => {
    await expect(failing(changed)).rejects.toThrow(message)
    await expect(failing(changed)).rejects.toMatchObject({ code: 'ERR_SHAPE' })
  })

  test('a ranker asked with a column too few or too short is ERR_SHAPE', async () => {
    const { scoresNow, scores } = await forestOf((await trained({ trees: 1 })).ranker)
    expect(() => scoresNow(columns.slice(1))).toThrow(/ERR_SHAPE: .* expected 7 of one length/)
    await expect(scores([...columns.slice(1), new Float32Array(2)], { threads: 1 })).rejects.toMatchObject({ code: 'ERR_SHAPE' })
  })

  test('no features is ERR_SHAPE, nothing to learn ERR_EMPTY, an option out of range ERR_OPTION', async () => {
    await expect(trainLambdaMart({ featureNames: [], training }, {}, { seed: 1 })).rejects.toMatchObject({ code: 'ERR_SHAPE' })
    await expect(failing({ labels: training.labels.map(() => 1) })).rejects.toMatchObject({ code: 'ERR_EMPTY' })
    await expect(failing({}, { numLeaves: 1 })).rejects.toMatchObject({ code: 'ERR_OPTION' })
  })
})
