// LightGBM's text, scores and SHAP values as LightGBM 4.7 itself gave them; golden/README.md says how they were recorded.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { textOf } from '../../../../bench/oracles/ranking-problem.ts'
import { decodeSafetensors } from '../../src/artifact/index.ts'
import { forestOf, importanceOf, readLightGbm, shapValues, writeLightGbm } from '../../src/rank/index.ts'

const { tensors } = decodeSafetensors(new Uint8Array(readFileSync(new URL('./lightgbm.safetensors', import.meta.url))), 'lightgbm.safetensors')
const [nRows, nFeatures] = tensors.features.shape
const columns = Array.from({ length: nFeatures }, (_, feature) => Float32Array.from({ length: nRows }, (__, row) => tensors.features.data[row * nFeatures + feature]))

describe.each([
  { whose: 'LightGBM\'s', text: 'text', scores: 'scores', contributions: 'contributions' },
  { whose: 'ours', text: 'model', scores: 'given_scores', contributions: 'given_contributions' },
])('the trees of $whose', ({ text, scores, contributions }) => {
  const ranker = readLightGbm(textOf(tensors[text]))

  test('give LightGBM\'s scores to the last bits', async () => {
    const own = (await forestOf(ranker)).scoresNow(columns)
    own.forEach((score, row) => expect(Math.abs(score - tensors[scores].data[row])).toBeLessThan(1e-14))
  })

  test('give LightGBM\'s SHAP values', () => {
    for (let row = 0; row < nRows; row++) {
      shapValues(ranker, columns.map(column => column[row])).forEach((value, at) => {
        expect(Math.abs(value - tensors[contributions].data[row * (nFeatures + 1) + at])).toBeLessThan(1e-13)
      })
    }
  })
})

test('our text is written as LightGBM was given it, and its importance is LightGBM\'s', () => {
  const ranker = readLightGbm(textOf(tensors.model))
  expect(writeLightGbm(ranker)).toBe(textOf(tensors.model))
  const { gain, splits } = importanceOf(ranker)
  expect([...splits]).toEqual([...tensors.given_splits.data])
  gain.forEach((value, feature) => expect(value).toBeCloseTo(tensors.given_gain.data[feature], 3)) // LightGBM keeps gains in float32
})
