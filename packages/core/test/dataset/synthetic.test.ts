// The synthetic set: exact, repeatable, skewed, in time order, and with tastes that can be learnt.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.ts'
import { aliasTable, drawIndex } from '../../src/dataset/alias-table.ts'
import { type Dataset, prepareDataset, type RawEvents, synthetic, syntheticSpec } from '../../src/dataset/index.ts'
import { splitters } from '../../src/split/index.ts'

const upTo40 = fc.integer({ min: 1, max: 40 })
const shapes = fc.record({ users: upTo40, items: upTo40, fill: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ users, items, fill }) => ({ users, items, interactions: users + Math.floor(fill * users * (items - 1)) }))
const options = fc.record({
  shape: shapes, seed: fc.nat(), factors: fc.integer({ min: 1, max: 10 }), steps: fc.constantFrom('whole' as const, 'half' as const),
}).map(({ shape, ...rest }) => ({ ...shape, ...rest }))

describe('for any shape, from one interaction a user to all pairs', () => {
  test('there are exactly as many interactions as asked for, and no (user, item) twice', () => {
    fc.assert(fc.property(options, given => {
      const { users, items } = synthetic(given).interactions
      expect(users.length).toBe(given.interactions)
      expect(new Set(Array.from(users, (user, row) => user * given.items + items[row])).size).toBe(given.interactions)
    }))
  })
  test('every user has an interaction', () => {
    fc.assert(fc.property(options, given => {
      expect(new Set(synthetic(given).interactions.users).size).toBe(given.users)
    }))
  })
  test('the times of a user rise strictly, in whole seconds', () => {
    fc.assert(fc.property(options, given => {
      const { users, timestamps = new Float64Array() } = synthetic(given).interactions
      for (let row = 1; row < users.length; row++) {
        if (users[row] === users[row - 1]) expect(timestamps[row]).toBeGreaterThan(timestamps[row - 1])
      }
      expect(timestamps.every(Number.isInteger)).toBe(true)
    }))
  })
  test('ratings are 1 to 5 in the steps asked for', () => {
    fc.assert(fc.property(options, given => {
      const { values } = synthetic(given).interactions
      const stepsAStar = given.steps === 'half' ? 2 : 1
      expect(values.every(value => value >= 1 && value <= 5 && Number.isInteger(value * stepsAStar))).toBe(true)
    }))
  })
  test('the same seed gives the same events', () => {
    fc.assert(fc.property(options, given => {
      expect(synthetic(given)).toEqual(synthetic(given))
    }), { numRuns: 20 })
  })
})

describe('the default set', () => {
  const raw = synthetic()
  const dataset = prepareDataset(raw)

  test('has the shape of MovieLens 100K, is named synthetic, and preparation keeps all of it', () => {
    const { users, items, interactions } = syntheticSpec
    expect([dataset.users.size, dataset.items.size]).toEqual([users.default, items.default])
    expect(dataset.interactions.users.length).toBe(interactions.default)
    expect([dataset.name, dataset.synthetic]).toEqual(['synthetic', true])
    expect([dataset.users.ids[0], dataset.items.ids[1681]]).toEqual(['u1', 'i1682'])
  })
  test('another seed gives other events', () => {
    expect(synthetic({ seed: 2 }).interactions.items).not.toEqual(raw.interactions.items)
  })
  test('has the recorded bits (recorded by this implementation on Node 24.21.0, guards against change)', () => {
    expect(checksum(raw)).toBe('3e52bbb6d22a43e192152f613471c11fde24a1ecae86a0aa31fc3610b617aba3')
  })
  test('the most popular tenth of the items holds over 40 % of the interactions', () => {
    expect(shareOfTop(dataset.interactions.items, 1682, 0.1)).toBeGreaterThan(0.4)
  })
  test('the most active tenth of the users holds over 25 % of the interactions', () => {
    expect(shareOfTop(dataset.interactions.users, 943, 0.1)).toBeGreaterThan(0.25)
  })
  test('all five ratings occur, 3 and 4 most often', () => {
    const counts = [1, 2, 3, 4, 5].map(stars => dataset.interactions.values.filter(value => value === stars).length)
    expect(Math.min(...counts)).toBeGreaterThan(1000)
    expect(Math.min(counts[2], counts[3])).toBeGreaterThan(Math.max(counts[0], counts[1], counts[4]))
  })
  test('items have a title with a year, that year, and genres', () => {
    dataset.catalogue.forEach(({ title, attributes }, item) => {
      expect(title).toBe(`Synthetic film ${item + 1} (${String(attributes.year)})`)
      expect(attributes.year).toSatisfy((year: number) => year >= 1930 && year <= 1999)
      expect((attributes.genres as string[]).length).toSatisfy((n: number) => n >= 1 && n <= 3)
    })
  })
  test('genres tell tastes: a user\'s two latest items share a genre far more often than items of two users', () => {
    const genres = dataset.catalogue.map(({ attributes }) => attributes.genres as string[])
    const shares = (a: number, b: number): boolean => genres[a].some(genre => genres[b].includes(genre))
    const { users, items } = dataset.interactions
    const last = Array.from(users.keys()).filter(row => users[row + 1] !== users[row])
    const within = last.filter(row => shares(items[row], items[row - 1])).length
    const across = last.filter((row, at) => shares(items[row], items[last[(at + 1) % last.length]])).length
    expect(within).toBeGreaterThan(1.3 * across)
  })
  test('tastes can be learnt: neighbours of what a user had find the held-out item 1.5 times as often as popularity', () => {
    const hits = hitsAt10(dataset)
    expect(hits.neighbours).toBeGreaterThan(1.5 * hits.popularity)
  })
})

