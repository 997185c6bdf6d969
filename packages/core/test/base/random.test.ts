// Seeded numbers: recorded bits, and the moments of the distributions they claim.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hash53, seededRandom } from '../../src/base/index.ts'

const draws = <T>(n: number, draw: () => T): T[] => Array.from({ length: n }, draw)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('recorded by this implementation on Node 24.21.0, guards against change', () => {
  test('seededRandom(42) gives the recorded integers, uniforms and normals', () => {
    expect(draws(5, seededRandom(42).uint32)).toEqual([3292315440, 968404367, 338677191, 2862995690, 1168273338])
    expect(draws(3, seededRandom(42).uniform)).toEqual([0.7665519209613965, 0.0788544317081058, 0.27200983101945364])
    expect(draws(3, seededRandom(42).normal)).toEqual([0.06034591012877878, -0.09534507394886406, 0.8150827100677073])
  })
  test('seededRandom(42, 1).below(1000) gives the recorded integers', () => {
    const random = seededRandom(42, 1)
    expect(draws(3, () => random.below(1000))).toEqual([631, 219, 515])
  })
  test('hash53 gives the recorded hashes', () => {
    expect(hash53(42, '196', '242')).toBe(5826803847060354)
    expect(hash53(42, 'ab', 'c')).toBe(4186123487186527)
    expect(hash53(42, 'a', 'bc')).toBe(8787778269993849)
    expect(hash53(2 ** 32 - 1, 'Amélie', '日本')).toBe(4995909965177201)
  })
})

describe('seededRandom', () => {
  test('seeds that differ in one word, in sign or only above 2³² give other streams', () => {
    const first = [[], [0], [0, 0], [1], [-1], [2 ** 32 - 1 - 2 ** 31], [2 ** 32], [2 ** 40 + 1], [1, 2], [2, 1]]
      .map(seed => draws(4, seededRandom(...seed).uint32).join())
    expect(new Set(first).size).toBe(first.length)
  })
  test('uniform has mean 1/2 and variance 1/12, within 5 standard errors of 200,000 draws (seed 3)', () => {
    const values = draws(200_000, seededRandom(3).uniform)
    expect(Math.min(...values.slice(0, 1000))).toBeGreaterThanOrEqual(0)
    expect(values.every(value => value >= 0 && value < 1)).toBe(true)
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / 200_000))
    expect(Math.abs(mean(values.map(value => (value - 0.5) ** 2)) - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / 200_000))
  })
  test('normal has moments 0, 1, 0, 3, within 5 standard errors of 200,000 draws (seed 4)', () => {
    const values = draws(200_000, seededRandom(4).normal)
    // variances of z, z², z³, z⁴: 1, 2, 15, 96
    const moments = [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]] as const
    for (const [power, expected, variance] of moments) {
      expect(Math.abs(mean(values.map(value => value ** power)) - expected)).toBeLessThan(5 * Math.sqrt(variance / 200_000))
    }
  })
  test('below(n) is uniform: χ² of 60,000 throws of a die is below the 99.99 % point (seed 5)', () => {
    const random = seededRandom(5)
    const counts = new Array<number>(6).fill(0)
    for (let draw = 0; draw < 60_000; draw++) counts[random.below(6)]++
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(chiSquare).toBeLessThan(25.74) // 5 degrees of freedom
  })
  test('fillBelow(n) gives what below(n) gives, and what is drawn next is the same', () => {
    for (const n of [1, 2, 3, 1000, 138_493, 2 ** 30 + 1, 2 ** 31 - 1]) {
      const [one, other] = [seededRandom(n, 7), seededRandom(n, 7)]
      const filled = new Int32Array(500)
      one.fillBelow(n, filled)
      expect([...filled]).toEqual(Array.from({ length: 500 }, () => other.below(n)))
      expect([one.uint32(), one.normal()]).toEqual([other.uint32(), other.normal()])
    }
  })

  test('below(n) stays in [0, n) for every n up to 2³²', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.integer(), (n, seed) => {
      const value = seededRandom(seed).below(n)
      expect(Number.isInteger(value) && value >= 0 && value < n).toBe(true)
    }))
  })
})

describe('hash53', () => {
  test('is an integer in [0, 2⁵³) and depends on the seed', () => {
    fc.assert(fc.property(fc.nat(2 ** 32 - 2), fc.array(fc.string()), (seed, parts) => {
      const hash = hash53(seed, ...parts)
      expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true)
      expect(hash53(seed + 1, ...parts)).not.toBe(hash)
    }))
  })
  test('has no collision among 200,000 pairs of small ids', () => {
    const hashes = new Set<number>()
    for (let user = 0; user < 400; user++) for (let item = 0; item < 500; item++) hashes.add(hash53(42, String(user), String(item)))
    expect(hashes.size).toBe(200_000)
  })
  test('spreads over its range: each of 16 equal parts gets its share of 160,000 within 5 standard errors', () => {
    const counts = new Array<number>(16).fill(0)
    for (let key = 0; key < 160_000; key++) counts[Math.floor(hash53(1, `u${key}`, 'i') / 2 ** 49)]++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(10_000))
  })
})
