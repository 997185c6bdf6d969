// Preparation: each rule by hand, their order, and the laws that hold for any rows.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ItemInfo, prepareDataset, type RawEvents } from '../../src/dataset/index.ts'
import { rawEvents, type Row, rowsOf, someRows } from './rows.ts'

const prepared = (raw: RawEvents, options = {}): Row[] => {
  const dataset = prepareDataset(raw, options)
  return rowsOf(dataset, dataset.interactions)
}
const row = (user: string, item: string, value: number, time?: number): Row => ({ user, item, value, ...(time !== undefined && { time }) })

describe('a repeated (user, item)', () => {
  test('the rating with the latest time wins and stands where its row stood', () => {
    const rows = [row('u', 'a', 1, 10), row('u', 'b', 2, 11), row('u', 'a', 5, 30), row('u', 'c', 3, 12), row('u', 'a', 2, 20)]
    expect(prepared(rawEvents(rows))).toEqual([row('u', 'b', 2, 11), row('u', 'a', 5, 30), row('u', 'c', 3, 12)])
  })
  test('among equal times the later row wins', () => {
    expect(prepared(rawEvents([row('u', 'a', 1, 10), row('u', 'b', 2, 10), row('u', 'a', 4, 10)])))
      .toEqual([row('u', 'b', 2, 10), row('u', 'a', 4, 10)])
  })
  test('without times the later row wins', () => {
    expect(prepared(rawEvents([row('u', 'a', 1), row('u', 'b', 2), row('u', 'a', 4)]))).toEqual([row('u', 'b', 2), row('u', 'a', 4)])
  })
  test('weights add up, at the latest time', () => {
    const rows = [row('u', 'a', 1, 10), row('u', 'a', 0.5, 30), row('u', 'b', 2, 11), row('u', 'a', 2, 20)]
    expect(prepared(rawEvents(rows, { valueKind: 'weight' }))).toEqual([row('u', 'a', 3.5, 30), row('u', 'b', 2, 11)])
  })
  test('of two users is no repeat', () => {
    const rows = [row('u', 'a', 1), row('v', 'a', 2), row('w', 'a', 3)]
    expect(prepared(rawEvents(rows))).toEqual(rows)
  })
  test('is counted', () => {
    const { provenance } = prepareDataset(rawEvents([row('u', 'a', 1), row('u', 'a', 2), row('u', 'a', 3), row('u', 'b', 3)]))
    expect(provenance).toEqual({ rowsRead: 4, badRows: 0, belowMinRating: 0, repeated: 2, outsideKCore: 0 })
  })
  test('weights whose sum leaves float32 are refused', () => {
    const raw = rawEvents([row('u', 'a', 3e38), row('u', 'a', 3e38)], { valueKind: 'weight' })
    expect(() => prepareDataset(raw)).toThrow(/^ERR_EVENT: the weight of row 1 is Infinity, expected a finite number > 0/)
  })
})

describe('minRating', () => {
  test('drops lower ratings and keeps equal ones', () => {
    const rows = [row('u', 'a', 2.5), row('u', 'b', 3), row('u', 'c', 3.5)]
    expect(prepared(rawEvents(rows), { minRating: 3 })).toEqual(rows.slice(1))
  })
  test('compares as float32, so that a rating of 4.1 is not below 4.1', () => {
    expect(prepareDataset(rawEvents([row('u', 'a', 4.1)]), { minRating: 4.1 }).provenance.belowMinRating).toBe(0)
  })
  test('comes before merging: a later low rating does not displace an earlier high one', () => {
    expect(prepared(rawEvents([row('u', 'a', 5, 1), row('u', 'a', 1, 2)]), { minRating: 3 })).toEqual([row('u', 'a', 5, 1)])
  })
  test('removes ratings of 0, which are refused otherwise', () => {
    const raw = rawEvents([row('u', 'a', 0), row('u', 'b', 1)])
    expect(prepared(raw, { minRating: 0.5 })).toEqual([row('u', 'b', 1)])
    expect(() => prepareDataset(raw)).toThrow(/^ERR_EVENT: the rating of row 0 is 0, expected a finite number > 0/)
  })
  test('is refused where the events have weights', () => {
    const raw = rawEvents([row('u', 'a', 1)], { valueKind: 'weight' })
    expect(() => prepareDataset(raw, { minRating: 1 })).toThrow(/^ERR_OPTION: minRating is 1, but rows has weights/)
  })
})

