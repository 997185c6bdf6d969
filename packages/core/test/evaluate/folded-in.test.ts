// Strong generalisation: users whom the fit has not seen, asked by a history that is given.
import { describe, expect, test } from 'vitest'
import { resolveOptions, userIndex } from '../../src/base/index.ts'
import { prepareDataset, synthetic, trainingSet } from '../../src/dataset/index.ts'
import { measure, type MeasureInput } from '../../src/evaluate/index.ts'
import { models, type FittedModel, type History } from '../../src/model/index.ts'
import { evaluate } from '../../src/recommender/index.ts'
import { splitters } from '../../src/split/index.ts'
import { rawEvents, type Row } from '../dataset/rows.ts'

const dataset = prepareDataset(synthetic({ users: 200, items: 120, interactions: 6000, seed: 3 }))
const split = splitters['user-holdout'].split(dataset, { testUsers: 0.3 })
const training = trainingSet(split.fitRows, 'log')
const input: MeasureInput = { training, split, evaluatedOn: 'test', k: 10, resamples: 100, seed: 1, configurationsTried: 1, defaultsChosen: 'not at all' }
const als = (): Promise<FittedModel> => models.als.fit(training, resolveOptions(models.als.options, { factors: 8 }), { seed: 1 })

test('a model is asked by the history, its weights and its order, and nothing of it is a candidate', async () => {
  const rows: Row[] = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((item, at) => ['u', 'v', 'w'].map(user => ({ user, item, value: 5 - at % 5, time: 100 - at })))
  const three = prepareDataset(rawEvents(rows))
  const parts = splitters['user-holdout'].split(three, { testUsers: 0.3, validationUsers: 0, historyShare: 0.6 })
  const told: { user: number, items: number[], weights: number[] }[] = []
  const recorder: FittedModel = {
    nUsers: 3, nItems: 6, batch: 2, state: () => ({ model: 'recorder', options: {}, tensors: {} }),
    scoreUsers: () => { throw new Error('nobody the fit has seen is asked for') },
    scoreHistory: ({ items, weights }: History, out) => {
      told.push({ user: told.length, items: Array.from(items), weights: Array.from(weights) })
      out.set([1, 2, 9, 8, 7, 6]) // the items of the history are the best
    },
  }
  const report = await measure(recorder, { ...input, training: trainingSet(parts.fitRows, 'linear'), split: parts, k: 2 }, {})
  // times fall from a to f: f, e, d, c are the history, a and b are hidden
  expect(told).toEqual([{ user: 0, items: [5, 4, 3, 2], weights: [5, 1, 2, 3] }])
  expect(report['recall@2']).toBe(1)
  expect(report.protocol).toMatchObject({ split: 'user-holdout', usersCounted: 1, relevantItems: 2 })
})

test('folding in finds what a random order does not, and a baseline of popularity is asked the same way', async () => {
  const report = await measure(await als(), input, {})
  expect(report.protocol.usersCounted).toBe(split.protocol.usersWithTest)
  expect(report['ndcg@10']).toBeGreaterThan(2 * Number(report.baselines.random['ndcg@10']))
  const popularity = await measure(await models.popularity.fit(training, { days: 0, halfLife: 0 }, { seed: 1 }), input, {})
  expect(popularity['ndcg@10']).toBe(report.baselines.popularity['ndcg@10'])
})

test('the validation users are asked by their own histories, by a fit without them', async () => {
  const early = trainingSet(split.train, 'log')
  const model = await models.als.fit(early, resolveOptions(models.als.options, { factors: 8 }), { seed: 1 })
  const report = await measure(model, { ...input, training: early, evaluatedOn: 'validation' }, {})
  expect(report.protocol).toMatchObject({ usersCounted: split.protocol.usersWithValidation, relevantItems: split.validation.users.length })
  expect(report['ndcg@10']).toBeGreaterThan(2 * Number(report.baselines.random['ndcg@10']))
})

test('who is tested leaves no trace in the fit: other interactions of theirs, the same bits', async () => {
  const given = split.histories?.test.users[0] ?? -1
  const model = await als()
  const factors = new Float32Array(model.nItems)
  model.scoreUsers([userIndex(given)], factors)
  expect(new Set(factors.filter(score => !Number.isNaN(score)))).toEqual(new Set([0])) // no interaction, no factors
})

describe('the model random', () => {
  test('cannot take a history, and is refused', async () => {
    const random = await models.random.fit(training, {}, { seed: 1 })
    await expect(measure(random, input, {})).rejects.toThrow('ERR_NOT_SUPPORTED: the random model cannot score a history it never saw')
  })
})

test('evaluate takes the options of the splitter beside those of the model, and refuses those of neither', async () => {
  const events = Array.from({ length: 400 }, (_, at) => ({ userId: at % 20, itemId: (at * 7 + Math.floor(at / 20)) % 37, timestamp: at }))
  const asked = { split: 'user-holdout', testUsers: 0.25, factors: 4, k: 5, seed: 7, resamples: 100 }
  expect((await evaluate(events, asked)).protocol).toMatchObject({ split: 'user-holdout', testUsers: 0.25, historyShare: 0.8, seed: 7, usersCounted: 5 })
  expect((await evaluate(events, { factors: 4, k: 5, n: 3 })).protocol).toMatchObject({ split: 'leave-last-n', n: 3, ties: 'hash', seed: 42 })
  expect((await evaluate(events, { split: 'global-time', factors: 4, k: 5, moment: 300 })).protocol).toMatchObject({ moment: 300, usersUnknown: 0, trainingAfterTest: 0 })
  await expect(evaluate(events, { ...asked, n: 3 })).rejects.toThrow('ERR_OPTION: there is no option "n"')
})
