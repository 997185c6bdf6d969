// Random: shares, and that a row's lot is its hash.
import { describe, expect, test } from 'vitest'
import { prepareDataset } from '../../src/dataset/index.ts'
import { role, splitters, type Split } from '../../src/split/index.ts'
import { rawEvents, rowsOf, type Row } from '../dataset/rows.ts'

const grid = (nUsers: number, nItems: number): Row[] =>
  Array.from({ length: nUsers * nItems }, (_, at) => ({ user: `u${Math.floor(at / nItems)}`, item: `i${at % nItems}`, value: 1 }))
const splitOf = (rows: readonly Row[], options: Record<string, number | string> = {}): Split => splitters.random.split(prepareDataset(rawEvents(rows)), options)
const count = ({ roles }: Split, of: number): number => roles.filter(each => each === of).length

describe('of user', () => {
  test('each user has the shares, rounded', () => {
    const split = splitOf(grid(7, 11), { testShare: 0.3, validationShare: 0.2 })
    for (let user = 0; user < 7; user++) {
      const own = split.roles.subarray(11 * user, 11 * user + 11)
      expect([role.test, role.validation, role.training].map(of => own.filter(each => each === of).length)).toEqual([3, 2, 6])
    }
  })
  test('one interaction stays in training, and of the rest the test comes first', () => {
    expect([...splitOf(grid(3, 1), { testShare: 0.9 }).roles]).toEqual([0, 0, 0])
    expect([...splitOf(grid(1, 2), { testShare: 0.9, validationShare: 0.9 }).roles].sort()).toEqual([role.training, role.test])
  })
})
describe('of all', () => {
  test('each row is drawn by itself: shares within 5 standard errors', () => {
    const split = splitOf(grid(100, 200), { of: 'all', testShare: 0.25, validationShare: 0.05 })
    expect(Math.abs(count(split, role.test) - 5000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.25 * 0.75))
    expect(Math.abs(count(split, role.validation) - 1000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.05 * 0.95))
  })
  test('more rows do not change the lot of those that were there', () => {
    const lots = (rows: Row[]): Map<string, number> => {
      const dataset = prepareDataset(rawEvents(rows))
      const { roles } = splitters.random.split(dataset, { of: 'all' })
      return new Map(rowsOf(dataset, dataset.interactions).map(({ user, item }, row) => [`${user} ${item}`, roles[row]]))
    }
    const [few, many] = [lots(grid(10, 10)), lots(grid(20, 30))]
    for (const [id, lot] of few) expect(many.get(id)).toBe(lot)
  })
})
test('every interaction of a user is hidden equally often: 4,000 users of 5, within 5 standard errors', () => {
  const { test: hidden } = splitOf(grid(4000, 5))
  const counts = new Float64Array(5)
  for (const item of hidden.items) counts[item]++
  for (const each of counts) expect(Math.abs(each - 800)).toBeLessThan(5 * Math.sqrt(4000 * 0.2 * 0.8))
})
test('another seed hides others', () => {
  expect(splitOf(grid(20, 20), { seed: 1 }).roles).not.toEqual(splitOf(grid(20, 20), { seed: 2 }).roles)
})
