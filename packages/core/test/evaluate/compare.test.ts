import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.ts'
import { effectSize } from '../../src/evaluate/compare/effect-size.ts'
import { holm } from '../../src/evaluate/compare/holm.ts'
import { signFlipTest } from '../../src/evaluate/compare/sign-flip.ts'
import { smallestVisible } from '../../src/evaluate/compare/smallest-visible.ts'
import { bootstrapIntervals, compareRuns, drawRuns, meanOf, overDraw, runIntervals, userRuns, type Evaluation, type UserRuns } from '../../src/evaluate/index.ts'

const variance = (values: ArrayLike<number>): number => {
  const mean = meanOf(values)
  return meanOf(Array.from(values, value => (value - mean) * (value - mean)))
}
/** Runs of one metric `m` over users 0 … n − 1; columns by tie seed, then by seed. */
const runsOf = (columns: ArrayLike<number>[], nTies = 1): UserRuns => ({
  users: Int32Array.from(columns[0], (_, user) => user),
  seeds: Array.from({ length: columns.length / nTies }, (_, seed) => seed),
  tieSeeds: Array.from({ length: nTies }, (_, tie) => tie),
  values: { m: columns.map(column => Float64Array.from(column)) },
})
const pairOf = (a: UserRuns, b: UserRuns, seed = 1) => compareRuns([{ label: 'a', runs: a }, { label: 'b', runs: b }], 'm', { resamples: 1000, seed }).pairs[0]

describe('signFlipTest', () => {
  test('is the share of all sign patterns whose mean is as far from 0, up to the error of its draws', () => {
    const differences = [0.5, -0.25, 1, 0.5, 0, 0.125, -0.5, 0.5, 1, 0.25]
    const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0))
    let asFar = 0
    for (let pattern = 0; pattern < 1024; pattern++) {
      const sum = differences.reduce((total, value, user) => total + ((pattern >> user) & 1 ? value : -value), 0)
      if (Math.abs(sum) >= observed) asFar++
    }
    const p = signFlipTest(Float64Array.from(differences), 40_000, 3)
    expect(Math.abs(p - asFar / 1024)).toBeLessThan(4 * Math.sqrt(0.25 / 40_000))
  })

  test('nothing to flip, and a single user, show nothing: p is 1', () => {
    expect(signFlipTest(new Float64Array(50), 500, 1)).toBe(1)
    expect(signFlipTest(Float64Array.of(0.7), 500, 1)).toBe(1)
    expect(signFlipTest(Float64Array.of(0.7, -0.7), 500, 1)).toBe(1)
  })

  test('counts sums that are equal but for rounding as reached', () => {
    // ±.05 ± .1 ± .2 ± .3 is nowhere nearer to 0 than .05, which comes out as .04999999999999999 and as .050000000000000044
    expect(signFlipTest(Float64Array.of(0.05, 0.1, 0.2, -0.3), 2000, 1)).toBe(1)
    expect(signFlipTest(Float64Array.of(-0.05, 0.1, 0.2, -0.3), 2000, 1)).toBe(1)
  })

  test('depends on neither the order of the users nor the direction', () => {
    const { normal, below } = seededRandom(8)
    const differences = Float64Array.from({ length: 200 }, () => normal() + 0.1)
    const shuffled = differences.slice()
    for (let at = shuffled.length - 1; at > 0; at--) {
      const other = below(at + 1)
      ;[shuffled[at], shuffled[other]] = [shuffled[other], shuffled[at]]
    }
    const p = signFlipTest(differences, 999, 5)
    expect(signFlipTest(shuffled, 999, 5)).toBe(p)
    expect(signFlipTest(differences.map(value => -value), 999, 5)).toBe(p)
  })

  test('on differences whose signs are chance its p-values are uniform (Kolmogorov and Smirnov)', () => {
    const { normal, uint32 } = seededRandom(11)
    const sizes = Float64Array.from({ length: 120 }, () => Math.abs(normal()))
    const pValues = Array.from({ length: 400 }, (_, at) => signFlipTest(sizes.map(size => uint32() < 2 ** 31 ? size : -size), 500, at)).sort((a, b) => a - b)
    const distance = Math.max(...pValues.map((p, at) => Math.max((at + 1) / 400 - p, p - at / 400)))
    expect(distance).toBeLessThan(1.628 / Math.sqrt(400)) // the 1 % point of the limiting distribution
  })
})

describe('holm', () => {
  test('by hand: .005 × 4, .01 × 3, .03 × 2, and .04 not below the one before it', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005]).map(p => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02])
    expect(holm([0.6, 0.7])).toEqual([1, 1])
    expect(holm([])).toEqual([])
  })
})

