// What `metrics: all` and `sampled` add: lists, slices, ranks among random items. Cases by hand, and laws.
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.ts'
import { evaluateModel, measure, metrics, slices, type EvaluationInput, type SliceData, type SliceName } from '../../src/evaluate/index.ts'
import { prepareDataset, trainingSet, type Interactions } from '../../src/dataset/index.ts'
import { models, type FittedModel } from '../../src/model/index.ts'
import { splitters } from '../../src/split/index.ts'
import { buildCsr } from '../../src/sparse/index.ts'
import { rawEvents, type Row } from '../dataset/rows.ts'
import { csrOf } from '../random-problem.ts'

/** A model that is nothing but the given rows of scores. */
const scored = (scores: number[][]): FittedModel => ({
  nUsers: scores.length, nItems: scores[0].length, batch: 2,
  scoreUsers: (users, out) => users.forEach((user, row) => out.set(scores[user], row * scores[0].length)),
  state: () => ({ model: 'fixed', options: {}, tensors: {} }),
})
const interactionsOf = (nUsers: number, nItems: number, entries: [user: number, item: number, value?: number][], valueKind: Interactions['valueKind'] = 'rating'): Interactions => ({
  nUsers, nItems, users: Int32Array.from(entries, entry => entry[0]), items: Int32Array.from(entries, entry => entry[1]),
  values: Float32Array.from(entries, entry => entry[2] ?? 1), valueKind,
})

// Three users, six items; the popularity of the items is 3, 2, 1, 0, 0, 0. User 0 has two hidden items.
const training = csrOf(interactionsOf(3, 6, [[0, 0], [1, 0], [2, 0], [1, 1], [2, 1], [2, 2]]))
const holdout = interactionsOf(3, 6, [[0, 1, 5], [0, 3, 2], [1, 2, 4], [2, 4, 3]])
const model = scored([[9, 5, 7, 6, 4, 3], [9, 9, 8, 3, 2, 1], [9, 9, 9, 6, 5, 4]])
const input: EvaluationInput = { training, holdout, ks: [1, 2], stage: 'evaluate', metrics: 'all', decidedByTies: Uint8Array.of(1, 0, 0) }

describe('evaluateModel with all metrics', () => {
  test('counts each number over its own: coverage over items, the others over users', async () => {
    const { metrics, perUser } = await evaluateModel(model, input, {})
    // lists of 2: items 2 3 · 2 3 · 3 4
    expect(metrics['coverage@2']).toBeCloseTo(3 / 6, 12)
    expect(metrics['coverage@1']).toBeCloseTo(2 / 6, 12)
    expect(metrics['popularityLift@2']).toBeCloseTo((0.5 + 0.5 + 0) / (3 + 2.5 + 2), 12)
    expect(metrics['novelty@1']).toBeCloseTo(Math.log2(3), 12)
    // auc: user 0 has relevant items at ranks 2 and 3 of 5 (item 2 is above both); user 1 at 1 of 4; user 2 at 2 of 3
    expect([...perUser.values.auc]).toEqual([2 * 2 / (2 * 3), 1, 1 / 2])
    expect(Object.keys(perUser.values)).not.toContain('coverage@2')
    expect(Object.keys(metrics)).not.toContain('diversity@2') // there is no catalogue
  })

  test('the mean of the users\' values is the metric\'s number', async () => {
    const { metrics, perUser } = await evaluateModel(model, input, {})
    for (const [name, values] of Object.entries(perUser.values)) expect(values.reduce((sum, value) => sum + value, 0) / 3).toBeCloseTo(metrics[name], 12)
  })

  test('debiasedNdcg is Σ gains / Σ best gains over all users', async () => {
    const { metrics } = await evaluateModel(model, input, {})
    // at k = 2: user 0 has item 1 (weight 1/√2) at rank 3 and item 3 (weight 1) at rank 2; users 1 and 2 items of weight 1 at 1 and 2
    const half = 1 / Math.log2(3)
    expect(metrics['debiasedNdcg@2']).toBeCloseTo((half + 1 + half) / (1 + half / Math.SQRT2 + 1 + 1), 12)
  })

  test('diversity is there where the catalogue has lists', async () => {
    const catalogue = ['a', 'b', 'c', 'd', 'd', 'c'].map(genre => ({ attributes: { genres: [genre], year: 1999 } }))
    const { metrics } = await evaluateModel(model, { ...input, catalogue }, {})
    expect(metrics['diversity@2']).toBeCloseTo((1 + 1 + 0) / 3, 12)
  })

  test('what is known besides training is no candidate, in ranks as in lists', async () => {
    const known = csrOf(interactionsOf(3, 6, [[0, 0], [0, 2], [1, 0], [1, 1], [2, 0], [2, 1], [2, 2]]))
    const { perUser, metrics } = await evaluateModel(model, { ...input, known }, {})
    expect(perUser.values['recall@1'][0]).toBe(1 / 2) // item 3 is first now
    expect(metrics['coverage@1']).toBeCloseTo(2 / 6, 12) // items 3, 2, 3
  })

  test('a model that tells ranks and lists itself has the same numbers as by its scores', async () => {
    const interactions = randomRows(40, 30, 300, 1)
    const split = splitters['leave-last-n'].split(prepareDataset(rawEvents(interactions)))
    const set = trainingSet(split.fitRows, 'log')
    const als = await models.als.fit(set, { ...alsDefaults, factors: 4, iterations: 2 }, { seed: 1 })
    const { rankUsers, listUsers, ...byScores } = als
    expect([rankUsers, listUsers].every(Boolean)).toBe(true)
    const asked: EvaluationInput = { training: set.byUser, holdout: split.test, ks: [5], stage: 'evaluate', metrics: 'all' }
    expect(await evaluateModel(byScores, asked, {})).toEqual(await evaluateModel(als, asked, {}))
  })
})

