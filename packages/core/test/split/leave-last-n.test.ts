// Leave-last-n: cases by hand, and laws over any rows.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hash53 } from '../../src/base/index.ts'
import { type Dataset, prepareDataset } from '../../src/dataset/index.ts'
import { role, type Split, splitters } from '../../src/split/index.ts'
import { distinctRows, rawEvents, type Row, rowsOf } from '../dataset/rows.ts'

type Options = { n?: number, ties?: 'hash' | 'file', seed?: number }

const splitOf = (rows: readonly Row[], options: Options = {}): { dataset: Dataset, split: Split } => {
  const dataset = prepareDataset(rawEvents(rows))
  return { dataset, split: splitters['leave-last-n'].split(dataset, { ...options }) }
}
/** The part of each row, keyed by ids: `u a` → 0 training, 1 validation, 2 test. */
const rolesByIds = (rows: readonly Row[], options: Options = {}): Record<string, number> => {
  const { dataset, split } = splitOf(rows, options)
  return Object.fromEntries(rowsOf(dataset, dataset.interactions).map(({ user, item }, row) => [`${user} ${item}`, split.roles[row]]))
}
/** Rows of one user `u`, items a, b, c … at the given times. */
const history = (...times: (number | undefined)[]): Row[] =>
  times.map((time, at) => ({ user: 'u', item: 'abcdefgh'[at], value: 1, ...(time !== undefined && { time }) }))

describe('without equal times', () => {
  test('the last by time is the test, the second last the validation', () => {
    expect(rolesByIds(history(30, 50, 10, 40))).toEqual({ 'u a': 0, 'u b': 2, 'u c': 0, 'u d': 1 })
  })
  test('n = 2 holds out two and two', () => {
    expect(rolesByIds(history(30, 50, 10, 40, 20), { n: 2 })).toEqual({ 'u a': 1, 'u b': 2, 'u c': 0, 'u d': 2, 'u e': 1 })
  })
  test('one interaction stays in training; two are one training and one test; three are one of each', () => {
    expect(rolesByIds(history(1))).toEqual({ 'u a': 0 })
    expect(rolesByIds(history(2, 1))).toEqual({ 'u a': 2, 'u b': 0 })
    expect(rolesByIds(history(1, 2, 3))).toEqual({ 'u a': 0, 'u b': 1, 'u c': 2 })
  })
  test('n larger than a history leaves the first in training', () => {
    expect(rolesByIds(history(1, 2, 3, 4), { n: 3 })).toEqual({ 'u a': 0, 'u b': 2, 'u c': 2, 'u d': 2 })
    expect(rolesByIds(history(1, 2, 3, 4), { n: 2 })).toEqual({ 'u a': 0, 'u b': 1, 'u c': 2, 'u d': 2 })
    expect(rolesByIds(history(1, 2), { n: 1000 })).toEqual({ 'u a': 0, 'u b': 2 })
  })
  test('users do not mix', () => {
    const rows = [
      { user: 'v', item: 'a', value: 1, time: 9 }, { user: 'u', item: 'a', value: 1, time: 1 },
      { user: 'u', item: 'b', value: 1, time: 2 }, { user: 'v', item: 'b', value: 1, time: 8 },
    ]
    expect(rolesByIds(rows)).toEqual({ 'v a': 2, 'u a': 0, 'u b': 2, 'v b': 0 })
  })
  test('without times the order of arrival is the time, and no tie is decided', () => {
    const rows = history(undefined, undefined, undefined)
    expect(rolesByIds(rows)).toEqual({ 'u a': 0, 'u b': 1, 'u c': 2 })
    expect(splitOf(rows).split.protocol).not.toHaveProperty('usersDecidedByTies')
    expect(splitOf(rows).split.decidedByTies).toBeUndefined()
  })
})

describe('equal times', () => {
  test('file: the later row is the later one', () => {
    expect(rolesByIds(history(5, 9, 9, 9), { ties: 'file' })).toEqual({ 'u a': 0, 'u b': 0, 'u c': 1, 'u d': 2 })
  })
  test('hash: the greater hash of seed, user id and item id is the later one', () => {
    for (const seed of [0, 1, 42, 2 ** 32 - 1]) {
      const byHash = ['b', 'c', 'd'].sort((x, y) => hash53(seed, 'u', x) - hash53(seed, 'u', y))
      const expected = { 'u a': 0, [`u ${byHash[0]}`]: 0, [`u ${byHash[1]}`]: 1, [`u ${byHash[2]}`]: 2 }
      expect(rolesByIds(history(5, 9, 9, 9), { seed })).toEqual(expected)
    }
  })
  test('the seed changes what the hash holds out', () => {
    const heldOut = new Set(Array.from({ length: 20 }, (_, seed) => JSON.stringify(rolesByIds(history(9, 9, 9, 9), { seed }))))
    expect(heldOut.size).toBeGreaterThan(5)
  })
  test('every tied item is held out equally often: 4,000 users, 4 items, within 5 standard errors', () => {
    const rows = Array.from({ length: 4000 }, (_, user) => history(9, 9, 9, 9).map(row => ({ ...row, user: `u${user}` }))).flat()
    const { dataset, split } = splitOf(rows)
    const counts = new Map<string, number>()
    for (const { item } of rowsOf(dataset, split.test)) counts.set(item, (counts.get(item) ?? 0) + 1)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(750))
  })
  test.each([
    [[1, 2, 3], 1, 0], // no tie
    [[1, 3, 3], 1, 1], // the last time is shared
    [[2, 2, 3], 1, 0], // a tie, but not at the test's boundary
    [[3, 3, 3], 2, 1],
    [[1, 3, 3], 2, 0], // both tied rows are test: nothing to decide
    [[1, 2, 2, 3], 2, 1],
    [[7, 7], 1, 1],
    [[7], 1, 0],
  ])('times %j with n = %d: %d users are decided by the rule', (times, n, decided) => {
    for (const ties of ['hash', 'file'] as const) {
      expect(splitOf(history(...times), { n, ties }).split.protocol.usersDecidedByTies).toBe(decided)
    }
  })
})

