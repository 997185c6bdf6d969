// Numbers computed by hand.
import { describe, expect, test } from 'vitest'
import { metrics, pessimisticRanks, type Metric, type MetricName } from '../../src/evaluate/index.ts'

/** A user's number; `popularity` and 100 candidates for the metrics that ask. */
const of = (metric: Metric, ranks: number[], k: number, popularity = ranks.map(() => 1)): number => {
  const user = { nCandidates: 100, popularity }
  return metric.ofUser(ranks, k, user) / (metric.outOf?.(ranks, k, user) ?? 1)
}

// four relevant items at ranks 1, 3, 12 and one that cannot be scored
const ranks = [1, 3, 12, Infinity]

describe('at k = 10, with relevant items at ranks 1, 3, 12 and nowhere', () => {
  test.each<[MetricName, number]>([
    ['recall', 2 / 4],
    ['cappedRecall', 2 / 4],
    ['hitRate', 1],
    ['mrr', 1],
    ['precision', 2 / 10],
    ['map', (1 + 2 / 3) / 4],
    // DCG 1/log2(2) + 1/log2(4) = 1.5; ideal 1 + 0.6309298 + 0.5 + 0.4306766 = 2.5616063
    ['ndcg', 0.5855701],
    // of 4 × 96 pairs: 96, 96 − 1 (rank 2 is another), 96 − 9 (ranks 2, 4 … 11), none
    ['auc', (96 + 95 + 87) / (4 * 96)],
  ])('%s is %f', (name, expected) => expect(of(metrics[name], ranks, 10)).toBeCloseTo(expected, 6))
})

describe('at k = 2', () => {
  test.each<[MetricName, number]>([
    ['recall', 1 / 4],
    ['cappedRecall', 1 / 2],
    ['precision', 1 / 2],
    ['map', 1 / 2],
    // 1 / (1 + 1/log2(3)) = 1 / 1.6309298
    ['ndcg', 0.6131472],
  ])('%s is %f', (name, expected) => expect(of(metrics[name], ranks, 2)).toBeCloseTo(expected, 6))
})

describe('with one relevant item at rank 4', () => {
  test.each<[MetricName, number]>([
    ['recall', 1], ['cappedRecall', 1], ['hitRate', 1], ['mrr', 0.25], ['ndcg', 0.4306766], ['precision', 0.1], ['map', 0.25], ['auc', 96 / 99],
  ])('%s is %f', (name, expected) => expect(of(metrics[name], [4], 10)).toBeCloseTo(expected, 6))
})

describe('debiasedNdcg', () => {
  test('an item weighs 1 / √popularity: 4 and 100 people give 0.5 and 0.1', () => {
    // gain 0.1/log2(2) + 0.5/log2(4); best 0.5/log2(2) + 0.1/log2(3)
    expect(of(metrics.debiasedNdcg, [1, 3], 10, [100, 4])).toBeCloseTo((0.1 + 0.25) / (0.5 + 0.1 * 0.6309298), 6)
  })
  test('is ndcg where all items are equally popular', () => {
    for (const sample of [[1, 3, 12, Infinity], [4], [2, 2, 9]]) {
      expect(of(metrics.debiasedNdcg, sample, 10, sample.map(() => 7))).toBeCloseTo(of(metrics.ndcg, sample, 10), 12)
    }
  })
  test('an item that nobody had weighs as one that one person had', () => {
    expect(of(metrics.debiasedNdcg, [1, 2], 10, [0, 9])).toBe(of(metrics.debiasedNdcg, [1, 2], 10, [1, 9]))
  })
})

describe('auc', () => {
  test('equal scores are lost, but not against relevant items: 2 relevant tied with 3 of 98 others', () => {
    expect(of(metrics.auc, [5, 5], 1)).toBeCloseTo(95 / 98, 12)
  })
  test('is the share of pairs counted one by one, for scores with ties and without a score', () => {
    const scores = Float32Array.of(9, 5, 7, 5, 1, 5, NaN, 7)
    const [relevant, excluded] = [[1, 2, 6], [0]]
    const others = [3, 4, 5, 7]
    const won = relevant.flatMap(i => others.filter(j => scores[i] > scores[j])).length
    const own = pessimisticRanks(scores, relevant, excluded).sort()
    expect(metrics.auc.ofUser(own, Infinity, { nCandidates: 7, popularity: [1, 1, 1] })).toBeCloseTo(won / 12, 12)
  })
  test('is 1 where there is nothing else to rank', () => {
    expect(metrics.auc.ofUser([1], Infinity, { nCandidates: 1, popularity: [1] })).toBe(1)
  })
})

const atK = Object.entries<Metric>(metrics).filter(([, metric]) => !metric.isOfWholeOrder)

test.each(atK)('%s is in its range, greatest for the best order, 0 for no hit, and ignores positions after k', (_, metric) => {
  const best = of(metric, [1, 2, 3], 10)
  expect(best).toBeCloseTo(metric === metrics.precision ? 3 / 10 : 1, 12)
  expect(of(metric, [11, 12], 10)).toBe(0)
  expect(of(metric, [2, 11], 10)).toBe(of(metric, [2, 5000], 10))
  for (const sample of [[1], [5], [1, 9], [3, 4, 10, 11], [2, 2], [3, 3, 3]]) {
    expect(of(metric, sample, 10)).toBeGreaterThanOrEqual(metric.range[0])
    expect(of(metric, sample, 10)).toBeLessThanOrEqual(metric.range[1])
  }
})

test.each(Object.entries<Metric>(metrics))('%s does not fall when a relevant item moves up', (_, metric) => {
  for (let rank = 2; rank <= 12; rank++) {
    for (const rest of [[], [20], [40, Infinity]]) expect(of(metric, [rank - 1, ...rest], 10)).toBeGreaterThanOrEqual(of(metric, [rank, ...rest], 10))
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

  test('a relevant item without a score has rank Infinity, and ranks stand in the order of the items', () => {
    expect([...pessimisticRanks(scores, [6, 4, 0], [])]).toEqual([Infinity, 6, 1])
  })

  test('a model that scores all alike gets the last rank, not the first', () => {
    expect([...pessimisticRanks(new Float32Array(100), [17], [])]).toEqual([100])
  })
})
