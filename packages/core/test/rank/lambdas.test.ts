// The gradients of LambdaRank: derivatives of a loss, and what they do not depend on.
import { describe, expect, test } from 'vitest'
import { exp, log, log2, seededRandom } from '../../src/base/index.ts'
import { lambdasOf } from '../../src/kernels/reference/lambdas.ts'
import type { LambdaSettings } from '../../src/kernels/index.ts'

const settings: LambdaSettings = { sigmoid: 1.5, truncation: 4, isNormalized: false }

function drawn(n: number, seed: number): { scores: Float64Array, labels: Uint8Array } {
  const { normal, below } = seededRandom(seed)
  return { scores: Float64Array.from({ length: n }, normal), labels: Uint8Array.from({ length: n }, () => Math.max(0, below(6) - 2)) }
}

function lambdas(given: LambdaSettings, labels: Uint8Array, scores: Float64Array): { gradients: Float64Array, hessians: Float64Array } {
  const [gradients, hessians] = [new Float64Array(labels.length), new Float64Array(labels.length)]
  lambdasOf(given, labels, scores, 0, labels.length, gradients, hessians)
  return { gradients, hessians }
}

/** Pairs with their |ΔNDCG|, from the formula, by the order of `scores`. */
function pairsOf({ truncation }: LambdaSettings, labels: Uint8Array, scores: Float64Array): { high: number, low: number, delta: number }[] {
  const place = [...scores].map((score, at) => scores.filter((other, before) => other > score || (other === score && before < at)).length)
  const gain = (at: number): number => 2 ** labels[at] - 1
  const best = [...labels].sort((a, b) => b - a).slice(0, truncation)
  const ideal = best.reduce((sum, label, at) => sum + (2 ** label - 1) / log2(2 + at), 0)
  const pairs: { high: number, low: number, delta: number }[] = []
  for (let high = 0; high < labels.length; high++) {
    for (let low = 0; low < labels.length; low++) {
      if (labels[high] <= labels[low] || Math.min(place[high], place[low]) >= truncation) continue
      const delta = (gain(high) - gain(low)) * Math.abs(1 / log2(2 + place[high]) - 1 / log2(2 + place[low])) / ideal
      pairs.push({ high, low, delta })
    }
  }
  return pairs
}

describe.each([1, 2, 3])('group %i', seed => {
  const { scores, labels } = drawn(12, seed)
  const pairs = pairsOf(settings, labels, scores)
  const loss = (at: Float64Array): number =>
    pairs.reduce((sum, { high, low, delta }) => sum + delta * log(1 + exp(-settings.sigmoid * (at[high] - at[low]))), 0)
  const { gradients, hessians } = lambdas(settings, labels, scores)

  test('gradients and hessians are the finite differences of Σ |ΔNDCG| ln(1 + e^(−σ (s_i − s_j))), |ΔNDCG| held', () => {
    const h = 1e-4
    const moved = (row: number, by: number): number => loss(scores.map((score, at) => at === row ? score + by : score))
    for (let row = 0; row < scores.length; row++) {
      expect(gradients[row]).toBeCloseTo((moved(row, h) - moved(row, -h)) / (2 * h), 7)
      expect(hessians[row]).toBeCloseTo((moved(row, h) - 2 * moved(row, 0) + moved(row, -h)) / (h * h), 5)
    }
  })

  test('gradients of a group sum to zero, hessians are none below', () => {
    expect(gradients.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12)
    expect(hessians.every(value => value >= 0)).toBe(true)
  })

  test('normalized, a pair counts 1 / (0.01 + |s_i − s_j|) and a group log₂(1 + Σ) / Σ of what it did', () => {
    const normalized = lambdas({ ...settings, isNormalized: true }, labels, scores)
    const expected = new Float64Array(scores.length)
    let sum = 0
    for (const { high, low, delta } of pairs) {
      const apart = scores[high] - scores[low]
      const lambda = settings.sigmoid * delta / (0.01 + Math.abs(apart)) / (1 + exp(settings.sigmoid * apart))
      expected[high] -= lambda
      expected[low] += lambda
      sum += 2 * lambda
    }
    expected.forEach((value, row) => expect(normalized.gradients[row]).toBeCloseTo(value * log2(1 + sum) / sum, 10))
  })

  test('rows in another order have the same gradients in that order', () => {
    const order = [7, 2, 9, 0, 11, 4, 1, 10, 3, 8, 6, 5]
    const permuted = lambdas(settings, labels.map((_, at) => labels[order[at]]), scores.map((_, at) => scores[order[at]]))
    order.forEach((row, at) => expect(permuted.gradients[at]).toBeCloseTo(gradients[row], 12))
  })
})

test('a group of one row, of one label, of no label has no gradients', () => {
  for (const labels of [[1], [0], [1, 1, 1], [0, 0]]) {
    const { gradients, hessians } = lambdas(settings, Uint8Array.from(labels), Float64Array.from(labels, (_, at) => at))
    expect([...gradients, ...hessians].every(value => value === 0)).toBe(true)
  }
})

test('rows with equal scores still have gradients, divided by nothing', () => {
  const { gradients } = lambdas({ ...settings, isNormalized: true }, Uint8Array.of(0, 1, 0), new Float64Array(3))
  expect(gradients[1]).toBeLessThan(0)
  expect(gradients.every(Number.isFinite)).toBe(true)
})
