// Laws of what stands beside a number: whose history is left out, who is counted, what was hidden, how far it may be off.
import { describe, expect, test } from 'vitest'
import { prepareDataset, trainingSet, type TrainingSet } from '../../src/dataset/index.ts'
import { bootstrapIntervals, evaluateBaselines, evaluateModel, measure, metrics, type EvaluationInput, type Metric } from '../../src/evaluate/index.ts'
import { models, type FittedModel } from '../../src/model/index.ts'
import { splitters } from '../../src/split/index.ts'
import { rawEvents, type Row } from '../dataset/rows.ts'
import { csrOf } from '../random-problem.ts'
import { seededRandom, userIndex } from '../../src/base/index.ts'

/** A model that is nothing but the given rows of scores. */
const scored = (scores: number[][]): FittedModel => ({
  nUsers: scores.length, nItems: scores[0].length, batch: 2,
  scoreUsers: (users, out) => users.forEach((user, row) => out.set(scores[user], row * scores[0].length)),
  state: () => ({ model: 'fixed', options: {}, tensors: {} }),
})

const interactionsOf = (nUsers: number, nItems: number, pairs: [user: number, item: number][]) => ({
  nUsers, nItems, users: Int32Array.from(pairs, pair => pair[0]), items: Int32Array.from(pairs, pair => pair[1]),
  values: new Float32Array(pairs.length).fill(1), valueKind: 'weight' as const,
})

describe('evaluateModel, where only some users have something hidden', () => {
  // Users 1, 3 and 4 of five have something hidden. Item 0 has the best score; users 1, 3 and 4 have had it, 0 and 2 have not.
  const training = csrOf(interactionsOf(5, 6, [[0, 5], [1, 0], [2, 5], [3, 0], [4, 0]]))
  const holdout = interactionsOf(5, 6, [[3, 2], [1, 1], [4, 3], [4, 1]])
  const input: EvaluationInput = { training, holdout, ks: [1, 2], stage: 'evaluate' }
  const model = scored(Array.from({ length: 5 }, () => [9, 8, 7, 6, 5, 4]))

  test('each user\'s own training items are no candidates', async () => {
    const { perUser } = await evaluateModel(model, input, {})
    expect([...perUser.users]).toEqual([1, 3, 4])
    expect([...perUser.values['hitRate@1']]).toEqual([1, 0, 1])
    expect([...perUser.values['hitRate@2']]).toEqual([1, 1, 1])
  })

  test('the mean is over the users counted, and all relevant items of a user count', async () => {
    const evaluation = await evaluateModel(model, input, {})
    expect(evaluation.metrics['hitRate@1']).toBeCloseTo(2 / 3, 12)
    expect(evaluation.metrics['recall@1']).toBeCloseTo((1 + 0 + 1 / 2) / 3, 12)
    expect([evaluation.usersCounted, evaluation.relevantItems]).toEqual([3, 4])
  })
})

const atK = Object.entries<Metric>(metrics).filter(([, metric]) => !metric.isOfWholeOrder)
const user = { nCandidates: 20, popularity: [3] }

test.each(atK)('the k-th place counts for %s, the one after it does not', (_, metric) => {
  for (const k of [1, 2, 10]) {
    expect(metric.ofUser([k], k, user)).toBeGreaterThan(0)
    expect(metric.ofUser([k + 1], k, user)).toBe(0)
  }
})

describe('bootstrapIntervals', () => {
  const { uniform } = seededRandom(8)
  const values = Float64Array.from({ length: 400 }, () => uniform() < 0.3 ? 1 : 0)

  test('are 95 % wide: ± 1.96 standard errors, to a twentieth', () => {
    const share = values.reduce((sum, value) => sum + value, 0) / 400
    const [low, high] = bootstrapIntervals({ values }, 20_000, 3).values
    expect((high - low) / (2 * 1.96 * Math.sqrt(share * (1 - share) / 400))).toBeGreaterThan(0.95)
    expect((high - low) / (2 * 1.96 * Math.sqrt(share * (1 - share) / 400))).toBeLessThan(1.05)
  })
  test('of another seed are others', () => {
    const continuous = values.map(() => uniform())
    expect(bootstrapIntervals({ continuous }, 500, 1)).not.toEqual(bootstrapIntervals({ continuous }, 500, 2))
  })
  test('all columns see the same resamples: equal columns have equal intervals, whatever stands between them', () => {
    const others = values.map(() => uniform())
    const { first, last } = bootstrapIntervals({ first: others, middle: values, last: others }, 500, 1)
    expect(last).toEqual(first)
  })
})

