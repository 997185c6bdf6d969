// Events from somebody's own program: all forms give the same columns, and every bad field is named.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EventSource, fromEvents, type InteractionEvent, prepareDataset, secondsOf } from '../../src/dataset/index.ts'

const events: InteractionEvent[] = [
  { userId: 'ann', itemId: 7, rating: 4, timestamp: 300 },
  { userId: 'bob', itemId: '8', rating: 2.5, timestamp: 200 },
  { userId: 'ann', itemId: '7', rating: 5, timestamp: 400 },
]

async function* later(source: readonly InteractionEvent[]): AsyncGenerator<InteractionEvent> {
  for (const event of source) yield await Promise.resolve(event)
}

const codeOf = async (source: unknown, options?: object): Promise<string> =>
  fromEvents(source as EventSource, options).then(() => 'nothing was refused', (error: Error) => error.message)

describe('all forms of the same events', () => {
  test('an array becomes columns in order of arrival, ids numbered as they appear', async () => {
    const raw = await fromEvents(events, { name: 'mine' })
    expect(raw).toEqual({
      name: 'mine',
      synthetic: false,
      userIds: ['ann', 'bob'],
      itemIds: ['7', '8'],
      interactions: {
        nUsers: 2,
        nItems: 2,
        users: Int32Array.of(0, 1, 0),
        items: Int32Array.of(0, 1, 0),
        values: Float32Array.of(4, 2.5, 5),
        valueKind: 'rating',
        timestamps: Float64Array.of(300, 200, 400),
      },
      itemInfo: new Map(),
      rowsRead: 3,
      badRows: 0,
    })
  })
  test('an iterable, an async iterable and columns give what the array gives', async () => {
    const expected = await fromEvents(events)
    expect(await fromEvents(new Set(events).values())).toEqual(expected)
    expect(await fromEvents(later(events))).toEqual(expected)
    expect(await fromEvents({
      userId: ['ann', 'bob', 'ann'],
      itemId: [7, '8', '7'],
      rating: Float32Array.of(4, 2.5, 5),
      timestamp: [300, 200, 400],
    })).toEqual(expected)
  })
  test('columns grow past their first size without losing a row', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), async n => {
      const many = Array.from({ length: n }, (_, row) => ({ userId: row, itemId: -row, weight: row + 1 }))
      const { interactions, userIds } = await fromEvents(many)
      expect(interactions.values).toEqual(Float32Array.from({ length: n }, (_, row) => row + 1))
      expect(userIds).toEqual(Array.from({ length: n }, (_, row) => String(row)))
    }), { numRuns: 20 })
  })
  test('events without rating and weight have weight 1, and no times where none came', async () => {
    const { interactions } = await fromEvents([{ userId: 1, itemId: 2 }, { userId: 1, itemId: 3 }])
    expect(interactions).toMatchObject({ valueKind: 'weight', values: Float32Array.of(1, 1) })
    expect(interactions).not.toHaveProperty('timestamps')
  })
  test('repeated events add up once prepared', async () => {
    const raw = await fromEvents([{ userId: 1, itemId: 2 }, { userId: 1, itemId: 3 }, { userId: 1, itemId: 2 }])
    expect([...prepareDataset(raw).interactions.values]).toEqual([1, 2])
  })
})

