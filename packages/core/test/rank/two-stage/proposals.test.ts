// Who proposes what: against sorting, and in the cases that sorting does not show.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FittedModel } from '../../../src/model/index.ts'
import type { FirstStage } from '../../../src/rank/two-stage/first-stage.ts'
import { proposer } from '../../../src/rank/two-stage/proposals.ts'
import { queryOf } from '../../../src/rank/two-stage/query.ts'

/** A source that scores every history alike. */
const fixed = (scores: readonly number[]): FittedModel => ({
  nUsers: 0, nItems: scores.length, batch: 1, scoreUsers: () => undefined, scoreHistory: (_, out) => out.set(scores), state: () => ({ model: 'fixed', options: {}, tensors: {} }),
})
const stage = (...sources: (readonly [quota: number, scores: readonly number[]])[]): FirstStage =>
  ({ nItems: sources[0][1].length, sources: sources.map(([quota, scores], at) => ({ name: `s${at}`, quota, model: fixed(scores) })) })
const historyOf = (items: readonly number[]) => ({ items, weights: items.map(() => 1) })

test('a source proposes its best so many, the best first and of equal ones the first; not what was had, nor what it scores 0, less or not at all', () => {
  const score = fc.constantFrom(NaN, -1, 0, 0.5, 1, 2, 3)
  const problem = fc.integer({ min: 1, max: 12 }).chain(nItems => {
    const scores = fc.array(score, { minLength: nItems, maxLength: nItems })
    const history = fc.uniqueArray(fc.integer({ min: 0, max: nItems - 1 }), { maxLength: nItems })
    return fc.tuple(fc.array(fc.tuple(fc.integer({ min: 1, max: 14 }), scores), { minLength: 1, maxLength: 3 }), fc.array(history, { minLength: 1, maxLength: 3 }))
  })
  fc.assert(fc.property(problem, ([sources, histories]) => {
    const propose = proposer(stage(...sources))
    for (const items of histories) {
      const { proposed, candidates, scores } = propose(historyOf(items))
      const expected = sources.map(([quota, of]) => Array.from(of.keys()).filter(item => of[item] > 0 && !items.includes(item)).sort((a, b) => of[b] - of[a] || a - b).slice(0, quota))
      expect(proposed.map(of => [...of])).toEqual(expected)
      expect([...candidates]).toEqual([...new Set(expected.flat())].sort((a, b) => a - b))
      expect(scores.map(of => [...of])).toEqual(sources.map(([, of]) => of))
    }
  }))
})

describe('a query', () => {
  const [one, other] = [[5, 0, 3, 4, 1], [0, 2, NaN, 2, 1]]
  const { candidates, ...proposals } = proposer(stage([2, one], [3, other]))(historyOf([0]))

  test('has every source\'s scores of the candidates, and of everything that is proposed in order', () => {
    expect([...candidates]).toEqual([1, 2, 3, 4])
    const { scores, among } = queryOf(historyOf([0]), { ...proposals, candidates }, candidates)
    expect(scores.map(of => [...of])).toEqual([[0, 3, 4, 1], [2, NaN, 2, 1]])
    expect(among.map(of => [...of])).toEqual([[0, 1, 3, 4], [1, 2, 2]])
  })
  test('of some of the candidates has the same of these', () => {
    const { scores, among } = queryOf(historyOf([0]), { ...proposals, candidates }, Int32Array.of(2, 4))
    expect(scores.map(of => [...of])).toEqual([[3, 1], [NaN, 1]])
    expect(among.map(of => [...of])).toEqual([[0, 1, 3, 4], [1, 2, 2]])
  })
})

test('a source that cannot score a history is refused', () => {
  const { scoreHistory: _, ...model } = fixed([1, 2])
  expect(() => proposer({ nItems: 2, sources: [{ name: 's', quota: 1, model }] })(historyOf([]))).toThrow(/ERR_NOT_SUPPORTED: the fixed model cannot score a history/)
})
