// SHAP values against their definition, subset by subset, and LightGBM's texts, whole and broken.
import { describe, expect, test } from 'vitest'
import { forestOf, importanceOf, readLightGbm, shapValues, trainLambdaMart, writeLightGbm } from '../../src/rank/index.ts'
import type { Tree } from '../../src/kernels/index.ts'
import { featureNames, rankingRows, sizesOf } from './ranking-data.ts'

const training = rankingRows(sizesOf(120, 3), 3)
const { ranker } = await trainLambdaMart({ featureNames, training }, { trees: 6, numLeaves: 12, minDataInLeaf: 5 }, { seed: 1, threads: 1 })
const rowAt = (row: number): number[] => training.blocks[0].map(column => column[row])

/** What a tree is expected to say when only the features of `known` are. */
function expected(tree: Tree, row: readonly number[], known: ReadonlySet<number>, at = 0): number {
  if (at < 0) return tree.leafValue[~at]
  const rowsOf = (child: number): number => child >= 0 ? tree.internalCount[child] : tree.leafCount[~child]
  const side = (child: number): number => expected(tree, row, known, child)
  const value = row[tree.feature[at]]
  if (known.has(tree.feature[at])) return side((Number.isNaN(value) ? tree.missingLeft[at] === 1 : value <= tree.threshold[at]) ? tree.left[at] : tree.right[at])
  return (rowsOf(tree.left[at]) * side(tree.left[at]) + rowsOf(tree.right[at]) * side(tree.right[at])) / tree.internalCount[at]
}

/** Shapley's formula, over all subsets. */
function byDefinition(row: readonly number[]): number[] {
  const n = featureNames.length
  const factorial = (m: number): number => m <= 1 ? 1 : m * factorial(m - 1)
  const worth = (subset: number): number =>
    ranker.trees.reduce((sum, tree) => sum + expected(tree, row, new Set(Array.from(featureNames.keys()).filter(feature => (subset >> feature & 1) === 1))), 0)
  const worths = Array.from({ length: 2 ** n }, (_, subset) => worth(subset))
  const values = featureNames.map((_, feature) => worths.reduce((sum, own, subset) => {
    if ((subset >> feature & 1) === 1) return sum
    const size = subset.toString(2).replaceAll('0', '').length
    return sum + factorial(size) * factorial(n - size - 1) / factorial(n) * (worths[subset | 1 << feature] - own)
  }, 0))
  return [...values, worths[0]]
}

describe('SHAP values', () => {
  test.each([0, 17, 400, 1001])('of row %i are those of the definition', row => {
    const values = shapValues(ranker, rowAt(row))
    byDefinition(rowAt(row)).forEach((value, feature) => expect(values[feature]).toBeCloseTo(value, 12))
  })

  test('sum to the score, and are zero for features that no tree asks', async () => {
    const scores = (await forestOf(ranker)).scoresNow(training.blocks[0])
    for (let row = 0; row < scores.length; row += 29) {
      const values = shapValues(ranker, rowAt(row))
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(scores[row], 12)
      expect([values[4], values[5]]).toEqual([0, 0])
    }
  })
})

test('importance counts the splits and adds up their gains', () => {
  const { gain, splits } = importanceOf(ranker)
  expect(splits.reduce((sum, n) => sum + n, 0)).toBe(ranker.trees.reduce((sum, tree) => sum + tree.feature.length, 0))
  expect(gain[0]).toBeGreaterThan(gain[3])
  expect([splits[4], gain[5]]).toEqual([0, 0])
})

