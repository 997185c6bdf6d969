import { fromEvents, modelDefinition, prepareDataset, resolveOptions, seededRandom, trainingSet, type Dataset } from '@matinee/core'
import { expect, test } from 'vitest'
import { judge, judgeOptions, type JudgeOptions, type Known } from '../../src/retrain/judge.ts'
import type { StoredEvent } from '../../src/store/index.ts'
import { people } from './help.ts'

const bench = { ...resolveOptions(judgeOptions, {}), k: 10, resamples: 200, seed: 1 }
const told = (userId: string, itemId: string): StoredEvent => ({ userId, itemId, type: 'click', timestamp: null, sequence: 1, receivedAt: 1 })

async function known(dataset: Dataset, model: string, options: Record<string, number> = {}): Promise<Known> {
  const definition = modelDefinition(model)
  const fitted = await definition.fit(trainingSet(dataset.interactions, 'log'), resolveOptions(definition.options, options), { seed: 1, threads: 1 })
  return { model: fitted, userIds: dataset.users.ids, itemIds: dataset.items.ids }
}

/** Each user: two items of the user's own taste that the user has not had. */
function heldOut(dataset: Dataset): StoredEvent[] {
  const { interactions: { users, items } } = dataset
  const had = new Set(Array.from(users, (user, row) => `${dataset.users.ids[user]} ${dataset.items.ids[items[row]]}`))
  const { below } = seededRandom(3)
  return dataset.users.ids.flatMap(userId => {
    const taste = Number(userId.split('-')[1]) % 2
    const open = Array.from({ length: 15 }, (_, at) => `thing-${2 * at + taste}`).filter(itemId => !had.has(`${userId} ${itemId}`))
    return open.length === 0 ? [] : [told(userId, open[below(open.length)])]
  })
}

async function judged(candidate: [string, Record<string, number>?], options: Partial<JudgeOptions> = {}, more: readonly StoredEvent[] = []) {
  const dataset = await people()
  const live = await known(dataset, 'als', { factors: 4, regularization: 1 })
  return judge(live, await known(dataset, ...candidate), trainingSet(dataset.interactions, 'log'), [...heldOut(dataset), ...more], { ...bench, ...options }, {})
}

test('a random order is worse than als, als is not worse than itself, and of als the numbers are the same', async () => {
  expect(await judged(['random'])).toMatchObject({ outcome: 'worse', because: expect.stringMatching(/^its ndcg@10 is lower by 0\.\d{4}, p = 0\.0/) })
  const same = await judged(['als', { factors: 4, regularization: 1 }])
  expect(same).toMatchObject({ outcome: 'not worse', difference: 0, interval: [0, 0], metric: 'ndcg@10' })
  expect(same.candidate).toBe(same.live)
})

test('a margin asks for more than no visible loss; a level of 0 finds no loss', async () => {
  expect(await judged(['popularity'], { level: 0 })).toMatchObject({ outcome: 'not worse' })
  const narrow = await judged(['popularity'], { level: 0, margin: 0.01 })
  expect(narrow).toMatchObject({ outcome: 'worse', because: expect.stringMatching(/^the interval of the difference begins at -0\.\d+, below -0\.\d+\./) })
  expect(await judged(['als', { factors: 4, regularization: 1 }], { margin: 0 })).toMatchObject({ outcome: 'not worse' })
})

test('what one of them does not know, or was had before, is counted and asks nobody', async () => {
  const dataset = await people()
  const { interactions: { users, items } } = dataset
  const strange = [told('somebody', 'thing-1'), told('person-1-§', 'a new thing'), told('person-2-§', 'a new thing'), told(dataset.users.ids[users[0]], dataset.items.ids[items[0]])]
  const [without, withThem] = [await judged(['popularity']), await judged(['popularity'], {}, strange)]
  expect(withThem).toEqual({ ...without, unknownUsers: 1, unknownItems: 1, repeated: 1 })
})

test('fewer users than are asked for are no judges', async () => {
  const few = await judged(['random'], { judges: 1000 })
  expect(few).toMatchObject({ outcome: 'too few', because: expect.stringMatching(/^\d+ users have something held out, 1000 are asked for\.$/) })
  expect(few.p).toBeUndefined()
})

test('other indices of the same ids change nothing', async () => {
  const dataset = await people()
  const { interactions: { users, items, values } } = dataset
  const events = Array.from(users, (user, row) => ({ userId: dataset.users.ids[user], itemId: dataset.items.ids[items[row]], rating: values[row] }))
  const live = await known(prepareDataset(await fromEvents(events.toReversed())), 'item-knn')
  expect(live.userIds).not.toEqual(dataset.users.ids)
  const beside = await judge(live, await known(dataset, 'item-knn'), trainingSet(dataset.interactions, 'log'), heldOut(dataset), bench, {})
  expect(beside.users).toBeGreaterThan(30)
  expect(beside.difference).toBeCloseTo(0, 2) // similarities are summed in another order of the users, so near ties may fall otherwise
})