describe('the k-core', () => {
  test('goes on until nothing is thin: a chain falls link by link', () => {
    // u1–a–u2–b–u3–c: with k = 2 both ends are thin, then their neighbours, until nothing is left of the chain;
    // the square x, y × p, q stays.
    const chain = [['u1', 'a'], ['u2', 'a'], ['u2', 'b'], ['u3', 'b'], ['u3', 'c']]
    const square = [['x', 'p'], ['x', 'q'], ['y', 'p'], ['y', 'q']]
    const rows = [...chain, ...square].map(([user, item]) => row(user, item, 1))
    const dataset = prepareDataset(rawEvents(rows), { kCore: 2 })
    expect(rowsOf(dataset, dataset.interactions)).toEqual(rows.slice(5))
    expect(dataset.provenance.outsideKCore).toBe(5)
    expect([dataset.users.ids, dataset.items.ids]).toEqual([['x', 'y'], ['p', 'q']])
  })
  test('comes after merging: a pair that comes twice counts once', () => {
    expect(() => prepareDataset(rawEvents([row('u', 'a', 1), row('u', 'a', 2)]), { kCore: 2 })).toThrow(/^ERR_EMPTY/)
  })
  test('equals removing thin rows again and again, for any rows and k', () => {
    fc.assert(fc.property(someRows(true), fc.integer({ min: 1, max: 5 }), (rows, kCore) => {
      let expected = prepared(rawEvents(rows))
      for (let before = -1; before !== expected.length;) {
        before = expected.length
        const degree = (side: 'user' | 'item', id: string): number => expected.filter(each => each[side] === id).length
        expected = expected.filter(each => degree('user', each.user) >= kCore && degree('item', each.item) >= kCore)
      }
      if (expected.length === 0) expect(() => prepareDataset(rawEvents(rows), { kCore })).toThrow(/^ERR_EMPTY/)
      else expect(prepared(rawEvents(rows), { kCore })).toEqual(expected)
    }))
  })
})

describe('indices and catalogue', () => {
  test('indices are dense, in the order of the raw ids, without ids that have no interactions', () => {
    const raw = rawEvents([row('v', 'b', 4), row('u', 'a', 1), row('w', 'c', 5)], {
      userIds: ['idle', 'u', 'v', 'w'], itemIds: ['c', 'nobody', 'b', 'a'],
    })
    const { interactions, users, items } = prepareDataset(raw, { minRating: 2 })
    expect([users.ids, items.ids]).toEqual([['v', 'w'], ['c', 'b']])
    expect([interactions.nUsers, interactions.nItems]).toEqual([2, 2])
    expect([[...interactions.users], [...interactions.items]]).toEqual([[0, 1], [1, 0]])
  })
  test('the catalogue stands in item order; what it does not know has no title, what nobody had is left out', () => {
    const itemInfo = new Map<string, ItemInfo>([
      ['a', { title: 'A (1990)', attributes: { year: 1990 } }],
      ['z', { title: 'Z', attributes: {} }],
    ])
    const { catalogue } = prepareDataset(rawEvents([row('u', 'b', 1), row('u', 'a', 1)], { itemInfo }))
    expect(catalogue).toEqual([{ attributes: {} }, { title: 'A (1990)', attributes: { year: 1990 } }])
  })
  test('name, checksum and counts of the reader are handed on', () => {
    const raw = { ...rawEvents([row('u', 'a', 1)]), name: 'file.csv', synthetic: true, checksum: 'abc', rowsRead: 7, badRows: 6 }
    expect(prepareDataset(raw)).toMatchObject({
      name: 'file.csv', synthetic: true, provenance: { checksum: 'abc', rowsRead: 7, badRows: 6 },
    })
  })
})

