// What mmr and caps cost and gain: a count by hand, and laws.
import { describe, expect, test } from 'vitest'
import { evaluateModel, metricsReport, runsReport, type Baselines, type EvaluationInput } from '../../src/evaluate/index.ts'
import type { Catalogue, Interactions } from '../../src/dataset/index.ts'
import type { FittedModel } from '../../src/model/index.ts'
import { seededRandom } from '../../src/base/index.ts'
import { csrOf } from '../random-problem.ts'

const scored = (scores: number[][]): FittedModel => ({
  nUsers: scores.length, nItems: scores[0].length, batch: 2,
  scoreUsers: (users, out) => users.forEach((user, row) => out.set(scores[user], row * scores[0].length)),
  state: () => ({ model: 'fixed', options: {}, tensors: {} }),
})
const interactionsOf = (nUsers: number, nItems: number, entries: [user: number, item: number][]): Interactions => ({
  nUsers, nItems, users: Int32Array.from(entries, entry => entry[0]), items: Int32Array.from(entries, entry => entry[1]),
  values: new Float32Array(entries.length).fill(1), valueKind: 'rating',
})

// Three users of six items, by genre a a b b c c. Candidates in order: 1 2 3 4 5 · 0 1 4 5 (2, 3 known) · 5 4 3 2 1
const catalogue: Catalogue = ['a', 'a', 'b', 'b', 'c', 'c'].map(genre => ({ attributes: { genres: [genre] } }))
const training = csrOf(interactionsOf(3, 6, [[0, 0], [1, 2], [1, 3], [2, 0]]))
const model = scored([[9, 8, 7, 6, 5, 4], [9, 8, 7, 6, 5, 4], [1, 2, 3, 4, 5, 6]])
const holdout = interactionsOf(3, 6, [[0, 3], [1, 1], [2, 5]])
const input: EvaluationInput = { training, holdout, ks: [3], stage: 'evaluate', catalogue }
const half = 1 / Math.log2(3)
const third = 1 / Math.log2(4)

describe('with one of each genre, lists of 3', () => {
  // before: 1 2 3 · 0 1 4 · 5 4 3, hits at 3, 2 and 1; after: 1 2 4 · 0 4 (no more) · 5 3 1, hits at –, –, 1
  test('cost and gain are those counted by hand', async () => {
    const { lastStep, metrics } = await evaluateModel(model, { ...input, lastStep: { caps: { genres: 1 } } }, {})
    expect(lastStep?.before.values['ndcg@3']).toEqual(Float64Array.of(third, half, 1))
    expect(lastStep?.after.values['ndcg@3']).toEqual(Float64Array.of(0, 0, 1))
    expect(lastStep?.difference.values['ndcg@3']).toEqual(Float64Array.of(-third, -half, 0))
    expect(lastStep?.difference.metrics['ndcg@3']).toBeCloseTo(-(third + half) / 3, 12)
    expect(lastStep?.difference.metrics['recall@3']).toBeCloseTo(-2 / 3, 12)
    // two of three pairs differ before, and all after
    expect(lastStep?.difference.values['diversity@3']).toEqual(Float64Array.of(1, 1, 1).map(all => all - 2 / 3))
    expect(lastStep?.before.metrics['coverage@3']).toBe(1)
    expect(lastStep?.difference.metrics['coverage@3']).toBe(0) // 1 2 4 0 5 3
    expect(metrics['ndcg@3']).toBeCloseTo((third + half + 1) / 3, 12)
  })

  test('nothing else changes', async () => {
    const { lastStep, ...rest } = await evaluateModel(model, { ...input, metrics: 'all', lastStep: { caps: { genres: 1 } } }, {})
    expect(rest).toEqual(await evaluateModel(model, { ...input, metrics: 'all' }, {}))
    expect(lastStep).toBeDefined()
    expect((await evaluateModel(model, { ...input, lastStep: { mmr: 0 } }, {})).lastStep).toBeUndefined()
  })

  test('the report has the users\' differences with their interval', async () => {
    const evaluation = await evaluateModel(model, { ...input, lastStep: { caps: { genres: 1 } } }, {})
    const rules = { split: { split: 'leave-last-n' } as never, evaluatedOn: 'test', resamples: 200, seed: 1, configurationsTried: 1, defaultsChosen: '', lastStep: { caps: { genres: 1 } } } as const
    const baselines = { popularity: evaluation, random: evaluation } as Baselines
    const { lastStep } = metricsReport({ ...rules, model: evaluation, baselines })
    expect(lastStep).toMatchObject({ mmr: 0, caps: { genres: 1 }, difference: { 'ndcg@3': evaluation.lastStep?.difference.metrics['ndcg@3'] } })
    expect(lastStep?.difference.intervals['ndcg@3']).toEqual([-half, 0])
    expect(lastStep?.difference.intervals['diversity@3'][0]).toBeCloseTo(1 / 3, 12)
    expect(Object.keys(lastStep?.difference.intervals ?? {})).not.toContain('coverage@3')

    // of two fits a user's value is the mean of both; here the second has no last step that does anything
    const same = await evaluateModel(model, { ...input, lastStep: { caps: { genres: 3 } } }, {})
    const { report } = runsReport([{ tieSeed: 1, evaluations: [evaluation, same], baselines }], [1, 2], rules)
    expect(report.lastStep?.difference['ndcg@3']).toBeCloseTo(-(third + half) / 6, 12)
    expect(report.lastStep?.before['ndcg@3']).toBeCloseTo((third + half + 1) / 3, 12)
    expect(report.lastStep?.difference['coverage@3']).toBe(0)
    expect(report.lastStep?.difference.intervals['ndcg@3'][0]).toBeLessThan(-0.1)
    expect(report.lastStep?.caps).toEqual({ genres: 1 })
  })
})