test('the protocol counts users by what was held out from them', () => {
  const rows = [1, 2, 3, 4].flatMap(length => history(...[1, 2, 3, 4].slice(0, length)).map(row => ({ ...row, user: `u${length}` })))
  expect(splitOf(rows, { ties: 'file', seed: 7 }).split.protocol).toEqual({
    split: 'leave-last-n', n: 1, ties: 'file', // and no seed: it had no say
    usersDecidedByTies: 0, usersWithTest: 3, usersWithoutTest: 1, usersWithValidation: 2,
    // 2, 3, 4 are the moments of the tests; of the 7 other times 0, 2 and 1 … are later
    trainingAfterTest: (1 + 0 + 0) / (3 * 7),
  })
})

const options = fc.record({ n: fc.integer({ min: 1, max: 4 }), ties: fc.constantFrom('hash' as const, 'file' as const), seed: fc.nat() })
const anyRows = fc.boolean().chain(distinctRows)

test('of a long history the latest are found, few or many: n = 3 and n = 30', () => {
  const times = Array.from({ length: 100 }, (_, at) => 37 * at % 100) // each of 0 … 99 once
  for (const n of [3, 30]) {
    const { split } = splitOf(times.map((time, at) => ({ user: 'u', item: `i${at}`, value: 1, time })), { n, ties: 'file' })
    const expected = times.map(time => time >= 100 - n ? role.test : time >= 100 - 2 * n ? role.validation : role.training)
    expect([...split.roles]).toEqual(expected)
  }
})

describe('laws', () => {
  test('every user keeps a training row, and has n test and n validation rows as far as that allows', () => {
    fc.assert(fc.property(anyRows, options, (rows, given) => {
      const { dataset, split } = splitOf(rows, given)
      const { users } = dataset.interactions
      for (let user = 0; user < dataset.users.size; user++) {
        const rowsWith = (wanted: number): number => split.roles.filter((is, row) => is === wanted && users[row] === user).length
        const length = users.filter(each => each === user).length
        expect(rowsWith(role.training)).toBeGreaterThan(0)
        expect(rowsWith(role.test)).toBe(Math.min(given.n, length - 1))
        expect(rowsWith(role.validation)).toBe(Math.min(given.n, length - 1 - rowsWith(role.test)))
      }
    }))
  })
  test('no validation row is earlier than a training row of its user, no test row earlier than a validation row', () => {
    fc.assert(fc.property(distinctRows(true), options, (rows, given) => {
      const { dataset, split } = splitOf(rows, given)
      const { users, timestamps = new Float64Array() } = dataset.interactions
      split.roles.forEach((early, a) => split.roles.forEach((late, b) => {
        if (users[a] === users[b] && early < late) expect(timestamps[b]).toBeGreaterThanOrEqual(timestamps[a])
      }))
    }))
  })
  test('a hash split does not depend on the order of rows', () => {
    const shuffled = distinctRows(true).chain(rows => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })))
    fc.assert(fc.property(shuffled, options, ([rows, permuted], given) => {
      expect(rolesByIds(permuted, { ...given, ties: 'hash' })).toEqual(rolesByIds(rows, { ...given, ties: 'hash' }))
      const decided = (of: readonly Row[]): number | undefined => splitOf(of, given).split.protocol.usersDecidedByTies
      expect(decided(permuted)).toBe(decided(rows))
    }))
  })
  test('no split depends on the numbering of users and items', () => {
    fc.assert(fc.property(anyRows, options, fc.boolean(), (rows, given, isReversed) => {
      const order = (ids: string[]): string[] => isReversed ? ids.sort().reverse() : ids.sort()
      const userIds = order([...new Set(rows.map(each => each.user))])
      const itemIds = order([...new Set(rows.map(each => each.item))])
      const raw = rawEvents(rows, { userIds, itemIds })
      const relabelled = splitters['leave-last-n'].split(prepareDataset(raw), given)
      expect(relabelled.roles).toEqual(splitOf(rows, given).split.roles)
    }))
  })
  test('a file split that is in time order already holds out the last rows of each user', () => {
    fc.assert(fc.property(distinctRows(true), rows => {
      const inOrder = rows.toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0))
      const withoutTimes = inOrder.map(({ user, item, value }) => ({ user, item, value }))
      expect(splitOf(inOrder, { ties: 'file' }).split.roles).toEqual(splitOf(withoutTimes).split.roles)
    }))
  })
})

describe('refusals', () => {
  const dataset = prepareDataset(rawEvents(history(1, 2)))
  test.each([
    [{ n: 0 }, 'n is 0, expected an integer from 1 to 2147483647.'],
    [{ n: 1.5 }, 'n is 1.5, expected an integer'],
    [{ ties: 'random' }, 'ties is "random", expected one of hash, file.'],
    [{ seed: -1 }, 'seed is -1, expected an integer from 0 to 4294967295.'],
    [{ seed: 2 ** 32 }, 'seed is 4294967296, expected an integer from 0 to 4294967295.'],
    [{ tie: 'hash' }, 'there is no option "tie"; expected one of ties, seed, n.'],
  ])('%j throws ERR_OPTION', (given, detail) => {
    expect(() => splitters['leave-last-n'].split(dataset, given)).toThrow(`ERR_OPTION: ${detail}`)
  })
})
