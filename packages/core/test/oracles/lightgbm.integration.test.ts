// LightGBM 4.7 itself: it loads our text and says the same, we load its text and say the same, and it learns as well as we do.
import { describe, expect, test } from 'vitest'
import { rankingFile, textOf } from '../../../../bench/oracles/ranking-problem.ts'
import { askOracle, pythonWith } from '../../../../bench/oracles/python.ts'
import { forestOf, importanceOf, meanNdcg, readLightGbm, shapValues, trainLambdaMart, type TreeRanker } from '../../src/rank/index.ts'
import { featureNames, rankingRows, sizesOf } from '../rank/ranking-data.ts'

const oracle = await pythonWith('lightgbm')
const reason = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`
const ROUNDS = 30

const rows = rankingRows(sizesOf(300, 21), 21)
const [columns] = rows.blocks

async function asked() {
  const options = { trees: ROUNDS, learningRate: 0.2, numLeaves: 10, minDataInLeaf: 5, lambda: 0.5 }
  const { ranker } = await trainLambdaMart({ featureNames, training: rows }, options, { seed: 1, threads: 1 })
  const { tensors, metadata } = await askOracle(oracle.missing === undefined ? oracle.program : '', 'lightgbm_rank.py', rankingFile(rows, ranker, ROUNDS))
  return { ranker, tensors, metadata }
}

async function expectSame(ranker: TreeRanker, scores: ArrayLike<number>, contributions: ArrayLike<number>): Promise<void> {
  const own = (await forestOf(ranker)).scoresNow(columns)
  let [apart, shapApart] = [0, 0]
  own.forEach((score, row) => { apart = Math.max(apart, Math.abs(score - scores[row])) })
  for (let row = 0; row < own.length; row += 7) {
    shapValues(ranker, columns.map(column => column[row])).forEach((value, at) => {
      shapApart = Math.max(shapApart, Math.abs(value - contributions[row * (featureNames.length + 1) + at]))
    })
  }
  console.log(`scores ${apart.toExponential(1)} apart, SHAP values ${shapApart.toExponential(1)}`)
  expect(apart).toBeLessThan(1e-9)
  expect(shapApart).toBeLessThan(1e-9)
}

describe.skipIf(reason)(`LightGBM 4.7${reason}`, async () => {
  const answer = reason ? undefined : await asked()
  const { ranker, tensors, metadata } = (answer ?? {}) as NonNullable<typeof answer> // absent where all is skipped

  test('loads our text: the same scores, SHAP values and importance', async () => {
    expect(metadata.lightgbm).toBe('4.7.0')
    await expectSame(ranker, tensors.given_scores.data, tensors.given_contributions.data)
    const { gain, splits } = importanceOf(ranker)
    expect([...tensors.given_splits.data]).toEqual([...splits])
    gain.forEach((value, feature) => expect(tensors.given_gain.data[feature]).toBeCloseTo(value, 3))
  })

  test('writes a text from which we say the same', async () => {
    await expectSame(readLightGbm(textOf(tensors.text)), tensors.scores.data, tensors.contributions.data)
  })

  test('orders the rows that it learned from about as well, and begins with the same split', async () => {
    const theirs = readLightGbm(textOf(tensors.text))
    const [first, own] = [theirs.trees[0], ranker.trees[0]]
    expect(own.feature[0]).toBe(first.feature[0])
    expect(Math.abs(own.gain[0] / first.gain[0] - 1)).toBeLessThan(0.02)
    const ndcg = async (of: TreeRanker): Promise<number> => meanNdcg((await forestOf(of)).scoresNow(columns), rows.labels, rows.groups, 10)
    const [ofOurs, ofTheirs] = [await ndcg(ranker), await ndcg(theirs)]
    console.log(`NDCG@10 of the training rows: ours ${ofOurs.toFixed(4)}, theirs ${ofTheirs.toFixed(4)}`)
    expect(Math.abs(ofOurs - ofTheirs)).toBeLessThan(0.02)
  })
})