describe('LightGBM\'s text', () => {
  const text = writeLightGbm(ranker)

  test('reads back as the same ranker, with Windows\' line ends too', () => {
    expect(readLightGbm(text)).toEqual(ranker)
    expect(readLightGbm(text.replaceAll('\n', '\r\n'))).toEqual(ranker)
  })

  test('says the sizes of its trees in bytes', () => {
    const sizes = /^tree_sizes=(.*)$/m.exec(text)?.[1].split(' ').map(Number) ?? []
    let at = text.indexOf('Tree=0')
    for (const [number, size] of sizes.entries()) {
      expect(text.slice(at).startsWith(`Tree=${number}\n`)).toBe(true)
      at += size
    }
    expect(text.slice(at).startsWith('end of trees')).toBe(true)
  })

  test('a missing value counts as 0 where LightGBM saw none in training, and a tree may be one leaf', () => {
    const none = readLightGbm(text.replaceAll(/^decision_type=.*$/gm, line => line.replaceAll(/\d+/g, '2')))
    none.trees.forEach(tree => tree.missingLeft.forEach((left, at) => expect(left).toBe(Number(tree.threshold[at] >= 0))))
    const leaf = 'Tree=0\nnum_leaves=1\nnum_cat=0\nsplit_feature=\nleaf_value=0.5\nshrinkage=1\n\n\n'
    const { trees } = readLightGbm(text.replace(/^tree_sizes=.*$/m, `tree_sizes=${leaf.length}`).replace(/Tree=0[^]*(?=end of trees)/, leaf))
    expect(trees).toHaveLength(1)
    expect(shapValues({ ...ranker, trees }, rowAt(0))[featureNames.length]).toBe(0.5)
  })

  test.each<[string, (whole: string) => string, string, RegExp]>([
    ['no text of LightGBM', () => '{"trees": []}', 'ERR_FORMAT', /does not begin with the line "tree"/],
    ['an empty text', () => '', 'ERR_FORMAT', /does not begin/],
    ['a text that is cut off', whole => whole.slice(0, whole.indexOf('Tree=3')), 'ERR_FORMAT', /holds 3 trees, expected 6/],
    ['a text cut off within a tree', whole => whole.slice(0, whole.indexOf('end of trees') - 300), 'ERR_FORMAT', /ends before "end of trees"/],
    ['a value too few', whole => whole.replace(/^leaf_value=\S+ /m, 'leaf_value='), 'ERR_FORMAT', /tree 0: leaf_value must be 12 numbers/],
    ['a word for a number', whole => whole.replace(/^threshold=\S+/m, 'threshold=high'), 'ERR_FORMAT', /threshold must be 11 numbers/],
    ['a feature that is none', whole => whole.replace(/^split_feature=\d+/m, 'split_feature=7'), 'ERR_FORMAT', /split_feature must be from 0 to 6/],
    ['a child of itself', whole => whole.replace(/^left_child=-?\d+/m, 'left_child=0'), 'ERR_FORMAT', /split 0 has a child 0/],
    ['a child of two', whole => whole.replace(/^(left_child=.*\nright_child=)-?\d+/m, (_, before: string) => before + /left_child=(-?\d+)/.exec(before)![1]), 'ERR_FORMAT', /is the child of two splits/],
    ['no names', whole => whole.replace(/^feature_names=.*\n/m, ''), 'ERR_FORMAT', /has no feature_names/],
    ['names that are too few', whole => whole.replace('feature_names=continuous ', 'feature_names='), 'ERR_FORMAT', /max_feature_idx is 6, expected 5/],
    ['no leaves', whole => whole.replace('num_leaves=12', 'num_leaves=0'), 'ERR_FORMAT', /num_leaves is 0/],
    ['categorical splits', whole => whole.replace('num_cat=0', 'num_cat=1'), 'ERR_NOT_SUPPORTED', /categorical splits/],
    ['a categorical decision', whole => whole.replace(/^decision_type=\d+/m, 'decision_type=1'), 'ERR_NOT_SUPPORTED', /categorical splits/],
    ['zero as a missing value', whole => whole.replace(/^decision_type=\d+/m, 'decision_type=6'), 'ERR_NOT_SUPPORTED', /zero_as_missing=false/],
    ['linear trees', whole => whole.replace('is_linear=0', 'is_linear=1'), 'ERR_NOT_SUPPORTED', /linear_tree=false/],
    ['several classes', whole => whole.replace('num_class=1', 'num_class=3'), 'ERR_NOT_SUPPORTED', /several classes/],
    ['an average of trees', whole => whole.replace('num_class=1', 'num_class=1\naverage_output'), 'ERR_NOT_SUPPORTED', /averages its trees/],
    ['another version', whole => whole.replace('version=v4', 'version=v2'), 'ERR_NOT_SUPPORTED', /version v2/],
  ])('%s is refused with a reason', (_, broken, code, message) => {
    expect(() => readLightGbm(broken(text))).toThrow(message)
    expect(() => readLightGbm(broken(text))).toThrow(code)
  })

  test('a feature\'s name with a space is refused', () => {
    expect(() => writeLightGbm({ ...ranker, featureNames: ['two words', ...featureNames.slice(1)] })).toThrow(/ERR_NOT_SUPPORTED: .*"two words"/)
  })
})