describe('timestamps', () => {
  test.each([
    [1_000_000_000, 1_000_000_000],
    [99_999_999_999, 99_999_999_999],
    [1e11, 1e8],
    [1_700_000_000_123, 1_700_000_000.123],
    [-5, -5],
    [new Date(1500), 1.5],
    ['1970-01-01', 0],
    ['1970-01-02T00:00:01Z', 86_401],
    ['2024-02-29T12:30:00.25+02:00', Date.UTC(2024, 1, 29, 10, 30) / 1000 + 0.25],
    ['2024-02-29 12:30', Date.UTC(2024, 1, 29, 12, 30) / 1000],
    ['1969-12-31T23:59:59-0030', 1799],
  ])('%s means %d seconds', (timestamp, seconds) => {
    expect(secondsOf(timestamp)).toBe(seconds)
  })
  test.each([
    ['yesterday'], ['2023-02-29'], ['1900-02-29'], ['2024-13-01'], ['2024-00-01'], ['2024-01-32'], ['2024-01-01T24:00'],
    ['2024-01-01T10:60'], ['2024-01-01T10'], ['881250949'], [''],
    [NaN], [Infinity], [new Date(NaN)], [null], [undefined], [true], [5n], [{}],
  ])('%s is refused', timestamp => {
    expect(secondsOf(timestamp)).toBe(undefined)
  })
  test('an ISO text means what Date says, for any moment of four-digit years', () => {
    const range = { min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z') }
    fc.assert(fc.property(fc.date({ ...range, noInvalidDate: true }), date => {
      expect(secondsOf(date.toISOString())).toBeCloseTo(date.getTime() / 1000, 3)
    }))
  })
})

describe('refusals', () => {
  const good = { userId: 'ann', itemId: 'film' }
  test.each([
    [[good, { itemId: 'x' }], 'event 1 (counted from 0): userId is missing, expected a string that is not empty, or a safe integer.'],
    [[{ userId: 'ann', itemId: '' }], 'event 0 (counted from 0): itemId is "", expected a string'],
    [[{ userId: NaN, itemId: 'x' }], 'event 0 (counted from 0): userId is NaN, expected a string'],
    [[{ userId: 1.5, itemId: 'x' }], 'event 0 (counted from 0): userId is 1.5, expected a string'],
    [[{ userId: 2 ** 53, itemId: 'x' }], 'userId is 9007199254740992, expected a string'],
    [[{ userId: {}, itemId: 'x' }], 'userId is an object, expected a string'],
    [[{ ...good, rating: 0 }], 'event 0 (counted from 0): rating is 0, expected a finite number > 0'],
    [[{ ...good, rating: -1 }], 'rating is -1, expected a finite number > 0'],
    [[{ ...good, rating: NaN }], 'rating is NaN, expected'],
    [[{ ...good, weight: Infinity }], 'weight is Infinity, expected'],
    [[{ ...good, weight: 1e39 }], 'weight is 1e+39, expected a finite number > 0 within the range of float32.'],
    [[{ ...good, weight: 1e-60 }], 'weight is 1e-60, expected'],
    [[{ ...good, rating: '4' }], 'rating is "4", expected'],
    [[{ ...good, rating: null }], 'rating is null, expected'],
    [[{ ...good, rating: 4, weight: 1 }], 'weight is 1, expected none, since events have a rating.'],
    [[{ ...good, rating: 4 }, good], 'event 1 (counted from 0): rating is missing, expected'],
    [[{ ...good, rating: 4 }, { ...good, weight: 4 }], 'event 1 (counted from 0): weight is 4, expected none'],
    [[{ ...good, weight: 4 }, { ...good, rating: 4 }], 'event 1 (counted from 0): rating is 4, expected none'],
    [[good, { ...good, rating: 4 }], 'event 1 (counted from 0): rating is 4, expected none, as in the event before.'],
    [[good, { ...good, weight: 4 }], 'event 1 (counted from 0): weight is 4, expected none, as in the event before.'],
    [[good, { ...good, timestamp: 4 }], 'event 1 (counted from 0): timestamp is 4, expected none, as in the event before.'],
    [[{ ...good, timestamp: 4 }, good], 'event 1 (counted from 0): timestamp is missing, expected seconds since 1970'],
    [[{ ...good, timestamp: new Date(NaN) }], 'timestamp is an invalid Date, expected seconds'],
    [[good, null], 'event 1 (counted from 0): itself is null, expected an object with userId and itemId.'],
    [{ userId: ['a', ''], itemId: [1, 2] }, 'event 1 (counted from 0): userId is "", expected'],
  ])('%j throws ERR_EVENT with position, field, value and what was expected', async (source, detail) => {
    const message = await codeOf(source)
    expect(message).toMatch(/^ERR_EVENT: event \d+ /)
    expect(message).toContain(detail)
  })
  test.each([
    [5, 'the events are 5, expected an iterable, an async iterable or columns.'],
    [null, 'the events are null'],
    ['text', 'the events are "text"'],
    [{}, 'the events are an object'],
    [{ userId: [1] }, 'column itemId has no rows, expected 1.'],
    [{ userId: [1, 2], itemId: [1, 2], rating: [1] }, 'column rating has 1 rows, expected 2.'],
    [{ userId: 7, itemId: [1] }, 'column userId has no rows, expected as many as userId.'],
  ])('%j throws ERR_SHAPE', async (source, detail) => {
    expect(await codeOf(source)).toContain(`ERR_SHAPE: ${detail}`)
  })
  test('no event throws ERR_EMPTY', async () => {
    expect(await codeOf([], { name: 'mine' })).toBe('ERR_EMPTY: mine holds 0 events, expected at least 1.')
    expect(await codeOf({ userId: [], itemId: [] })).toMatch(/^ERR_EMPTY/)
    expect(await codeOf(later([]))).toMatch(/^ERR_EMPTY/)
  })
  test('an error of the source itself comes through as it is', async () => {
    const failing = (async function* () {
      yield good
      throw new RangeError('the source broke')
    })()
    await expect(fromEvents(failing)).rejects.toThrow(new RangeError('the source broke'))
  })
})

describe('the catalogue', () => {
  test('title and attributes are kept; null and undefined mean that the item has none; the last entry of an id counts', async () => {
    const { itemInfo } = await fromEvents([{ userId: 1, itemId: 2 }], {
      items: [
        { itemId: 2, title: 'old' },
        { itemId: '2', title: 'Two', year: 1999, genres: ['Drama'], seen: false, note: null, gone: undefined },
        { itemId: 3, title: null },
      ],
    })
    expect(itemInfo).toEqual(new Map([
      ['2', { title: 'Two', attributes: { year: 1999, genres: ['Drama'], seen: false } }],
      ['3', { attributes: {} }],
    ]))
  })
  test.each([
    [[{ title: 'x' }], 'ERR_EVENT: items entry 0 (counted from 0): itemId is missing'],
    [[{ itemId: 1 }, { itemId: '' }], 'ERR_EVENT: items entry 1 (counted from 0): itemId is ""'],
    [[{ itemId: 1, title: 5 }], 'title is 5, expected a string.'],
    [[{ itemId: 1, year: NaN }], 'year is NaN, expected a string, a finite number'],
    [[{ itemId: 1, genres: [1] }], 'genres is an array of 1, expected'],
    [[{ itemId: 1, more: {} }], 'more is an object, expected'],
    [[null], 'items entry 0 (counted from 0): itself is null'],
    [5, 'ERR_SHAPE: items is 5, expected'],
  ])('%j is refused', async (items, detail) => {
    expect(await codeOf([{ userId: 1, itemId: 2 }], { items })).toContain(detail)
  })
  test('users have attributes and no title; without any there is no word of them', async () => {
    const { userInfo } = await fromEvents([{ userId: 1, itemId: 2 }], { users: [{ userId: 1, age: 30, title: 'Dr' }, { userId: 5 }] })
    expect(userInfo).toEqual(new Map([['1', { attributes: { age: 30, title: 'Dr' } }], ['5', { attributes: {} }]]))
    expect(await fromEvents([{ userId: 1, itemId: 2 }])).not.toHaveProperty('userInfo')
  })
  test.each([
    [[{ age: 3 }], 'ERR_EVENT: users entry 0 (counted from 0): userId is missing'],
    [[{ userId: 1, age: NaN }], 'users entry 0 (counted from 0): age is NaN'],
    [[null], 'users entry 0 (counted from 0): itself is null'],
    [5, 'ERR_SHAPE: users is 5, expected an iterable or async iterable of objects with userId'],
  ])('users %j are refused', async (users, detail) => {
    expect(await codeOf([{ userId: 1, itemId: 2 }], { users })).toContain(detail)
  })
})