describe('aliasTable', () => {
  test('draws each index as often as its weight says, within 5 standard errors (seed 9)', () => {
    const weights = Float64Array.of(1, 0, 5, 0.5, 3.5)
    const table = aliasTable(weights)
    const random = seededRandom(9)
    const counts = new Float64Array(5)
    for (let draw = 0; draw < 100_000; draw++) counts[drawIndex(table, random)]++
    weights.forEach((weight, index) => {
      const share = weight / 10
      expect(Math.abs(counts[index] - 100_000 * share)).toBeLessThanOrEqual(5 * Math.sqrt(100_000 * share * (1 - share)))
    })
  })
})

describe('refusals', () => {
  test.each([
    [{ users: 10, items: 10, interactions: 9 }, 'interactions is 9, expected from users = 10 to users × items = 100.'],
    [{ users: 10, items: 10, interactions: 101 }, 'interactions is 101, expected from users = 10 to users × items = 100.'],
    [{ factors: 0 }, 'factors is 0, expected an integer from 1 to 32.'],
    [{ seed: -1 }, 'seed is -1, expected an integer'],
    [{ steps: 'third' as 'half' }, 'steps is "third", expected one of whole, half.'],
  ])('%j throws ERR_OPTION', (given, detail) => {
    expect(() => synthetic(given)).toThrow(`ERR_OPTION: ${detail}`)
  })
})

test('progress rises to the total', () => {
  const done: number[] = []
  synthetic({ users: 9000, items: 50, interactions: 20_000 }, progress => done.push(progress.done))
  expect(done.length).toBe(3)
  expect(done).toEqual(done.toSorted((a, b) => a - b))
  expect(done.at(-1)).toBe(20_000)
})

function checksum({ interactions, itemInfo }: RawEvents): string {
  const { users, items, values, timestamps } = interactions
  const hash = createHash('sha256')
  for (const column of [users, items, values, timestamps]) if (column) hash.update(new Uint8Array(column.buffer))
  return hash.update(JSON.stringify([...itemInfo])).digest('hex')
}

function shareOfTop(keys: Int32Array, nKeys: number, part: number): number {
  const counts = new Float64Array(nKeys)
  for (const key of keys) counts[key]++
  const top = counts.sort().subarray(Math.floor(nKeys * (1 - part)))
  return top.reduce((sum, count) => sum + count, 0) / keys.length
}

/** Users whose held-out item is among the first ten by popularity, and by damped cosine to the user's other items. */
function hitsAt10(dataset: Dataset): { popularity: number, neighbours: number } {
  const { fitRows, test: heldOut } = splitters['leave-last-n'].split(dataset)
  const { nUsers, nItems } = fitRows
  const popularity = new Float64Array(nItems)
  const histories = Array.from({ length: nUsers }, (): number[] => [])
  fitRows.users.forEach((user, row) => histories[user].push(fitRows.items[row]))
  for (const item of fitRows.items) popularity[item]++
  const together = new Float64Array(nItems * nItems)
  for (const history of histories) for (const a of history) for (const b of history) together[a * nItems + b]++
  const hits = { popularity: 0, neighbours: 0 }
  heldOut.users.forEach((user, row) => {
    const scores = new Float64Array(nItems)
    for (const a of histories[user]) {
      for (let b = 0; b < nItems; b++) scores[b] += together[a * nItems + b] / Math.sqrt((popularity[a] + 10) * (popularity[b] + 10))
    }
    const seen = new Set(histories[user])
    const relevant = heldOut.items[row]
    const isHit = (by: Float64Array): boolean => {
      let rank = 1
      for (let item = 0; item < nItems; item++) if (item !== relevant && !seen.has(item) && by[item] >= by[relevant]) rank++
      return rank <= 10
    }
    if (isHit(popularity)) hits.popularity++
    if (isHit(scores)) hits.neighbours++
  })
  return hits
}
