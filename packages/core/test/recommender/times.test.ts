// When a history's items were had: read, kept in a version, and given back.
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.ts'
import { withoutUsers } from '../../src/artifact/index.ts'
import { fit, open, openVersion, save, type Recommender } from '../../src/recommender/index.ts'

const { below } = seededRandom(5)
const events = Array.from({ length: 300 }, (_, at) => ({ userId: `u${below(12)}`, itemId: `i${below(20)}`, timestamp: 50 * at }))

test('a history that is read has its times in seconds: what comes again has the later one, and what is no time is refused', async () => {
  const model = await fit(events, { factors: 4, threads: 1 })
  const { known } = model.readHistory([{ itemId: 'i1', timestamp: 100 }, { itemId: 'i3' }, { itemId: 'i1', timestamp: '1970-01-02' }])
  expect(Array.from(known.items, item => model.items.ids[item])).toEqual(['i3', 'i1'])
  expect(known.times).toEqual(Float64Array.of(NaN, 86_400))
  expect(() => model.readHistory([{ itemId: 'i1' }, { itemId: 'i3', timestamp: 'noon' }])).toThrow(/ERR_EVENT: history event 1 \(item i3\) has the timestamp noon, expected seconds/)
})

test.each([['transitions', true], ['als', false]] as const)('a version of %s keeps the times of histories: %s, through bytes and when a user is erased', async (model, keeps) => {
  const kept = await open(save(await fit(events, { model, threads: 1 })))
  const timesOf = (of: Recommender, userId: string) => of.history(userId).map(({ itemId, timestamp }) => [itemId as string, timestamp])
  const latest = new Map(events.filter(({ userId }) => userId === 'u7').map(({ itemId, timestamp }) => [itemId, timestamp]))
  expect(timesOf(kept, 'u7')).toHaveLength(latest.size)
  for (const [itemId, timestamp] of timesOf(kept, 'u7')) expect(timestamp).toBe(keeps ? latest.get(itemId as string) : undefined)
  const { contents } = withoutUsers(kept.contents, userId => userId === 'u3')
  expect(timesOf(await openVersion(contents), 'u7')).toEqual(timesOf(kept, 'u7'))
})