describe('effectSize', () => {
  test('by hand: mean .5, standard deviation 1.29, half of the users better', () => {
    const { standardized, deviation, ...shares } = effectSize(Float64Array.of(2, 1, 0, -1))
    expect(deviation).toBeCloseTo(Math.sqrt(5 / 3), 12)
    expect(standardized).toBeCloseTo(0.5 / Math.sqrt(5 / 3), 12)
    expect(shares).toEqual({ better: 0.5, equal: 0.25, worse: 0.25 })
  })

  test('where all users have the same difference there is nothing to divide by', () => {
    expect(effectSize(Float64Array.of(0.1, 0.1, 0.1))).toEqual({ deviation: 0, better: 1, equal: 0, worse: 0 })
    expect(effectSize(Float64Array.of(0.3))).toEqual({ deviation: 0, better: 1, equal: 0, worse: 0 })
  })
})

describe('smallestVisible', () => {
  test('a difference of that size is found in 8 of 10 samples', () => {
    const { normal } = seededRandom(21)
    const shift = smallestVisible(1, 100) as number
    let found = 0
    for (let sample = 0; sample < 400; sample++) if (signFlipTest(Float64Array.from({ length: 100 }, () => shift + normal()), 400, sample) <= 0.05) found++
    expect(Math.abs(found / 400 - 0.8)).toBeLessThan(4 * Math.sqrt(0.8 * 0.2 / 400))
  })

  test('nothing can be said for one user; the variance of the runs is added', () => {
    expect(smallestVisible(0, 1)).toBeUndefined()
    expect(smallestVisible(2, 400, 0.03)).toBeCloseTo(2.801585 * Math.sqrt(0.04), 6)
  })
})

describe('drawRuns', () => {
  test('the mean of the draws varies as the mean of so many fits: s²/S', () => {
    const values = [0.3, 0.5, 0.1, 0.9]
    const means = drawRuns(1, [4], 40_000, 2).map(draw => overDraw(draw, 0, 4, run => values[run]))
    const expected = variance(values) * 4 / 3 / 4
    expect(Math.abs(variance(means) / expected - 1)).toBeLessThan(0.03)
    expect(drawRuns(1, [1], 2, 2)).toEqual([{ ties: [0], seeds: [[0]] }, { ties: [0], seeds: [[0]] }])
  })
})

describe('userRuns', () => {
  const evaluation = (users: number[], values: number[]): Evaluation => ({
    metrics: { m: meanOf(values) }, usersCounted: users.length, usersUnknown: 0, relevantItems: users.length, relevantUnseen: 0,
    perUser: { users: Int32Array.from(users), values: { m: Float64Array.from(values) } },
  })

  test('keeps the users who are counted in every split, each with their own values', () => {
    const { users, values } = userRuns([[evaluation([1, 3, 4], [0.1, 0.3, 0.4])], [evaluation([0, 1, 4], [0, 0.5, 0.8])]], [9], [1, 2])
    expect([...users]).toEqual([1, 4])
    expect(values.m.map(column => [...column])).toEqual([[0.1, 0.4], [0.5, 0.8]])
  })

  test('splits without a user in common are refused', () => {
    expect(() => userRuns([[evaluation([1], [1])], [evaluation([2], [1])]], [9], [1, 2])).toThrow(/ERR_EMPTY/)
  })
})

describe('runIntervals', () => {
  const { normal } = seededRandom(31)
  const users = Array.from({ length: 300 }, () => normal())

  test('of one run are those of bootstrapIntervals', () => {
    const runs = runsOf([users])
    expect(runIntervals(runs, 500, 3)).toEqual(bootstrapIntervals({ m: runs.values.m[0] }, 500, 3))
  })

  test('grow with what seeds, and splits, do to the mean', () => {
    const width = ([low, high]: readonly [number, number]): number => high - low
    const shifted = [0, 0.4, -0.4].map(shift => users.map(value => value + shift))
    const alike = width(runIntervals(runsOf([users, users, users]), 500, 3).m)
    expect(width(runIntervals(runsOf(shifted), 500, 3).m)).toBeGreaterThan(2 * alike)
    expect(width(runIntervals(runsOf(shifted, 3), 500, 3).m)).toBeGreaterThan(2 * alike)
  })
})

