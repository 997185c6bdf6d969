// A service over a version of two stages: what it explains, and feedback at the end of a history.
import { expect, test } from 'vitest'
import { openVersion } from '@matinee/core'
import { open } from '../../src/folders.ts'
import { startService } from './help.ts'

test.each(['lambdamart', 'transitions', 'neighbours'])('after feedback a list of %s is that of the whole history in order of time', async model => {
  const service = await startService({ model })
  const client = service.client()
  const { contents } = await open(service.dir)
  const offline = await openVersion(contents)
  for (const userId of ['u1', 'u2', 'u17', 'u40']) {
    const shown = async () => (await client.recommend({ user_id: userId })).recommendations.map(({ item_id, score }) => [item_id, score])
    const places = ({ recommendations }: ReturnType<typeof offline.recommend>) => recommendations.map(({ itemId, score }) => [itemId as string, score])
    expect(await shown()).toEqual(places(offline.recommend(userId)))
    const told = (await client.recommend({ user_id: userId, n: 3 })).recommendations.map(place => place.item_id).reverse()
    for (const [at, item_id] of told.entries()) await client.feedback({ user_id: userId, item_id, timestamp: 1e6 + at })
    const inOrder = [...offline.history(userId), ...told.map((itemId, at) => ({ itemId, weight: 1, timestamp: 1e6 + at }))]
    const expected = places(offline.recommendFor(inOrder))
    expect(await shown()).toEqual(expected)
    const turned = [...inOrder.slice(0, -3), ...inOrder.slice(-3).reverse()]
    if (model !== 'neighbours') expect(places(offline.recommendFor(turned))).not.toEqual(expected) // the order matters
  }
})

test('feedback with times of its own counts in their order, whatever the order in which it came', async () => {
  const service = await startService({ model: 'transitions' })
  const client = service.client()
  const offline = await open(service.dir)
  const told = offline.recommend('u3', { n: 3 }).recommendations.map(({ itemId }) => itemId as string)
  for (const [at, item_id] of told.entries()) await client.feedback({ user_id: 'u3', item_id, timestamp: 3000 - at })
  const history = [...offline.history('u3'), ...told.toReversed().map(itemId => ({ itemId, weight: 1 }))]
  const shown = (await client.recommend({ user_id: 'u3' })).recommendations.map(({ item_id, score }) => [item_id, score])
  expect(shown).toEqual(offline.recommendFor(history).recommendations.map(({ itemId, score }) => [itemId, score]))
})

test('a history that is sent has the times that are sent with it: features see them, and without one they are not known', async () => {
  const client = (await startService({ model: 'lambdamart' })).client()
  const daysOf = async (times: readonly (number | null | undefined)[]) => {
    const history = times.map((timestamp, at) => ({ item_id: `i${at + 3}`, ...(timestamp !== undefined && { timestamp }) }))
    const { recommendations } = await client.recommendFor({ history, n: 30, explain: true })
    const features = recommendations.flatMap(({ by_feature: parts }) => parts?.features.filter(({ feature }) => feature === 'days_of_history') ?? [])
    expect(features.length).toBeGreaterThan(0)
    return [...new Set(features.map(({ value }) => value))]
  }
  expect(await daysOf([0, 86_400, 3 * 86_400])).toEqual([3])
  expect(await daysOf([0, null, 2 * 86_400])).toEqual([2])
  expect(await daysOf([undefined, undefined])).toEqual([null])
})

test('explain says what each feature adds and who proposed an item; a boosted score is taken apart as it is shown', async () => {
  const service = await startService({ model: 'lambdamart' })
  const client = service.client()
  expect((await client.model()).can).toEqual({ recommend_from_history: true, similar: true, explain: true })
  const check = ({ score, contributions, by_feature: parts }: Awaited<ReturnType<typeof client.recommend>>['recommendations'][number]): void => {
    if (!parts) throw new Error('no features')
    expect(contributions).toEqual([])
    expect(parts.base + parts.features.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 5)
    expect(parts.proposed_by.every(({ rank }) => Number.isInteger(rank) && rank >= 1)).toBe(true)
    expect(parts.features.length > 0).toBe(parts.proposed_by.length > 0)
  }
  const { recommendations } = await client.recommend({ user_id: 'u5', n: 5, explain: true })
  expect(recommendations).toHaveLength(5)
  recommendations.forEach(check)
  const byHistory = await client.recommendFor({ history: [{ item_id: 'i3' }, { item_id: 'i4' }], n: 5, explain: true })
  byHistory.recommendations.forEach(check)
  await client.patchItem(recommendations[1].item_id, { boost: 3 })
  const boosted = (await client.recommend({ user_id: 'u5', n: 30, explain: true })).recommendations
  boosted.forEach(check)
})
