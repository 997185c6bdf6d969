import { expect, test } from 'vitest'
import { fromEvents, prepareDataset, sequencesOf } from '../../src/dataset/index.ts'
import { splitterDefinition } from '../../src/split/index.ts'

const events = [
  ['a', 'x', 30], ['b', 'x', 5], ['a', 'y', 10], ['a', 'z', 30], ['a', 'w', 20], ['b', 'y', 5], ['b', 'z', 5], ['a', 'v', 30],
].map(([userId, itemId, timestamp]) => ({ userId: String(userId), itemId: String(itemId), timestamp: Number(timestamp) }))

test('a user\'s items stand in order of time, equal times in the order of the file', async () => {
  const dataset = prepareDataset(await fromEvents(events))
  const { indptr, items } = sequencesOf(dataset, { ties: 'file', seed: 1 })
  const ids = Array.from(items, item => dataset.items.ids[item])
  expect([...indptr]).toEqual([0, 5, 8])
  expect(ids.join('')).toBe('ywxzvxyz')
})

test('without timestamps the order of arrival is the time; rows that are not kept are left out', async () => {
  const dataset = prepareDataset(await fromEvents(events.map(({ userId, itemId }) => ({ userId, itemId }))))
  const { indptr, items } = sequencesOf(dataset, { ties: 'hash', seed: 1 }, Uint8Array.of(1, 1, 1, 1, 0, 1, 0, 1))
  expect([...indptr]).toEqual([0, 4, 6])
  expect(Array.from(items, item => dataset.items.ids[item]).join('')).toBe('xyzvxy')
})

test.each(['hash', 'file'] as const)('with ties = %s the last of the sequence is what leave-last-n hides', async ties => {
  const many = Array.from({ length: 400 }, (_, at) => ({ userId: `u${at % 17}`, itemId: `i${(at * 7) % 101}`, timestamp: (at * 13) % 5 }))
  for (const seed of [1, 2, 3]) {
    const dataset = prepareDataset(await fromEvents(many))
    const { test: { users, items } } = splitterDefinition('leave-last-n').split(dataset, { ties, seed })
    const sequences = sequencesOf(dataset, { ties, seed })
    const last = Array.from(users, user => sequences.items[sequences.indptr[user + 1] - 1])
    expect(last).toEqual([...items])
    expect(users).toHaveLength(17)
  }
})