describe('laws', () => {
  test('every row read is kept or counted', () => {
    fc.assert(fc.property(someRows(false), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 2 }), (rows, minRating, kCore) => {
      let dataset
      try {
        dataset = prepareDataset(rawEvents(rows), { minRating, kCore })
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_EMPTY' })
        return
      }
      const { belowMinRating, repeated, outsideKCore } = dataset.provenance
      expect(dataset.interactions.users.length + belowMinRating + repeated + outsideKCore).toBe(rows.length)
    }))
  })
  test('merging equals a map from (user, item) to its latest rating', () => {
    fc.assert(fc.property(fc.boolean().chain(someRows), rows => {
      const latest = new Map<string, Row>()
      for (const each of rows) {
        const key = `${each.user} ${each.item}`
        const before = latest.get(key)
        if (!before || (each.time ?? 0) >= (before.time ?? 0)) latest.set(key, each)
      }
      const winners = new Set(latest.values())
      expect(prepared(rawEvents(rows))).toEqual(rows.filter(each => winners.has(each)))
    }))
  })
  test('merging keeps the sum of all weights', () => {
    fc.assert(fc.property(someRows(true), rows => {
      const sum = (of: readonly Row[]): number => of.reduce((total, each) => total + each.value, 0)
      expect(sum(prepared(rawEvents(rows, { valueKind: 'weight' })))).toBe(sum(rows))
    }))
  })
  test('preparing what was prepared changes nothing', () => {
    fc.assert(fc.property(someRows(true), fc.constantFrom('rating' as const, 'weight' as const), (rows, valueKind) => {
      const once = prepared(rawEvents(rows, { valueKind }), { kCore: 1 })
      expect(prepared(rawEvents(once, { valueKind }))).toEqual(once)
    }))
  })
  test('the raw events are not changed', () => {
    fc.assert(fc.property(someRows(true), rows => {
      const raw = rawEvents(rows, { valueKind: 'weight' })
      prepareDataset(raw)
      expect(raw).toEqual(rawEvents(rows, { valueKind: 'weight' }))
    }))
  })
})

describe('refusals', () => {
  const raw = rawEvents([row('u', 'a', 1, 5), row('u', 'b', 2, 6)])
  const withColumns = (columns: object): RawEvents => ({ ...raw, interactions: { ...raw.interactions, ...columns } })

  test.each([[{ minRating: -1 }], [{ minRating: NaN }], [{ kCore: 0 }], [{ kCore: 1.5 }]])('%j throws ERR_OPTION', options => {
    expect(() => prepareDataset(raw, options)).toThrow(/^ERR_OPTION: .* expected/)
  })
  test('nothing left throws ERR_EMPTY and says what took the rows', () => {
    expect(() => prepareDataset(raw, { minRating: 5 })).toThrow(
      'ERR_EMPTY: no interaction of rows is left: 2 rows read, 0 bad, 2 below the lowest rating, 0 outside the k-core; '
      + 'expected at least 1.',
    )
    expect(() => prepareDataset(rawEvents([]))).toThrow(/^ERR_EMPTY/)
  })
  test.each([
    ['values', { values: Float32Array.of(1) }, 'values has 1 rows, expected 2 as in users.'],
    ['timestamps', { timestamps: Float64Array.of(1, 2, 3) }, 'timestamps has 3 rows, expected 2 as in users.'],
    ['nUsers', { nUsers: 2 }, 'there are 1 userIds, expected nUsers = 2.'],
    ['nItems', { nItems: 3 }, 'there are 2 itemIds, expected nItems = 3.'],
    ['a user index', { users: Int32Array.of(0, 1) }, 'the user index of row 1 is 1, expected an integer from 0 to 0.'],
    ['an item index', { items: Int32Array.of(-1, 1) }, 'the item index of row 0 is -1, expected an integer from 0 to 1.'],
  ])('%s that does not fit throws ERR_SHAPE', (_name, columns, detail) => {
    expect(() => prepareDataset(withColumns(columns))).toThrow(`ERR_SHAPE: ${detail}`)
  })
  test.each([[NaN], [Infinity], [-1]])('a rating of %d throws ERR_EVENT', value => {
    expect(() => prepareDataset(withColumns({ values: Float32Array.of(1, value) }))).toThrow(/^ERR_EVENT: the rating of row 1 is/)
    const doubtful = withColumns({ values: Float32Array.of(1, value) })
    expect(() => prepareDataset(doubtful, { minRating: 1 })).toThrow(/^ERR_EVENT: the rating of row 1 is/)
  })
  test('a timestamp that is not finite throws ERR_EVENT', () => {
    expect(() => prepareDataset(withColumns({ timestamps: Float64Array.of(1, NaN) }))).toThrow(/^ERR_EVENT: the timestamp of row 1 is NaN/)
  })
})
