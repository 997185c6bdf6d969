// Numbers computed by hand.
import { describe, expect, test } from 'vitest'
import { metrics, pessimisticRanks } from '../../src/evaluate/index.ts'

// four relevant items at ranks 1, 3, 12 and one that cannot be scored
const ranks = [1, 3, 12, Infinity]

describe('at k = 10, with relevant items at ranks 1, 3, 12 and nowhere', () => {
  test.each([
    ['recall', 2 / 4],
    ['cappedRecall', 2 / 4],
    ['hitRate', 1],
    ['mrr', 1],
    // DCG 1/log2(2) + 1/log2(4) = 1.5; ideal 1 + 0.6309298 + 0.5 + 0.4306766 = 2.5616063
    ['ndcg', 0.5855701],
  ] as const)('%s is %f', (name, expected) => expect(metrics[name].ofUser(ranks, 10)).toBeCloseTo(expected, 6))
})

describe('at k = 2', () => {
  test.each([
    ['recall', 1 / 4],
    ['cappedRecall', 1 / 2],
    // 1 / (1 + 1/log2(3)) = 1 / 1.6309298
    ['ndcg', 0.6131472],
  ] as const)('%s is %f', (name, expected) => expect(metrics[name].ofUser(ranks, 2)).toBeCloseTo(expected, 6))
})

describe('with one relevant item at rank 4', () => {
  test.each([['recall', 1], ['cappedRecall', 1], ['hitRate', 1], ['mrr', 0.25], ['ndcg', 0.4306766]] as const)(
    '%s is %f', (name, expected) => expect(metrics[name].ofUser([4], 10)).toBeCloseTo(expected, 6))
})

test.each(Object.entries(metrics))('%s lies in [0, 1], is 1 for the best order, 0 for no hit, and ignores positions after k', (_, metric) => {
  expect(metric.ofUser([1, 2, 3], 10)).toBeCloseTo(1, 12)
  expect(metric.ofUser([11, 12], 10)).toBe(0)
  expect(metric.ofUser([2, 11], 10)).toBe(metric.ofUser([2, 5000], 10))
  for (const sample of [[1], [5], [1, 9], [3, 4, 10, 11]]) {
    expect(metric.ofUser(sample, 10)).toBeGreaterThanOrEqual(0)
    expect(metric.ofUser(sample, 10)).toBeLessThanOrEqual(1)
  }
})

describe('pessimisticRanks', () => {
  const scores = Float32Array.of(9, 5, 7, 5, 1, 5, NaN)

  test('the rank is 1 + the number of other candidates with a score at least as high', () => {
    expect([...pessimisticRanks(scores, [2], [])]).toEqual([2])
    expect([...pessimisticRanks(scores, [1], [])]).toEqual([5])
    expect([...pessimisticRanks(scores, [4], [])]).toEqual([6])
  })

  test('excluded items are no candidates', () => {
    expect([...pessimisticRanks(scores, [1], [0, 3, 4, 6])]).toEqual([3])
  })

  test('a relevant item without a score has rank Infinity, and ranks rise', () => {
    expect([...pessimisticRanks(scores, [6, 4, 0], [])]).toEqual([1, 6, Infinity])
  })

  test('a model that scores all alike gets the last rank, not the first', () => {
    expect([...pessimisticRanks(new Float32Array(100), [17], [])]).toEqual([100])
  })
})
