// The last step of a list: by hand, against the formula written out, and by its laws.
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.ts'
import { attributeSets, jaccard, type Attribute, type Catalogue } from '../../src/dataset/index.ts'
import { checkedDiversity, diversified, itemWorld, parseCaps, POOL, type BestItems, type Diversity } from '../../src/rank/index.ts'
import { rowIndices } from '../../src/sparse/index.ts'

const catalogueOf = (...items: Record<string, Attribute>[]): Catalogue => items.map(attributes => ({ attributes }))
/** All candidates are items 0, 1, …, with falling scores. */
const ofScores = (scores: readonly number[]): BestItems => (k, passes = () => true) => {
  const items = [...scores.keys()].filter(passes).slice(0, k)
  return { items, scores: items.map(item => scores[item]) }
}
const listOf = (scores: readonly number[], n: number, catalogue: Catalogue, { mmr = 0, caps = {} }: Diversity, above: number[] = []): number[] =>
  diversified(ofScores(scores), n, { mmr, caps }, itemWorld(catalogue), above).items

describe('maximal marginal relevance', () => {
  // relevance 1, .8, .5, .3, 0; alike: 0 and 1 wholly, 2 and 0 by one of three
  const scores = [5, 4.2, 3, 2.2, 1]
  const catalogue = catalogueOf({ genres: ['a', 'b'] }, { genres: ['a', 'b'] }, { genres: ['b', 'c'] }, { genres: ['d'] }, { genres: ['e'] })

  test('picks the greatest (1 − δ) relevance − δ similarity, by hand', () => {
    // δ .5: after 0 the others have .4 − .5, .25 − .5/3, .15 − 0, 0 − 0; after 3: −.1, .083, 0
    expect(listOf(scores, 5, catalogue, { mmr: 0.5 })).toEqual([0, 3, 2, 4, 1])
    // δ .25: .6 − .25 = .35, .375 − .0833 = .2917, .225, 0; after 1 the same but for 1
    expect(listOf(scores, 5, catalogue, { mmr: 0.25 })).toEqual([0, 1, 2, 3, 4])
    expect(listOf(scores, 2, catalogue, { mmr: 0.5 })).toEqual([0, 3])
  })

  test('with δ = 1 only likeness counts, and of equals the one that stood first comes first', () => {
    expect(listOf(scores, 5, catalogue, { mmr: 1 })).toEqual([0, 3, 4, 2, 1])
  })

  test('what stands above counts for likeness', () => {
    // item 1 above: 0 has .5 − .5 = 0, 2 has .25 − .5/3 = .083, 3 has .15
    expect(diversified((k, passes) => ofScores(scores)(k, item => item !== 1 && (passes?.(item) ?? true)), 1, { mmr: 0.5, caps: {} }, itemWorld(catalogue), [1]).items).toEqual([3])
  })

  test('scores come along, and a unit of the scores changes nothing', () => {
    const { items, scores: own } = diversified(ofScores(scores), 3, { mmr: 0.5, caps: {} }, itemWorld(catalogue))
    expect(own).toEqual(items.map(item => scores[item]))
    expect(listOf(scores.map(score => 8 * score - 64), 5, catalogue, { mmr: 0.5 })).toEqual([0, 3, 2, 4, 1])
  })

  test('equal scores are equally relevant; no candidate gives no list', () => {
    expect(listOf([1, 1, 1], 3, catalogue, { mmr: 0.1 })).toEqual([0, 2, 1])
    expect(listOf([], 3, catalogue, { mmr: 0.1 })).toEqual([])
  })
})

describe('caps', () => {
  const catalogue = catalogueOf(
    { genres: ['a', 'b'], year: 1990 }, { genres: ['a'], year: 1991 }, { genres: ['b', 'b'], year: 1990 }, { year: 1990 }, { genres: ['c'], year: '1990' }, { genres: ['a'] },
  )
  const scores = [6, 5, 4, 3, 2, 1]

  test('count each text of a list, and each other value as a whole; an item without the attribute is free', () => {
    expect(listOf(scores, 6, catalogue, { caps: { genres: 1 } })).toEqual([0, 3, 4])
    expect(listOf(scores, 6, catalogue, { caps: { genres: 2 } })).toEqual([0, 1, 2, 3, 4])
    expect(listOf(scores, 6, catalogue, { caps: { year: 1 } })).toEqual([0, 1, 4, 5]) // the number 1990 is not the text
  })

  test('hold all together', () => {
    expect(listOf(scores, 6, catalogue, { caps: { genres: 2, year: 1 } })).toEqual([0, 1, 4])
  })

  test('what stands above counts, and stands whatever they say', () => {
    expect(listOf([1, 1, 1, 1], 3, catalogueOf({ t: ['x'] }, { t: ['y'] }, { t: ['x'] }, { t: ['z'] }), { caps: { t: 1 } }, [0, 2])).toEqual([1, 3])
  })

  test('reach as far down the candidates as they have to', () => {
    const many = catalogueOf(...Array.from({ length: 5 * POOL }, (_, item) => ({ genres: [item === 3 * POOL ? 'rare' : 'common'] })))
    expect(listOf(many.map((_, item) => -item), 3, many, { caps: { genres: 1 } })).toEqual([0, 3 * POOL])
  })
})

