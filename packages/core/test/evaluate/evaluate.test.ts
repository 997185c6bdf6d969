import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.ts'
import { fromEvents, prepareDataset, trainingSet, type Dataset } from '../../src/dataset/index.ts'
import { bootstrapIntervals, evaluateModel, measure, type EvaluationInput } from '../../src/evaluate/index.ts'
import { models, type FittedModel } from '../../src/model/index.ts'
import { splitterDefinition } from '../../src/split/index.ts'

// three users, five items; each user's last event is hidden
const events = [
  ...[['a', 1, 10], ['a', 2, 20], ['a', 3, 30]], ...[['b', 1, 10], ['b', 2, 20], ['b', 4, 30]], ...[['c', 1, 10], ['c', 3, 20], ['c', 5, 30]],
].map(([userId, itemId, timestamp]) => ({ userId, itemId, rating: 4, timestamp: Number(timestamp) }))

const load = async (): Promise<Dataset> => prepareDataset(await fromEvents(events))

/** A model that is nothing but the given rows of scores. */
function scored(scores: number[][]): FittedModel {
  return {
    nUsers: scores.length, nItems: scores[0].length, batch: 2,
    scoreUsers: (users, out) => users.forEach((user, row) => out.set(scores[user], row * scores[0].length)),
    state: () => ({ model: 'fixed', options: {}, tensors: {} }),
  }
}

async function input(): Promise<EvaluationInput> {
  const split = splitterDefinition('leave-last-n').split(await load(), { ties: 'file' })
  return { training: trainingSet(split.fitRows, 'log').byUser, holdout: split.test, ks: [1, 2], stage: 'evaluate' }
}

describe('evaluateModel', () => {
  test('ranks the hidden item among all items but the user\'s own, and takes the mean over users', async () => {
    // hidden: a → item 3 (index 2), b → 4 (3), c → 5 (4); own items get scores that would win if they were candidates
    const model = scored([[9, 9, 5, 4, 1], [9, 9, 6, 5, 1], [9, 1, 9, 2, 3]])
    const { metrics, usersCounted, relevantItems, relevantUnseen } = await evaluateModel(model, await input(), {})
    expect(metrics['recall@1']).toBeCloseTo(2 / 3, 12) // a and c
    expect(metrics['recall@2']).toBe(1)
    expect(metrics['mrr@2']).toBeCloseTo((1 + 1 / 2 + 1) / 3, 12)
    expect([usersCounted, relevantItems, relevantUnseen]).toEqual([3, 3, 2])
  })

  test('an item absent from training is a miss when the model gives it no score, and is counted', async () => {
    const split = splitterDefinition('leave-last-n').split(await load(), { ties: 'file' })
    const training = trainingSet(split.fitRows, 'log')
    const popularity = await models.popularity.fit(training, { days: 0, halfLife: 0 }, { seed: 1 })
    const { metrics, relevantUnseen } = await evaluateModel(popularity, { ...await input(), ks: [5] }, {})
    expect(relevantUnseen).toBe(2) // items 4 and 5 are hidden from everybody
    expect(metrics['recall@5']).toBeCloseTo(1 / 3, 12)
  })

  test('a k beyond the catalogue, and nothing hidden, are refused', async () => {
    const model = scored([[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]])
    await expect(evaluateModel(model, { ...await input(), ks: [6] }, {})).rejects.toMatchObject({ code: 'ERR_OPTION' })
    const nothing = { ...(await input()).holdout, users: new Int32Array(0), items: new Int32Array(0) }
    await expect(evaluateModel(model, { ...await input(), holdout: nothing }, {})).rejects.toMatchObject({ code: 'ERR_EMPTY' })
  })
})

describe('bootstrapIntervals', () => {
  test('holds the mean, narrows with more users, and is the same for the same seed', () => {
    const { uniform } = seededRandom(4)
    const draw = (n: number): Float64Array => Float64Array.from({ length: n }, () => uniform() < 0.2 ? 1 : 0)
    const width = ([low, high]: readonly [number, number]): number => high - low
    const [few, many] = [draw(100), draw(10_000)]
    const intervals = [bootstrapIntervals({ few }, 1000, 1).few, bootstrapIntervals({ many }, 1000, 1).many]
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(intervals[0][0]).toBeLessThan(mean(few))
    expect(intervals[0][1]).toBeGreaterThan(mean(few))
    // ± 1.96 √(p (1 − p) / n): .157 and .0157 wide
    expect(width(intervals[0])).toBeGreaterThan(0.12)
    expect(width(intervals[0])).toBeLessThan(0.2)
    expect(width(intervals[1])).toBeGreaterThan(0.012)
    expect(width(intervals[1])).toBeLessThan(0.02)
    expect(bootstrapIntervals({ few }, 1000, 1).few).toEqual(intervals[0])
  })

  test('are percentiles of the means of plain draws, column by column, also where no two users are alike', () => {
    const { uniform } = seededRandom(5)
    const hits = Float64Array.from({ length: 60 }, () => uniform() < 0.3 ? 1 : 0)
    const columns = { hits, any: hits.map(() => uniform()), gains: hits.map(hit => hit * Math.ceil(3 * uniform())), none: hits.map(() => 0) }
    const { below } = seededRandom(9)
    const draws = Array.from({ length: 101 }, () => Array.from(hits, () => below(60)))
    const intervals = bootstrapIntervals(columns, 101, 9)
    for (const [name, values] of Object.entries(columns)) {
      const means = draws.map(draw => draw.reduce((sum, user) => sum + values[user], 0) / 60).sort((a, b) => a - b)
      expect(intervals[name as keyof typeof columns][0]).toBeCloseTo(means[2], 12)
      expect(intervals[name as keyof typeof columns][1]).toBeCloseTo(means[98], 12)
    }
  })

  test('a column that never varies has an interval of one point', () => {
    expect(bootstrapIntervals({ same: new Float64Array(50).fill(0.5) }, 200, 1).same).toEqual([0.5, 0.5])
  })
})

describe('measure', () => {
  const measured = async (withTime: boolean) => {
    const all = await load()
    const { timestamps, ...rest } = all.interactions
    const dataset = withTime ? all : { ...all, interactions: rest }
    const split = splitterDefinition('leave-last-n').split(dataset, { ties: 'file' })
    const training = trainingSet(split.fitRows, 'log')
    const model = await models.popularity.fit(training, { days: 0, halfLife: 0 }, { seed: 1 })
    expect(timestamps).toBeDefined()
    return measure(model, { training, split, evaluatedOn: 'test', k: 3, resamples: 100, seed: 1, configurationsTried: 1, defaultsChosen: 'not at all' }, {})
  }

  test('gives the numbers at the top, the baselines beside them, and the protocol', async () => {
    const report = await measured(true)
    expect(report['recall@3']).toBe(report.baselines.popularity['recall@3'])
    expect(Object.keys(report.baselines).sort()).toEqual(['popularity', 'random', 'recentPopularity'])
    expect(report.protocol).toMatchObject({ split: 'leave-last-n', ties: 'file', evaluatedOn: 'test', usersCounted: 3, itemsUnseen: 2, configurationsTried: 1 })
  })

  test('without timestamps there is no recent popularity, and the protocol says why', async () => {
    const report = await measured(false)
    expect(Object.keys(report.baselines).sort()).toEqual(['popularity', 'random'])
    expect(report.protocol.recentPopularity).toMatch(/not evaluated: the data have no timestamps/)
  })
})
