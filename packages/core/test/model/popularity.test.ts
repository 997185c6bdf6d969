// Popularity that decays: an interaction counts half after each half-life.
import { expect, test } from 'vitest'
import { userIndex } from '../../src/base/index.ts'
import { trainingSet, type Interactions } from '../../src/dataset/index.ts'
import { models } from '../../src/model/index.ts'

const DAY = 86_400
// a: days 90 and 100 · b: days 70, 80, 90 · c: day 100, left out · d: nobody
const interactions: Interactions = {
  nUsers: 6, nItems: 4, users: Int32Array.from([0, 1, 2, 3, 4, 5]), items: Int32Array.from([0, 0, 1, 1, 1, 2]), values: new Float32Array(6).fill(1),
  valueKind: 'weight', timestamps: Float64Array.from([90, 100, 70, 80, 90, 101], day => day * DAY),
}
const isKept = Uint8Array.from([1, 1, 1, 1, 1, 0])
const scores = async (days: number, halfLife: number): Promise<number[]> => {
  const out = new Float32Array(4)
  ;(await models.popularity.fit(trainingSet(interactions, 'log', { isKept }), { days, halfLife }, { seed: 1 })).scoreUsers([userIndex(0)], out)
  return Array.from(out, score => Number(score.toFixed(6)))
}

test('an interaction counts 2^(−age / half-life), its age counted from the newest of training', async () => {
  expect(await scores(0, 10)).toEqual([1.5, 0.875, NaN, NaN])
  expect(await scores(0, 20)).toEqual([1 + Math.SQRT1_2, Math.SQRT1_2 + 0.5 + Math.SQRT1_2 / 2, NaN, NaN].map(score => Number(score.toFixed(6))))
  expect(await scores(0, 0)).toEqual([2, 3, NaN, NaN])
})

test('a window counts of what decays what lies in it', async () => {
  expect(await scores(15, 10)).toEqual([1.5, 0.5, NaN, NaN])
})

test('without timestamps there is no half-life', async () => {
  const { timestamps: _, ...timeless } = interactions
  await expect(models.popularity.fit(trainingSet(timeless, 'log'), { days: 0, halfLife: 3 }, { seed: 1 }))
    .rejects.toThrow(/ERR_NO_TIME: popularity with a half-life of 3 days needs timestamps/)
})

test('says of how many days it counts the times', () => {
  const days = (days: number, halfLife: number): number | undefined => models.popularity.daysUsed?.({ days, halfLife })
  expect([days(0, 0), days(7, 0), days(7, 30), days(0, 30)]).toEqual([0, 7, 7, Infinity])
})
