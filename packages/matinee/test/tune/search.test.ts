// The search by itself, against functions whose best is known.
import { describe, expect, test } from 'vitest'
import type { OptionSpecs } from '@matinee/core'
import { search, type Ask } from '../../src/tune/search.ts'
import { spaceOf } from '../../src/tune/space.ts'

const unit = { min: 0, max: 1, scale: 'linear' } as const
const number = { kind: 'number', default: 0.9, min: 0, max: 1, help: '', tune: unit } as const
const effort = { kind: 'integer', default: 5, min: 1, max: 100, help: '', tune: { min: 2, max: 18, scale: 'log' } } as const
const all = { fixed: {}, ranges: {} }
const plain = spaceOf({ options: { x: number, y: number } satisfies OptionSpecs }, all)
const climbing = spaceOf({ options: { x: number, y: number, effort } satisfies OptionSpecs, effort: 'effort' }, all)

const bowl = ({ options: { x, y } }: Ask): number => -((Number(x) - 0.3) ** 2) - (Number(y) - 0.6) ** 2

/** Runs it to its end; all that was asked, in order. */
function runSearch(space: typeof plain, nTrials: number, value: (ask: Ask) => number, seed = 1): Ask[] {
  const asked: Ask[] = []
  const going = search(space, seed, nTrials)
  for (let next = going.next(); !next.done;) {
    asked.push(...next.value)
    next = going.next(next.value.map(value))
  }
  return asked
}
const trialsOf = (asked: readonly Ask[]): number[] => [...new Set(asked.map(({ trial }) => trial))]
const best = (asked: readonly Ask[]): number => Math.max(...asked.map(bowl))

describe('search', () => {
  test('begins with the defaults, has as many trials as were asked for and none twice', () => {
    const asked = runSearch(plain, 40, bowl)
    expect(asked[0]).toEqual({ trial: 1, origin: 'defaults', seed: 1, options: plain.defaults })
    expect(trialsOf(asked)).toHaveLength(40)
    expect(new Set(asked.slice(1).map(({ options }) => JSON.stringify(options))).size).toBe(asked.length - 1)
  })
  test('the same seed and answers are the same search; another seed is another one', () => {
    expect(runSearch(climbing, 40, bowl)).toEqual(runSearch(climbing, 40, bowl))
    expect(runSearch(climbing, 40, bowl, 2)).not.toEqual(runSearch(climbing, 40, bowl))
  })
  test('a longer one begins as the shorter one does', () => {
    const short = runSearch(climbing, 23, bowl) // the defaults, ten of the start, two batches of six
    expect(runSearch(climbing, 40, bowl).slice(0, short.length)).toEqual(short)
  })
  test('near the best it comes nearer than the start did, for 18 of 20 seeds at least', () => {
    const from = (asked: readonly Ask[], wanted: string): number => best(asked.filter(({ origin }) => origin === wanted))
    const searches = Array.from({ length: 20 }, (_, seed) => runSearch(plain, 40, bowl, seed))
    expect(searches.filter(asked => from(asked, 'near') > from(asked, 'start')).length).toBeGreaterThanOrEqual(18)
  })
  test('a third of the trials or more gets more effort, those that were best with less', () => {
    const asked = runSearch(climbing, 60, bowl)
    const at = (steps: number): Ask[] => asked.filter(({ options, origin }) => options.effort === steps && origin !== 'defaults')
    expect(at(2)).toHaveLength(59)
    expect(at(6).length).toBeGreaterThanOrEqual(59 / 3 - 1)
    const started = ({ origin }: Ask): boolean => origin === 'start' // the later ones are mostly among the best
    expect(at(6).filter(started).length).toBeLessThanOrEqual(4)
    expect(at(18).length).toBeLessThan(at(6).length)
    const others = at(2).filter(({ trial }) => !at(6).some(one => one.trial === trial))
    const mean = (some: readonly Ask[]): number => some.reduce((sum, ask) => sum + bowl(ask), 0) / some.length
    expect(mean(at(6))).toBeGreaterThan(mean(others))
  })
  test('a failure counts as worst: it gets no more effort, and where all fail the search still ends', () => {
    const failing = ({ options }: Ask): boolean => Number(options.x) > 0.5
    const asked = runSearch(climbing, 40, ask => failing(ask) ? -Infinity : bowl(ask))
    expect(asked.filter(ask => failing(ask) && ask.origin !== 'defaults' && ask.options.effort !== 2)).toEqual([])
    expect(trialsOf(runSearch(climbing, 40, () => -Infinity))).toHaveLength(40)
  })
  test('a space that is used up ends it; one without dimensions has the defaults only', () => {
    const few = spaceOf({ options: { n: { kind: 'integer', default: 2, min: 1, max: 3, help: '', tune: { min: 1, max: 3, scale: 'linear' } } } satisfies OptionSpecs }, all)
    expect(runSearch(few, 40, () => 0).map(({ options }) => options.n).sort()).toEqual([1, 2, 2, 3])
    expect(trialsOf(runSearch(spaceOf({ options: {} }, all), 40, () => 0))).toEqual([1])
  })
})