test('a user of whom nothing is known is left out and counted', async () => {
  const unknown = csrOf(interactionsOf(3, 6, [[1, 0], [1, 1], [2, 0], [2, 1], [2, 2]]))
  const { perUser, usersCounted, usersUnknown, relevantItems } = await evaluateModel(model, { ...input, training: unknown }, {})
  expect([[...perUser.users], usersCounted, usersUnknown, relevantItems]).toEqual([[1, 2], 2, 1, 2])
  expect([...perUser.values['recall@1']]).toEqual([1, 0])
})

describe('slices', () => {
  test('hold the users and relevant items that they name, with the ranks among all', async () => {
    const { slices: { activity, popularity, rating, ties } = {} } = await evaluateModel(model, input, {})
    const size = (of: Record<string, { usersCounted: number, relevantItems: number }> = {}): Record<string, number[]> =>
      Object.fromEntries(Object.entries(of).map(([name, { usersCounted, relevantItems }]) => [name, [usersCounted, relevantItems]]))
    expect(size(activity)).toEqual({ few: [1, 2], some: [1, 1], many: [1, 1] })
    expect(size(popularity)).toEqual({ middle: [1, 1], rare: [1, 1], unseen: [2, 2] })
    expect(size(rating)).toEqual({ atLeast4: [2, 2], below4: [2, 2] })
    expect(size(ties)).toEqual({ tied: [1, 2], untied: [2, 2] })
    // below 4: item 3 of user 0 (rank 2) and item 4 of user 2 (rank 2)
    expect(rating?.below4.metrics['recall@1']).toBe(0)
    expect(rating?.below4.metrics['recall@2']).toBe(1)
    expect([...rating?.below4.values['mrr@2'] ?? []]).toEqual([1 / 2, 1 / 2])
  })

  test('a slice is left out where the data do not tell', async () => {
    const { decidedByTies: _, ...rest } = input
    const weights = { ...rest, holdout: { ...holdout, valueKind: 'weight' as const } }
    expect(Object.keys((await evaluateModel(model, weights, {})).slices ?? {})).toEqual(['activity', 'popularity'])
  })

  test.each(Object.keys(slices) as SliceName[])('%s: each relevant item is in one group, and groups by user make up the mean', async name => {
    const split = splitters['leave-last-n'].split(prepareDataset(rawEvents(randomRows(50, 30, 500, 2))), { n: 3 })
    const known = csrOf(split.fitRows)
    const { users, items, values } = split.test
    const data: SliceData = {
      users: Int32Array.from(new Set(users)).sort(), known, relevant: buildCsr(users, items, values, 50, 30), valueKind: 'rating',
      popularity: Uint32Array.from({ length: 30 }, (_, item) => known.indices.filter(each => each === item).length), decidedByTies: new Uint8Array(50).fill(1, 0, 20),
    }
    const slicing = slices[name].slice(data)
    if (!slicing) throw new Error(`${name} tells nothing of ratings with times`)
    users.forEach((user, row) => expect(slicing.groups[slicing.groupOf(user, items[row], values[row])]).toBeDefined())

    const random = await models.random.fit(trainingSet(split.fitRows, 'log'), {}, { seed: 3 })
    const { decidedByTies } = data
    const evaluation = await evaluateModel(random, { training: known, holdout: split.test, ks: [10], stage: '', metrics: 'all', ...(decidedByTies && { decidedByTies }) }, {})
    const groups = Object.values(evaluation.slices?.[name] ?? {})
    expect(groups.reduce((sum, group) => sum + group.relevantItems, 0)).toBe(items.length)
    const hits = groups.reduce((sum, group) => sum + group.metrics['precision@10'] * group.usersCounted, 0)
    expect(hits).toBeCloseTo(evaluation.metrics['precision@10'] * data.users.length, 9)
  })
})

