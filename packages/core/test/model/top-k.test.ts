import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.ts'
import { topK } from '../../src/model/index.ts'

/** The specification: sort everything. */
function bruteForce(scores: Float32Array, k: number, exclude: number[], allow: (index: number) => boolean): number[] {
  return Array.from(scores.keys())
    .filter(index => !Number.isNaN(scores[index]) && !exclude.includes(index) && allow(index))
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .slice(0, k)
}

describe('topK equals brute force', () => {
  const even = (index: number): boolean => index % 2 === 0
  const kinds: [string, (draw: () => number) => number][] = [
    ['random', draw => draw() - 0.5],
    ['tied', draw => Math.floor(draw() * 4)],
    ['all zero', () => 0],
    ['partly NaN', draw => draw() < 0.4 ? NaN : Math.floor(draw() * 10)],
    ['all NaN', () => NaN],
    ['with infinities', draw => draw() < 0.2 ? -Infinity : draw() < 0.2 ? Infinity : draw()],
  ]
  test.each(kinds)('%s scores', (_, score) => {
    const random = seededRandom(5)
    for (const n of [0, 1, 2, 10, 257]) {
      for (const k of [1, 3, 10, 300]) {
        const scores = Float32Array.from({ length: n }, () => score(random.uniform))
        const exclude = Array.from({ length: n }, (_, index) => index).filter(() => random.uniform() < 0.2)
        for (const allow of [() => true, even]) {
          const { indices, scores: best } = topK(scores, k, exclude, allow)
          expect([...indices]).toEqual(bruteForce(scores, k, exclude, allow))
          expect([...best]).toEqual([...indices].map(index => scores[index]))
        }
      }
    }
  })

  test('any scores', () => {
    fc.assert(fc.property(fc.float32Array(), fc.integer({ min: 1, max: 20 }), (scores, k) => {
      expect([...topK(scores, k).indices]).toEqual(bruteForce(scores, k, [], () => true))
    }))
  })
})

test('the filter is asked only for an index that would enter the list', () => {
  const asked: number[] = []
  topK(Float32Array.of(5, 4, 3, 2, 1), 1, [], index => {
    asked.push(index)
    return true
  })
  expect(asked).toEqual([0])
})
