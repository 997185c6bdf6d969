// Metrics of lists: numbers computed by hand.
import { describe, expect, test } from 'vitest'
import { listMetrics, type ListMetric, type ListWorld } from '../../src/evaluate/index.ts'
import { buildCsr } from '../../src/sparse/index.ts'

const list = (items: number[], history: number[] = []) => ({ items: Int32Array.from(items), history: Int32Array.from(history) })
// item 0: attributes 0 and 1; item 1: 1 and 2; item 2: 3; items 3 and 4: none
const attributes = buildCsr(Int32Array.of(0, 0, 1, 1, 2), Int32Array.of(0, 1, 1, 2, 3), new Float32Array(5), 5, 4)
const world: ListWorld = { nItems: 5, nUsers: 8, popularity: [8, 4, 2, 1, 0], attributes }
const { coverage, gini, novelty, diversity, popularityLift } = listMetrics

test('coverage: 3 of 5 items are in a list', () => {
  expect(coverage.ofAll(Uint32Array.of(7, 0, 1, 2, 0))).toBe(3 / 5)
})

describe('gini', () => {
  test('is 0 when all items are listed equally often, and 1 − 1/n when one makes up all lists', () => {
    expect(gini.ofAll(Uint32Array.of(3, 3, 3, 3))).toBe(0)
    expect(gini.ofAll(Uint32Array.of(0, 9, 0, 0))).toBe(3 / 4)
  })
  test('of 1, 2, 3, 4 is Σ|a − b| over all pairs / (2 n² mean) = 20 / 80', () => {
    expect(gini.ofAll(Uint32Array.of(4, 1, 3, 2))).toBeCloseTo(20 / 80, 12)
  })
})

describe('novelty', () => {
  test('is the mean of −log2 of the share of users: 8, 4 and 2 of 8 give 0, 1 and 2 bits', () => {
    expect(novelty.ofUser(list([0, 1, 2]), world)).toBeCloseTo(1, 12)
    expect(novelty.ofUser(list([3]), world)).toBeCloseTo(3, 12)
  })
  test('an item that nobody had is as new as one that one person had', () => {
    expect(novelty.ofUser(list([4]), world)).toBe(novelty.ofUser(list([3]), world))
  })
})

describe('diversity', () => {
  test('is the mean distance of pairs: {0 1} {1 2} share one of three, {3} nothing', () => {
    expect(diversity.ofUser(list([0, 1, 2]), world)).toBeCloseTo((2 / 3 + 1 + 1) / 3, 12)
  })
  test('two items without attributes are alike; with and without have nothing in common; one item has no pair', () => {
    expect(diversity.ofUser(list([3, 4]), world)).toBe(0)
    expect(diversity.ofUser(list([2, 3]), world)).toBe(1)
    expect(diversity.ofUser(list([0]), world)).toBe(0)
  })
})

test('popularityLift is the mean popularity of the list out of that of the history', () => {
  const own = list([0, 1], [2, 3])
  expect([popularityLift.ofUser(own, world), popularityLift.outOf?.(own, world)]).toEqual([6, 1.5])
  expect(popularityLift.outOf?.(list([0]), world)).toBe(0)
})

test.each(Object.entries<ListMetric>(listMetrics))('%s lies in its range', (_, metric) => {
  for (const items of [[], [0], [2, 0], [0, 1, 2, 3, 4]]) {
    const value = 'ofAll' in metric ? metric.ofAll(Uint32Array.from({ length: 5 }, (_, item) => items.includes(item) ? 1 : 0)) : metric.ofUser(list(items, [3]), world)
    expect(value).toBeGreaterThanOrEqual(metric.range[0])
    expect(value).toBeLessThanOrEqual(metric.range[1])
  }
})