describe('sampled', () => {
  const sampling = (negatives: number, seed = 1): EvaluationInput => ({ ...input, sampling: { negatives, seed } })

  test('with as many negatives as there are items the numbers are those among all', async () => {
    const { metrics: all, sampled } = await evaluateModel(model, sampling(100), {})
    for (const name of Object.keys(sampled?.metrics ?? {})) expect(sampled?.metrics[name]).toBe(all[name])
    expect(Object.keys(sampled?.metrics ?? {})).toHaveLength(2 * (Object.keys(metrics).length - 1))
  })

  test('the rank among m of N others is hypergeometric: of a rank in the middle half are above', async () => {
    const [nUsers, nItems] = [2000, 201]
    const scores = Float32Array.from({ length: nItems + 1 }, (_, item) => nItems - item)
    const middle: FittedModel = { ...scored([[0]]), nUsers, nItems: nItems + 1, batch: 64, scoreUsers: (users, out) => users.forEach((_, row) => out.set(scores, row * scores.length)) }
    const hidden = interactionsOf(nUsers, nItems + 1, Array.from({ length: nUsers }, (_, user) => [user, 100]))
    const last = csrOf(interactionsOf(nUsers, nItems + 1, Array.from({ length: nUsers }, (_, user) => [user, nItems]))) // no rank changes by it
    const { sampled } = await evaluateModel(middle, { training: last, holdout: hidden, ks: [6], stage: '', sampling: { negatives: 10, seed: 5 } }, {})
    // P(at most 5 of 10 drawn from 100 above and 100 below) = 0.6277 (scipy.stats.hypergeom.cdf(5, 200, 100, 10))
    expect(Math.abs((sampled?.metrics['recall@6'] ?? NaN) - 0.6277)).toBeLessThan(5 * Math.sqrt(0.6277 * 0.3723 / nUsers))
  })

  test('the same seed draws the same, another seed others', async () => {
    const wide = scored(Array.from({ length: 3 }, (_, user) => Array.from({ length: 400 }, (_, item) => (item * 37 + user) % 400)))
    const hidden = interactionsOf(3, 400, [[0, 200], [1, 201], [2, 202]])
    const asked = (seed: number): EvaluationInput => ({ training: csrOf(interactionsOf(3, 400, [[0, 0], [1, 0], [2, 0]])), holdout: hidden, ks: [50], stage: '', sampling: { negatives: 40, seed } })
    const drawn = async (seed: number): Promise<unknown> => (await evaluateModel(wide, asked(seed), {})).sampled
    expect(await drawn(1)).toEqual(await drawn(1))
    expect(await drawn(1)).not.toEqual(await drawn(2))
  })
})

test('metrics.json has slices and sampled numbers for the model and its baselines, with intervals; the main numbers stay', async () => {
  const split = splitters['leave-last-n'].split(prepareDataset(rawEvents(randomRows(50, 30, 500, 4))))
  const set = trainingSet(split.fitRows, 'log')
  const popularity = await models.popularity.fit(set, { days: 0, halfLife: 0 }, { seed: 1 })
  const shared = { training: set, split, evaluatedOn: 'test', k: 5, resamples: 100, seed: 1, configurationsTried: 1, defaultsChosen: 'not at all' } as const
  const [main, all] = [await measure(popularity, shared, {}), await measure(popularity, { ...shared, metrics: 'all', sampled: 7 }, {})]
  for (const name of Object.keys(main.intervals) as `x@${number}`[]) {
    expect(all[name]).toBe(main[name])
    for (const end of [0, 1]) expect(all.intervals[name][end]).toBeCloseTo(main.intervals[name][end], 12)
  }
  expect([main.slices, main.sampled, main.auc]).toEqual([undefined, undefined, undefined])
  for (const each of [all, ...Object.values(all.baselines)]) {
    expect(Object.keys(each.slices ?? {})).toEqual(Object.keys(all.slices ?? {}))
    expect(each.slices?.activity.few.intervals['ndcg@5']).toHaveLength(2)
    expect(each.sampled).toMatchObject({ negatives: 7, what: expect.stringMatching(/^SAMPLED: .* 7 random others/) })
    expect(each.auc).toBeGreaterThan(0)
    expect(each.intervals['coverage@5']).toBeUndefined()
  }
})

const alsDefaults = { factors: 4, alpha: 40, regularization: 40, iterations: 2, solver: 'cg', cgSteps: 2, momentum: 0.5, tolerance: 0,
  unobservedWeight: 1, regularizationScaling: 'none' } as const

/** Rows with distinct (user, item), ratings 1–5 and times that are often equal. */
function randomRows(nUsers: number, nItems: number, n: number, seed: number): Row[] {
  const { below } = seededRandom(seed)
  const rows = new Map<string, Row>()
  for (let user = 0; user < nUsers; user++) for (const item of [user % nItems, (user + 1) % nItems]) rows.set(`${user} ${item}`, { user: `u${user}`, item: `i${item}`, value: 3, time: 0 })
  while (rows.size < n) {
    const [user, item] = [below(nUsers), below(nItems)]
    rows.set(`${user} ${item}`, { user: `u${user}`, item: `i${item}`, value: 1 + below(5), time: below(20) })
  }
  return [...rows.values()]
}
