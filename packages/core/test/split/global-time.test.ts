// Global time: cases by hand.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { prepareDataset } from '../../src/dataset/index.ts'
import { role, splitters, type Split } from '../../src/split/index.ts'
import { distinctRows, rawEvents, type Row } from '../dataset/rows.ts'

const split = splitters['global-time'].split
/** Ten rows of five users at the given times. */
const at = (...times: number[]): Row[] => times.map((time, row) => ({ user: `u${row % 5}`, item: `i${row}`, value: 1, time }))
const splitOf = (rows: readonly Row[], options: Record<string, number> = {}): Split => split(prepareDataset(rawEvents(rows)), options)

test('the last fifth is the test, the tenth before it the validation', () => {
  const { roles, protocol } = splitOf(at(10, 90, 20, 80, 30, 70, 40, 60, 50, 100))
  expect([...roles]).toEqual([0, 2, 0, 1, 0, 0, 0, 0, 0, 2])
  expect(protocol).toEqual({
    split: 'global-time', testShare: 0.2, validationShare: 0.1, moment: 90, validationFrom: 80,
    usersWithTest: 2, usersWithoutTest: 3, usersWithValidation: 1, trainingAfterTest: 0,
  })
})
test('a moment in place of a share: what is at the moment itself is test', () => {
  const { roles, protocol } = splitOf(at(10, 90, 20, 80, 30, 70, 40, 60, 50, 100), { moment: 70, validationShare: 0.2 })
  expect([...roles]).toEqual([0, 2, 0, 2, 0, 2, 0, 1, 1, 2])
  expect(protocol).toMatchObject({ moment: 70, validationFrom: 50 })
  expect(protocol).not.toHaveProperty('testShare')
})
test('equal times are on one side, whatever the share', () => {
  expect([...splitOf(at(1, 1, 1, 1, 1, 9, 9, 9, 9, 9)).roles]).toEqual([0, 0, 0, 0, 0, 2, 2, 2, 2, 2])
  expect([...splitOf(at(1, 1, 1, 1, 1, 1, 1, 1, 1, 9), { testShare: 0.9 }).roles]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
})
test('without a validation share all that is before the moment is training', () => {
  expect([...splitOf(at(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), { validationShare: 0 }).roles]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2, 2])
})
test('nothing before the moment, or nothing from it on, is ERR_EMPTY', () => {
  expect(() => splitOf(at(5, 5, 5))).toThrow('ERR_EMPTY: 0 of 3 interactions are before the moment 5')
  expect(() => splitOf(at(5, 6, 7), { moment: 8 })).toThrow('ERR_EMPTY: 3 of 3 interactions are before the moment 8')
})

describe('laws', () => {
  const rows = distinctRows(true).filter(each => new Set(each.map(row => row.time)).size > 1)
  const shares = fc.record({ testShare: fc.double({ min: 0.01, max: 0.9, noNaN: true }), validationShare: fc.double({ min: 0, max: 0.9, noNaN: true }) })
  test('training is before validation, that before the test, and nothing that is fitted is after it', () => {
    fc.assert(fc.property(rows, shares, (given, options) => {
      const { roles, protocol, train, test: hidden } = splitOf(given, options)
      const { timestamps = new Float64Array() } = prepareDataset(rawEvents(given)).interactions
      const times = (of: number): number[] => [...timestamps].filter((_, row) => roles[row] === of)
      expect(Math.max(...times(role.training))).toBeLessThan(Math.min(...times(role.validation), ...times(role.test)))
      expect(Math.max(...times(role.validation))).toBeLessThan(Math.min(...times(role.test)))
      expect([train.users.length > 0, hidden.users.length > 0]).toEqual([true, true])
      expect(protocol.trainingAfterTest).toBe(0)
    }))
  })
})
