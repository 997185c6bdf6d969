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
  const datasets = distinctRows(true).map(rows => prepareDataset(rawEvents(rows)))

  test('train, validation and test are disjoint and make up all rows; fitRows is all but test; all in order of arrival', () => {
    fc.assert(fc.property(datasets, dataset => {
      const parts = split(dataset)
      const { isFitted } = parts
      const all = rowsOf(dataset, dataset.interactions)
      const where = (...roles: number[]): Row[] => all.filter((_, row) => roles.includes(parts.roles[row]))
      expect(rowsOf(dataset, parts.train)).toEqual(where(role.training))
      expect(rowsOf(dataset, parts.validation)).toEqual(where(role.validation))
      expect(rowsOf(dataset, parts.test)).toEqual(where(role.test))
      expect(rowsOf(dataset, parts.fitRows)).toEqual(where(role.training, role.validation))
      expect(where(role.training, role.validation, role.test)).toEqual(all)
      expect(all.filter((_, row) => isFitted[row])).toEqual(rowsOf(dataset, parts.fitRows))
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
    fc.assert(fc.property(distinctRows(true), rows => {
      const dataset = prepareDataset(rawEvents(rows))
      expect(split(dataset)).toEqual(split(dataset))
      expect(dataset.interactions).toEqual(prepareDataset(rawEvents(rows)).interactions)
    }))
  })
  test('the protocol names the splitter and counts every user once', () => {
    fc.assert(fc.property(datasets, dataset => {
      const { protocol } = split(dataset)
      expect(protocol.split).toBe(name)
      expect(protocol.usersWithTest + protocol.usersWithoutTest).toBe(dataset.users.size)
      expect(protocol.usersDecidedByTies).toBeLessThanOrEqual(protocol.usersWithTest)
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
