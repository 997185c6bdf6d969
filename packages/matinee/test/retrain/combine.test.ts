import { fromEvents, prepareDataset, type Dataset, type InteractionEvent } from '@matinee/core'
import { expect, test } from 'vitest'
import { combine } from '../../src/retrain/combine.ts'
import type { StoredEvent } from '../../src/store/index.ts'

let sequence = 0
const told = (userId: string, itemId: string, more: Partial<StoredEvent> = {}): StoredEvent =>
  ({ userId, itemId, type: 'click', timestamp: null, sequence: ++sequence, receivedAt: 1_800_000_000_000 + sequence, ...more })
const baseOf = async (events: readonly InteractionEvent[]): Promise<Dataset> => prepareDataset(await fromEvents(events))
const nobody = (): boolean => false

/** `user item weight` of each row after preparation, sorted; weights to three digits. */
function rows(dataset: Dataset): string[] {
  const { interactions: { users, items, values }, users: { ids: userIds }, items: { ids: itemIds } } = dataset
  return Array.from(users, (user, row) => `${userIds[user]} ${itemIds[items[row]]} ${values[row].toFixed(3)}`).sort()
}
const ratings = [
  { userId: 'a', itemId: 'x', rating: 4, timestamp: 100 }, { userId: 'a', itemId: 'y', rating: 2, timestamp: 300 }, { userId: 'b', itemId: 'x', rating: 5, timestamp: 200 },
]

test('the latest rating wins by the client\'s clock, wherever it came from, and weights add up after it', async () => {
  const base = await baseOf(ratings)
  const events = [
    told('a', 'x', { rating: 1, timestamp: 150 }), told('a', 'x', { rating: 3, timestamp: 120 }), // the one of 150 is later
    told('a', 'y', { rating: 5, timestamp: 250 }), // before the one of the base
    told('b', 'x', { weight: 2 }), told('b', 'x'), // without a time: when they came
    told('c', 'z', { weight: 0.5 }), told('c', 'z', { rating: 3 }), told('c', 'z', { weight: 0.25 }),
  ]
  expect(rows(prepareDataset(combine(base, events, 'linear', nobody)))).toEqual(['a x 1.000', 'a y 2.000', 'b x 8.000', 'c z 3.250'])
  expect(rows(prepareDataset(combine(base, events, 'log', nobody)))).toEqual(['a x 0.693', 'a y 1.099', 'b x 4.792', 'c z 1.636'])
})

test('it is the rule of files: the same events in a file give the same weights', async () => {
  const later = [{ userId: 'a', itemId: 'x', rating: 1, timestamp: 400 }, { userId: 'c', itemId: 'q', rating: 2, timestamp: 500 }, { userId: 'a', itemId: 'x', rating: 3, timestamp: 350 }]
  const events = later.map(({ userId, itemId, rating, timestamp }) => told(userId, itemId, { rating, timestamp }))
  expect(rows(prepareDataset(combine(await baseOf(ratings), events, 'linear', nobody)))).toEqual(rows(await baseOf([...ratings, ...later])))
  const weights = ratings.map(({ userId, itemId, rating }) => ({ userId, itemId, weight: rating }))
  const more = [{ userId: 'a', itemId: 'x', weight: 0.5 }, { userId: 'b', itemId: 'y', weight: 7 }, { userId: 'a', itemId: 'x', weight: 0.25 }]
  const all = combine(await baseOf(weights), more.map(({ userId, itemId, weight }) => told(userId, itemId, { weight })), 'log', nobody)
  expect(rows(prepareDataset(all))).toEqual(rows(await baseOf([...weights, ...more])))
  expect(all.interactions.timestamps).toBeUndefined()
})

test('without events it is the base data, weighed; erased users are out of it, and back with what they did since', async () => {
  const base = await baseOf(ratings)
  expect(rows(prepareDataset(combine(base, [], 'linear', nobody)))).toEqual(['a x 4.000', 'a y 2.000', 'b x 5.000'])
  const { userIds, interactions } = combine(base, [], 'linear', userId => userId === 'a')
  expect([userIds, [...interactions.users]]).toEqual([['b'], [0]])
  const back = combine(base, [told('a', 'z', { weight: 3 })], 'linear', userId => userId === 'a')
  expect(rows(prepareDataset(back))).toEqual(['a z 3.000', 'b x 5.000'])
})

test('an event whose weight float32 cannot hold is counted and left out', async () => {
  const raw = combine(await baseOf(ratings), [told('a', 'x', { weight: 1e-300 }), told('d', 'x', { weight: 1e300 })], 'linear', nobody)
  expect(raw).toMatchObject({ badRows: 2, rowsRead: 5 })
  expect(rows(prepareDataset(raw))).toEqual(['a x 4.000', 'a y 2.000', 'b x 5.000'])
})