test('ties cost nothing: before and after, a rank is the place in the list', async () => {
  const flat = scored([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]])
  const { metrics, lastStep } = await evaluateModel(flat, { ...input, lastStep: { caps: { genres: 6 } } }, {})
  expect(metrics['recall@3']).toBe(0)
  expect(lastStep?.before.metrics['recall@3']).toBeCloseTo(2 / 3, 12)
  expect(lastStep?.difference.metrics['recall@3']).toBe(0)
})

test('a model that lists by itself, and caps that reach below the pool, give what the scores give', async () => {
  const { uniform, below } = seededRandom(4)
  const [nUsers, nItems] = [6, 260]
  const scores = Array.from({ length: nUsers }, () => Array.from({ length: nItems }, () => Math.fround(uniform())))
  const genres: Catalogue = Array.from({ length: nItems }, () => ({ attributes: { genres: [below(40) === 0 ? 'rare' : 'common'] } }))
  const byScores = scored(scores)
  const byLists: FittedModel = {
    ...byScores,
    listUsers: (users, k) => {
      const lists = { k, items: new Int32Array(users.length * k).fill(-1), scores: new Float32Array(users.length * k).fill(-Infinity) }
      Array.from(users, (user, at) => {
        const order = [...scores[user].keys()].sort((a, b) => scores[user][b] - scores[user][a]).slice(0, k)
        lists.items.set(order, at * k)
        lists.scores.set(order.map(item => scores[user][item]), at * k)
      })
      return Promise.resolve(lists)
    },
  }
  const none = { training: csrOf(interactionsOf(nUsers, nItems, [])), known: csrOf(interactionsOf(nUsers, nItems, scores.map((_, user) => [user, nItems - 1]))) }
  const asked = { ...none, ks: [4], stage: 'evaluate', catalogue: genres, holdout: interactionsOf(nUsers, nItems, scores.map((_, user) => [user, user])) }
  scores.forEach(own => { own[nItems - 1] = -1 }) // what is known comes last
  for (const lastStep of [{ caps: { genres: 2 } }, { mmr: 0.7 }]) {
    const [one, other] = await Promise.all([byScores, byLists].map(each => evaluateModel(each, { ...asked, lastStep }, {})))
    expect(one.lastStep).toEqual(other.lastStep)
  }
  const { lastStep } = await evaluateModel(byScores, { ...asked, lastStep: { caps: { genres: 2 } } }, {})
  // two common and two rare: four of six pairs have nothing in common
  expect([...lastStep?.after.values['diversity@4'] ?? []]).toEqual(Array.from({ length: nUsers }, () => 4 / 6))
})

test('a last step that the catalogue cannot give is refused', async () => {
  await expect(evaluateModel(model, { ...input, lastStep: { caps: { actors: 1 } } }, {})).rejects.toThrow(/ERR_OPTION: there is a cap by the attribute "actors"/)
  const { catalogue: _, ...without } = input
  await expect(evaluateModel(model, { ...without, lastStep: { mmr: 0.3 } }, {})).rejects.toMatchObject({ code: 'ERR_OPTION' })
})