describe('compareRuns', () => {
  const { normal } = seededRandom(41)
  const users = Array.from({ length: 400 }, () => normal())
  const beside = (shift: number, noise: number): number[] => users.map(value => value + shift + noise * normal())

  test('the difference, and its interval, of a beside b are those of b beside a turned round; p is the same', () => {
    const [a, b] = [runsOf([beside(0.1, 1)]), runsOf([beside(0, 1)])]
    const [one, other] = [pairOf(a, b), pairOf(b, a)]
    expect(other.difference).toBe(-one.difference)
    expect(other.interval).toEqual([-one.interval[1], -one.interval[0]])
    expect([other.p, other.effect.better]).toEqual([one.p, one.effect.worse])
    expect(pairOf(a, b)).toEqual(one)
  })

  test('pairs users: what all have in common does not blur a difference', () => {
    const many = users.map(value => 100 * value)
    const { verdict, interval } = pairOf(runsOf([many.map(value => value + 0.1 + 0.2 * normal())]), runsOf([many]))
    expect(verdict).toMatchObject({ outcome: 'better', about: 'fits', text: 'a is better than b, as far as one fit tells.' })
    expect(interval[0]).toBeGreaterThan(0.05)
    expect(interval[1]).toBeLessThan(0.15)
  })

  test('the same values for every user are said to be the same; for one user nothing is found', () => {
    const same = pairOf(runsOf([users]), runsOf([users]))
    expect(same).toMatchObject({ difference: 0, interval: [0, 0], p: 1, verdict: { outcome: 'same', text: 'a and b have the same value for every user.' } })
    const alone = pairOf(runsOf([[1]]), runsOf([[0]]))
    expect(alone).toMatchObject({ difference: 1, p: 1, verdict: { outcome: 'none found', text: 'No difference between a and b was found; one user shows none.' } })
    expect(alone.smallestVisible).toBeUndefined()
  })

  test('a difference no larger than what seeds do is not found, though a test over users alone is sure of it', () => {
    const fits = (shift: number): UserRuns => runsOf([-0.3, 0, 0.3].map(seed => beside(shift + seed, 0.1)))
    const [a, b] = [fits(0.1), fits(0)]
    expect(pairOf(a, b)).toMatchObject({ verdict: { outcome: 'none found', about: 'models' } })
    const mean = (runs: UserRuns): UserRuns => runsOf([users.map((_, user) => meanOf(runs.values.m.map(column => column[user])))])
    expect(pairOf(mean(a), mean(b)).verdict.outcome).toBe('better')
  })

  test('splits are drawn for both at once: what a split does to both does not blur a difference', () => {
    const onSplits = (shift: number): UserRuns => runsOf([-2, 0, 2].map(tie => beside(shift + tie, 0.5)), 3)
    expect(pairOf(onSplits(0.3), onSplits(0)).verdict).toMatchObject({ outcome: 'better', about: 'fits' })
  })

  test('what no seed changes stands for its model with one fit', () => {
    const [a, b] = [runsOf([beside(0.5, 1), beside(0.5, 1)]), runsOf([users])]
    const about = (seedless: boolean): string => compareRuns([{ label: 'a', runs: a }, { label: 'b', runs: b, seedless }], 'm', { resamples: 200 }).pairs[0].verdict.about
    expect([about(false), about(true)]).toEqual(['fits', 'models'])
  })

  test('p-values are corrected over all pairs; words follow the corrected ones', () => {
    const operands = ['a', 'b', 'c'].map((label, at) => ({ label, runs: runsOf([beside(0.12 * at, 1)]) }))
    const { pairs } = compareRuns(operands, 'm', { resamples: 500 })
    expect(pairs.map(({ a, b }) => a + b)).toEqual(['ab', 'ac', 'bc'])
    expect(pairs.map(({ pHolm }) => pHolm)).toEqual(holm(pairs.map(({ p }) => p)))
    for (const { pHolm, verdict } of pairs) expect(verdict.outcome === 'none found').toBe(pHolm > 0.05)
  })

  test('means and seeds\' means of each stand beside the pairs', () => {
    const { operands, usersCounted } = compareRuns([{ label: 'a', runs: runsOf([[1, 3], [2, 4]]) }, { label: 'b', runs: runsOf([[0, 0]]) }], 'm', { resamples: 100 })
    expect(usersCounted).toBe(2)
    expect(operands.map(({ mean, seedMeans }) => ({ mean, seedMeans }))).toEqual([{ mean: 2.5, seedMeans: [2, 3] }, { mean: 0, seedMeans: [0] }])
  })

  test('fewer than two, other users, other splits and an unknown metric are refused', () => {
    const compare = (a: UserRuns, b: UserRuns, metric = 'm') => () => compareRuns([{ label: 'a', runs: a }, { label: 'b', runs: b }], metric)
    const runs = runsOf([users])
    expect(() => compareRuns([{ label: 'a', runs }], 'm')).toThrow(/ERR_SHAPE: there are 1 results/)
    expect(compare(runs, { ...runs, users: runs.users.map(user => user + 1) })).toThrow(/ERR_SHAPE: b has other users/)
    expect(compare(runs, runsOf([users, users], 2))).toThrow(/ERR_SHAPE: b has 2 tie seeds, expected 1 as a has/)
    expect(compare(runs, runs, 'n')).toThrow(/ERR_UNKNOWN_NAME: a has no metric "n"; expected one of m/)
  })
})
