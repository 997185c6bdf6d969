// User holdout: who is held out, what is given, what is asked for.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { prepareDataset, type Dataset } from '../../src/dataset/index.ts'
import { role, splitters, type Split } from '../../src/split/index.ts'
import { distinctRows, rawEvents, rowsOf, type Row } from '../dataset/rows.ts'

const split = splitters['user-holdout'].split
/** Users with so many interactions each, at times 1, 2, 3 … */
const users = (...lengths: number[]): Row[] =>
  lengths.flatMap((length, user) => Array.from({ length }, (_, at) => ({ user: `u${user}`, item: `i${at}`, value: 1, time: at + 1 })))
const splitOf = (rows: readonly Row[], options: Record<string, number | string> = {}): { dataset: Dataset, parts: Split } => {
  const dataset = prepareDataset(rawEvents(rows))
  return { dataset, parts: split(dataset, options) }
}

test('a user is held out whole: the earliest 80 % are given, the rest is asked for', () => {
  const { dataset, parts } = splitOf(users(...Array.from({ length: 20 }, () => 10)), { testUsers: 0.2, validationUsers: 0.1 })
  const { users: of, timestamps = new Float64Array() } = dataset.interactions
  const rolesOf = (user: number): string => [...parts.roles].filter((_, row) => of[row] === user).join('')
  const kinds = Array.from({ length: 20 }, (_, user) => rolesOf(user)).sort()
  expect(kinds).toEqual([...new Array<string>(14).fill('0000000000'), ...new Array<string>(2).fill('3333333311'), ...new Array<string>(4).fill('4444444422')])
  parts.roles.forEach((each, row) => { if (each === role.test) expect(timestamps[row]).toBeGreaterThan(8) })
  expect(parts.protocol).toMatchObject({ usersWithTest: 4, usersWithValidation: 2, usersWithoutTest: 16, usersDecidedByTies: 0, historyShare: 0.8 })
})
test('of two interactions one is given; who has one is never held out, and somebody is always fitted on', () => {
  expect([...splitOf(users(2, 1, 1, 1), { testUsers: 0.9, validationUsers: 0 }).parts.roles]).toEqual([4, 2, 0, 0, 0])
  expect([...splitOf(users(3, 3), { testUsers: 0.9, validationUsers: 0.9 }).parts.roles].filter(each => each === role.training)).toHaveLength(3)
  expect([...splitOf(users(5)).parts.roles]).toEqual([0, 0, 0, 0, 0])
})
test('histories are in order of time, also where rows are not', () => {
  const rows = users(...Array.from({ length: 12 }, () => 9)).reverse()
  const { dataset, parts: { histories } } = splitOf(rows, { testUsers: 0.5 })
  for (const given of [histories?.test, histories?.validation]) {
    const told = given ? rowsOf(dataset, given) : []
    expect(told.length).toBeGreaterThan(0)
    told.forEach((row, at) => { if (at > 0 && told[at - 1].user === row.user) expect(row.time).toBeGreaterThan(told[at - 1].time ?? NaN) })
  }
})
test('equal times at the boundary are decided by the rule, and counted', () => {
  const tied = users(...Array.from({ length: 10 }, () => 4)).map(row => ({ ...row, time: 7 }))
  const hidden = (options: Record<string, number | string>): string[] => {
    const { dataset, parts } = splitOf(tied, { testUsers: 0.9, validationUsers: 0, ...options })
    expect(parts.protocol.usersDecidedByTies).toBe(9)
    return rowsOf(dataset, parts.test).map(row => row.item)
  }
  expect(new Set(hidden({ ties: 'file' }))).toEqual(new Set(['i3']))
  expect(new Set(hidden({ ties: 'hash' })).size).toBeGreaterThan(1)
})
describe('laws', () => {
  test('nothing of a tested user is fitted on; each has a history and a test, and the test is no earlier', () => {
    fc.assert(fc.property(distinctRows(true), fc.double({ min: 0.05, max: 0.9, noNaN: true }), (rows, historyShare) => {
      const { dataset, parts } = splitOf(rows, { testUsers: 0.5, validationUsers: 0.3, historyShare })
      const { users: of, timestamps = new Float64Array() } = dataset.interactions
      for (let user = 0; user < dataset.users.size; user++) {
        const own = [...of.keys()].filter(row => of[row] === user)
        const timesOf = (...roles: number[]): number[] => own.filter(row => roles.includes(parts.roles[row])).map(row => timestamps[row])
        const held = timesOf(role.test, role.validation)
        if (held.length === 0) continue
        const given = timesOf(role.testHistory, role.validationHistory)
        expect(given.length).toBeGreaterThan(0)
        expect(given.length + held.length).toBe(own.length)
        expect(Math.min(...held)).toBeGreaterThanOrEqual(Math.max(...given))
      }
    }))
  })
})
