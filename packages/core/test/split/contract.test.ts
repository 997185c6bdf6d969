// What holds for every splitter in the registry.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resolveOptions } from '../../src/base/index.ts'
import { prepareDataset } from '../../src/dataset/index.ts'
import { role, type SplitterName, splitterDefinition, splitters } from '../../src/split/index.ts'
import { distinctRows, rawEvents, type Row, rowsOf } from '../dataset/rows.ts'

const names = Object.keys(splitters) as SplitterName[]

describe.each(names)('%s', name => {
  const { split, help, options } = splitterDefinition(name)
  const { training, validation, test: tested, validationHistory, testHistory } = role
  // of two times at least: of one nothing can be before the other
  const severalTimes = distinctRows(true).filter(rows => new Set(rows.map(row => row.time)).size > 1)
  const datasets = severalTimes.map(rows => prepareDataset(rawEvents(rows)))

  test('the parts are disjoint and make up all rows; what is fitted is all but test and its histories; all in order of arrival', () => {
    fc.assert(fc.property(datasets, dataset => {
      const parts = split(dataset)
      const { isFitted } = parts
      const all = rowsOf(dataset, dataset.interactions)
      const where = (...roles: number[]): Row[] => all.filter((_, row) => roles.includes(parts.roles[row]))
      expect(rowsOf(dataset, parts.train)).toEqual(where(training))
      expect(rowsOf(dataset, parts.validation)).toEqual(where(validation))
      expect(rowsOf(dataset, parts.test)).toEqual(where(tested))
      expect(rowsOf(dataset, parts.fitRows)).toEqual(where(training, validation, validationHistory))
      expect(rowsOf(dataset, parts.heldOut)).toEqual(where(tested, testHistory))
      expect(where(training, validation, tested, validationHistory, testHistory)).toEqual(all)
      expect(all.filter((_, row) => isFitted[row])).toEqual(rowsOf(dataset, parts.fitRows))
      const byId = (rows: Row[]): Row[] => rows.sort((a, b) => a.user < b.user || (a.user === b.user && a.item < b.item) ? -1 : 1)
      expect(byId(parts.histories ? rowsOf(dataset, parts.histories.test) : [])).toEqual(byId(where(testHistory)))
      expect(byId(parts.histories ? rowsOf(dataset, parts.histories.validation) : [])).toEqual(byId(where(validationHistory)))
    }))
  })
  test('a user with a history given has no part in the fit that is asked', () => {
    fc.assert(fc.property(datasets, dataset => {
      const { histories, fitRows, train } = split(dataset)
      if (!histories) return
      expect(fitRows.users.filter(user => histories.test.users.includes(user))).toHaveLength(0)
      expect(train.users.filter(user => histories.validation.users.includes(user))).toHaveLength(0)
    }))
  })
  test('trainingAfterTest is what is counted the plain way, and absent without timestamps', () => {
    fc.assert(fc.property(datasets, dataset => {
      const { test: hidden, fitRows, protocol } = split(dataset)
      const firsts = new Map<number, number>()
      hidden.users.forEach((user, row) => firsts.set(user, Math.min(firsts.get(user) ?? Infinity, hidden.timestamps?.[row] ?? NaN)))
      const shares = [...firsts.values()].map(first => fitRows.timestamps?.filter(time => time > first).length ?? NaN).map(later => later / fitRows.users.length)
      if (shares.length === 0) expect(protocol.trainingAfterTest).toBeUndefined()
      else expect(protocol.trainingAfterTest).toBeCloseTo(shares.reduce((sum, share) => sum + share, 0) / shares.length, 12)
    }))
  })
  test('does without timestamps, or refuses with ERR_NO_TIME', () => {
    const dataset = prepareDataset(rawEvents(['u', 'v', 'w'].flatMap(user => ['a', 'b', 'c'].map(item => ({ user, item, value: 1 })))))
    if (name === 'global-time') return expect(() => split(dataset)).toThrow('ERR_NO_TIME: the split global-time needs timestamps')
    expect(split(dataset).test.users.length).toBeGreaterThan(0)
    expect(split(dataset).protocol).not.toHaveProperty('trainingAfterTest')
    expect(split(dataset).decidedByTies).toBeUndefined()
  })
  test('does not depend on the numbering of users and items', () => {
    fc.assert(fc.property(severalTimes, rows => {
      const ids = (of: 'user' | 'item'): string[] => [...new Set(rows.map(row => row[of]))].sort().reverse()
      const relabelled = prepareDataset(rawEvents(rows, { userIds: ids('user'), itemIds: ids('item') }))
      expect(split(relabelled).roles).toEqual(split(prepareDataset(rawEvents(rows))).roles)
    }))
  })
  test('does not depend on the order of rows', () => {
    const shuffled = severalTimes.chain(rows => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })))
    fc.assert(fc.property(shuffled, ([rows, permuted]) => {
      const byIds = (of: readonly Row[]): Map<string, number> => {
        const dataset = prepareDataset(rawEvents(of))
        return new Map(rowsOf(dataset, dataset.interactions).map(({ user, item }, row) => [`${user} ${item}`, split(dataset).roles[row]]))
      }
      expect([...byIds(permuted)].sort()).toEqual([...byIds(rows)].sort())
    }))
  })
  test('every part keeps the index spaces and the kind of values of the dataset', () => {
    fc.assert(fc.property(datasets, dataset => {
      const { train, validation, test, fitRows } = split(dataset)
      const { nUsers, nItems, valueKind } = dataset.interactions
      for (const part of [train, validation, test, fitRows]) expect(part).toMatchObject({ nUsers, nItems, valueKind })
    }))
  })
  test('the same dataset and options give the same split, and the dataset is not changed', () => {
    fc.assert(fc.property(severalTimes, rows => {
      const dataset = prepareDataset(rawEvents(rows))
      expect(split(dataset)).toEqual(split(dataset))
      expect(dataset.interactions).toEqual(prepareDataset(rawEvents(rows)).interactions)
    }))
  })
  test('the protocol names the splitter and counts every user once', () => {
    fc.assert(fc.property(datasets, dataset => {
      const { protocol, test: hidden, validation: chosenOn } = split(dataset)
      expect(protocol.split).toBe(name)
      expect(protocol.usersWithTest).toBe(new Set(hidden.users).size)
      expect(protocol.usersWithValidation).toBe(new Set(chosenOn.users).size)
      expect(protocol.usersWithTest + protocol.usersWithoutTest).toBe(dataset.users.size)
      expect(protocol.usersDecidedByTies ?? 0).toBeLessThanOrEqual(protocol.usersWithTest)
      for (const option of Object.keys(options)) if (option !== 'moment') expect(protocol).toHaveProperty(option)
    }))
  })
  test('has a help text, and defaults that its own ranges allow', () => {
    expect(help).toMatch(/\w{3}/)
    const defaults = Object.fromEntries(Object.entries(options).map(([option, spec]) => [option, spec.default]))
    expect(resolveOptions(options, defaults)).toEqual(defaults)
  })
})

test('a splitter that does not exist throws ERR_UNKNOWN_NAME with those that do', () => {
  for (const name of ['leave-one-out', 'toString']) {
    expect(() => splitterDefinition(name)).toThrow(`ERR_UNKNOWN_NAME: there is no split "${name}"; expected one of ${names.join(', ')}.`)
  }
})