describe('laws', () => {
  const { below, uniform } = seededRandom(20)
  const worlds = Array.from({ length: 60 }, (_, nth) => {
    const nItems = 1 + below(nth % 3 === 0 ? 3 * POOL : 40)
    const genres = (): string[] => Array.from({ length: below(4) }, () => 'abcdef'[below(6)])
    const catalogue = catalogueOf(...Array.from({ length: nItems }, () => ({ ...(uniform() < 0.9 && { genres: genres() }), ...(uniform() < 0.5 && { year: 1990 + below(9) }) })))
    const scores = Array.from({ length: nItems }, () => below(50) / 7 - 3).sort((a, b) => b - a)
    const caps = { ...(uniform() < 0.7 && { genres: 1 + below(12) }), ...(uniform() < 0.5 && { year: 1 + below(5) }) }
    return { catalogue, scores, caps, mmr: [0, 0.1, 0.5, 1][below(4)], n: 1 + below(nItems) }
  })

  test('a cap is never broken, and a short list has no candidate left that would fit', () => {
    const fits = (items: readonly number[], catalogue: Catalogue, caps: Diversity['caps'] = {}): boolean => Object.entries(caps).every(([name, most]) => {
      const values = items.flatMap(item => [...new Set([catalogue[item].attributes[name] ?? []].flat())])
      return values.every(value => values.filter(other => other === value).length <= most)
    })
    let short = 0
    for (const { catalogue, scores, n, ...wanted } of worlds) {
      const list = listOf(scores, n, catalogue, wanted)
      expect(new Set(list).size).toBe(list.length)
      expect(fits(list, catalogue, wanted.caps)).toBe(true)
      if (list.length === n) continue
      short++
      for (const item of scores.keys()) if (!list.includes(item)) expect(fits([...list, item], catalogue, wanted.caps)).toBe(false)
    }
    expect(short).toBeGreaterThan(5)
  })

  test('a list is the beginning of every longer one', () => {
    for (const { catalogue, scores, n, ...wanted } of worlds) {
      const whole = listOf(scores, scores.length, catalogue, wanted)
      expect(listOf(scores, n, catalogue, wanted)).toEqual(whole.slice(0, n))
    }
  })

  test('without mmr and with caps that bind nowhere it is the list itself', () => {
    for (const { catalogue, scores, n } of worlds) {
      expect(listOf(scores, n, catalogue, { mmr: 0, caps: { genres: 1000 } })).toEqual([...scores.keys()].slice(0, n))
    }
  })

  test('is the formula written out, over the pool', () => {
    for (const { catalogue, scores, n, mmr } of worlds) {
      const pool = scores.slice(0, POOL)
      const range = pool[0] - pool[pool.length - 1]
      const sets = attributeSets(catalogue)
      const alike = (a: number, b: number): number => sets ? jaccard(rowIndices(sets, a), rowIndices(sets, b)) : 1
      const chosen: number[] = []
      while (chosen.length < Math.min(n, pool.length)) {
        const gain = (item: number): number =>
          (1 - mmr) * (range === 0 ? 1 : (pool[item] - pool[pool.length - 1]) / range) - mmr * Math.max(0, ...chosen.map(other => alike(item, other)))
        const left = [...pool.keys()].filter(item => !chosen.includes(item))
        chosen.push(left.reduce((best, item) => gain(item) > gain(best) ? item : best))
      }
      expect(listOf(scores, n, catalogue, { mmr }).slice(0, POOL)).toEqual(chosen)
    }
  })
})

describe('what is asked', () => {
  const catalogue = catalogueOf({}, { genres: ['a'], year: 1990 })

  test('is nothing without mmr and caps', () => {
    for (const nothing of [{}, { mmr: 0 }, { caps: {} }]) expect(checkedDiversity(nothing, catalogue)).toBeUndefined()
    expect(checkedDiversity({ caps: { year: 2 } }, catalogue)).toEqual({ mmr: 0, caps: { year: 2 } })
  })

  test('is refused out of range, by an attribute that no item has, and by likeness where no item has a list', () => {
    const refuses = (wanted: Diversity, says: RegExp, of = catalogue): void => {
      expect(() => checkedDiversity(wanted, of)).toThrow(says)
    }
    refuses({ mmr: 1.1 }, /^ERR_OPTION: mmr is 1.1, expected a number from 0 to 1/)
    refuses({ mmr: NaN }, /mmr is NaN/)
    for (const most of [0, 1.5]) refuses({ caps: { year: most } }, /the cap of year is .*, expected an integer from 1/)
    refuses({ caps: { genre: 2 } }, /by the attribute "genre", which no item has; expected one of genres, year\./)
    refuses({ caps: { constructor: 2 } }, /"constructor", which no item has/)
    refuses({ caps: { genre: 2 } }, /none has any/, catalogueOf({}))
    refuses({ mmr: 0.3 }, /no item has an attribute that is a list/, catalogueOf({ year: 1990 }))
  })

  test('caps as people write them', () => {
    expect(parseCaps(['genres=3', 'a=b=12'])).toEqual({ genres: 3, 'a=b': 12 })
    for (const text of ['genres', 'genres=', '=3', 'genres=-1', 'genres=1.5']) expect(() => parseCaps([text])).toThrow(/ERR_OPTION: the cap is .*, expected ATTRIBUTE=N/)
    expect(() => parseCaps(['a=1', 'a=2'])).toThrow(/name an attribute twice/)
  })
})
