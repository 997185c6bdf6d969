// Counting by time from the last days only, and giving columns up.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { letGo } from '../../src/base/index.ts'
import { lastDays, prepareDataset, timesOf, trainingSet } from '../../src/dataset/index.ts'
import { models } from '../../src/model/index.ts'
import { rawEvents, distinctRows } from './rows.ts'

test('a count over some days is the same from the rows of as many days, or more, with and without the rows left out', async () => {
  const days = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(20)).map(([counted, more]) => ({ counted, held: counted + more }))
  await fc.assert(fc.asyncProperty(distinctRows(true), days, fc.infiniteStream(fc.nat(3)), async (rows, { counted, held }, bits) => {
    const { interactions } = prepareDataset(rawEvents(rows.map(row => ({ ...row, time: (row.time ?? 0) * 40_000 }))))
    const isKept = Uint8Array.from(bits.take(interactions.items.length), bit => bit > 0 ? 1 : 0)
    const training = trainingSet(interactions, 'log', { isKept })
    const counts = async (set: typeof training) => (await models.popularity.fit(set, { days: counted, halfLife: 0 }, { seed: 1 })).state().tensors
    const times = timesOf(interactions, isKept)!
    const { isKept: _, ...last } = lastDays(held, times)
    expect(await counts({ ...training, times: lastDays(held, times) })).toEqual(await counts(training))
    expect(await counts({ ...training, times: last })).toEqual(await counts({ ...training, times: timesOf(interactions)! }))
  }))
})

test('rows that may be let go give the same training set, and are gone', () => {
  fc.assert(fc.property(distinctRows(true), rows => {
    const { interactions } = prepareDataset(rawEvents(rows))
    const { times: _, ...kept } = trainingSet(interactions, 'log')
    expect(trainingSet(interactions, 'log', { mayLetGo: true })).toEqual(kept)
    expect([interactions.users, interactions.items, interactions.values].map(column => column.length)).toEqual([0, 0, 0])
    expect(interactions.timestamps).toHaveLength(rows.length)
  }))
})

test('what lies in shared memory cannot be let go and stays', () => {
  const shared = new Int32Array(new SharedArrayBuffer(8)).fill(7)
  letGo(shared)
  letGo(undefined)
  expect([...shared]).toEqual([7, 7])
})