describe('popularity of the last days', () => {
  const DAY = 86_400
  // items a … e, one interaction each; the newest is at day 100
  const rows: Row[] = [100 * DAY, 99 * DAY + 1, 99 * DAY, 98 * DAY + 1, 10 * DAY].map((time, at) => ({ user: 'u', item: 'abcde'[at], value: 1, time }))
  const training = trainingSet(prepareDataset(rawEvents(rows)).interactions, 'log')
  const scoresOf = async (days: number): Promise<number[]> => {
    const scores = new Float32Array(5)
    ;(await models.popularity.fit(training, { days, halfLife: 0 }, { seed: 1 })).scoreUsers([userIndex(0)], scores)
    return [...scores]
  }

  test('counts what is less than so many days older than the newest interaction', async () => {
    expect(await scoresOf(1)).toEqual([1, 1, 0, 0, 0])
    expect(await scoresOf(2)).toEqual([1, 1, 1, 1, 0])
    expect(await scoresOf(0)).toEqual([1, 1, 1, 1, 1])
  })

  test('as a baseline counts 30 days, beside popularity of all time', async () => {
    // a was popular long ago, b lately; the user v, who had c, will have b
    const history: Row[] = [
      ...['u1', 'u2', 'u3'].map(user => ({ user, item: 'a', value: 1, time: DAY })),
      ...['u4', 'u5'].map(user => ({ user, item: 'b', value: 1, time: 100 * DAY })), { user: 'v', item: 'c', value: 1, time: 90 * DAY },
    ]
    const { interactions, items, users } = prepareDataset(rawEvents(history))
    const set = trainingSet(interactions, 'log')
    const [v, b] = [users.ids.findIndex(id => id === 'v'), items.ids.findIndex(id => id === 'b')]
    const holdout = { ...interactionsOf(interactions.nUsers, interactions.nItems, [[v, b]]) }
    const { popularity, recentPopularity } = await evaluateBaselines(set, { training: set.byUser, holdout, ks: [1] }, { seed: 1 })
    expect([popularity.metrics['recall@1'], recentPopularity?.metrics['recall@1']]).toEqual([0, 1])
  })
})

test('the random model gives every user an order of their own', async () => {
  const training = trainingSet(interactionsOf(2, 20, Array.from({ length: 20 }, (_, item) => [item % 2, item])), 'log')
  const model = await models.random.fit(training, {}, { seed: 1 })
  const scores = new Float32Array(40)
  model.scoreUsers([userIndex(0), userIndex(1)], scores)
  expect(scores.slice(0, 20)).not.toEqual(scores.slice(20))
})

test('measure looks at the part it is asked for: a model that knows the validation item only', async () => {
  const rows: Row[] = ['u', 'v'].flatMap(user => ['a', 'b', 'c', 'd'].map((item, at) => ({ user, item, value: 1, time: at })))
  const split = splitters['leave-last-n'].split(prepareDataset(rawEvents(rows)))
  const training: TrainingSet = trainingSet(split.train, 'log')
  const model = scored([[0, 0, 1, 0], [0, 0, 1, 0]]) // c is the validation item of both, d the test item
  const hitOn = async (evaluatedOn: 'validation' | 'test'): Promise<number> =>
    (await measure(model, { training, split, evaluatedOn, k: 1, resamples: 100, seed: 1, configurationsTried: 1, defaultsChosen: 'by hand' }, {}))['recall@1']
  expect([await hitOn('validation'), await hitOn('test')]).toEqual([1, 0])
})
