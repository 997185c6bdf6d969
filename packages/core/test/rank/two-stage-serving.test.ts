// Two stages in use: lists, what explains them, and feedback at the end of a history.
import { beforeAll, describe, expect, test } from 'vitest'
import { resolveOptions, seededRandom } from '../../src/base/index.ts'
import { fromEvents, prepareDataset, sequencesOf, trainingParts, trainingSet } from '../../src/dataset/index.ts'
import { topK } from '../../src/model/index.ts'
import { modelDefinition } from '../../src/rank/index.ts'
import { assemble, fit, open, save, type Recommender } from '../../src/recommender/index.ts'
import { splitters } from '../../src/split/index.ts'

const { below } = seededRandom(11)
// people go up the catalogue from where they are, most of the time; one item is nobody's neighbour
const events = Array.from({ length: 60 }, (_, user) => {
  let item = below(80)
  return Array.from({ length: 12 }, (__, step) => ({ userId: `u${user}`, itemId: `i${(item += below(8) === 0 ? 7 : 1) % 90}`, rating: 1 + below(5), timestamp: 1000 * step + user }))
}).flat()
const OPTIONS = { positions: 3, negatives: 20, trees: 6, numLeaves: 6, minDataInLeaf: 5, seed: 3, threads: 1 }
let recommender: Recommender
beforeAll(async () => {
  recommender = await fit(events, { model: 'lambdamart', ...OPTIONS })
})

const scoresOf = ({ model }: Recommender, user: number): Float32Array => {
  const scores = new Float32Array(model.nItems)
  model.scoreUsers([user as Parameters<typeof model.scoreUsers>[0][number]], scores)
  return scores
}

test('a list, however long, is the best of all scores; the same after save and open, and for many users at once', async () => {
  const again = await open(save(recommender))
  for (const n of [5, 40, 70]) {
    const all: unknown[] = []
    for await (const { userId, recommendations } of recommender.recommendAll({ n })) all.push([userId, recommendations])
    for (const [user, userId] of recommender.users.ids.entries()) {
      const { recommendations } = recommender.recommend(userId, { n })
      const seen = recommender.history(userId).map(({ itemId }) => recommender.items.indexOf(itemId) as number)
      const { indices, scores } = topK(scoresOf(recommender, user), n, seen)
      expect(recommendations.map(({ itemId, score }) => [itemId, score])).toEqual(Array.from(indices, (item, at) => [recommender.items.ids[item], scores[at]]))
      expect(again.recommend(userId, { n })).toEqual({ recommendations })
      expect(all[user]).toEqual([userId, recommendations])
    }
  }
})

test('what nobody proposes stands below what is proposed: with what was had, the list has every item that has a score', () => {
  recommender.users.ids.forEach((userId, user) => {
    const { recommendations } = recommender.recommend(userId, { n: 90, includeSeen: true })
    const { indices, scores } = topK(scoresOf(recommender, user), 90)
    expect(recommendations.map(({ itemId, score }) => [itemId, score])).toEqual(Array.from(indices, (item, at) => [recommender.items.ids[item], scores[at]]))
    if (user >= 3) return
    const isProposed = recommendations.map(({ itemId }) => recommender.explain(userId, itemId).byFeature?.proposedBy.length !== 0)
    expect(isProposed).toEqual([...isProposed.filter(Boolean), ...isProposed.filter(proposed => !proposed)])
    expect(new Set(isProposed).size).toBe(2)
  })
})

test('a known user\'s stored history is in order of time, and by it a stranger has the same list', async () => {
  const again = await open(save(recommender))
  for (const userId of recommender.users.ids) {
    const own = new Map(events.filter(event => event.userId === userId).map(({ itemId, timestamp }) => [itemId, timestamp]))
    const history = again.history(userId)
    expect(history.map(({ itemId }) => itemId as string)).toEqual([...own].sort((a, b) => a[1] - b[1]).map(([itemId]) => itemId))
    const { recommendations } = recommender.recommend(userId)
    expect(again.recommendFor(history.map(({ itemId, weight }) => ({ itemId, weight }))).recommendations).toEqual(recommendations)
  }
})

test('what was held out stands where it came in time', async () => {
  const dataset = prepareDataset(await fromEvents(events))
  const split = splitters['leave-last-n'].split(dataset, { n: 3 })
  const definition = modelDefinition('lambdamart')
  const rule = { ties: 'hash', seed: 1 } as const
  const training = trainingSet(dataset.interactions, 'log', { isKept: split.isFitted, ...trainingParts(definition.uses ?? [], dataset, rule, split.isFitted) })
  const { seed, threads, ...options } = OPTIONS
  const model = await definition.fit(training, resolveOptions(definition.options, options), { seed, threads })
  const whole = sequencesOf(dataset, rule)
  const served = assemble(model, dataset, training, split.heldOut, whole)
  expect([...served.contents.history.items]).toEqual([...whole.items])
  const fitted = Array.from(served.contents.history.fitted)
  dataset.users.ids.forEach((_, user) => {
    const own = fitted.slice(whole.indptr[user], whole.indptr[user + 1])
    expect(own).toEqual(own.toSorted((a, b) => b - a)) // the last ones are the hidden ones
  })
})

describe('explain', () => {
  test('a candidate\'s score is the base and what each feature adds, and it is said who proposed it', () => {
    for (const userId of recommender.users.ids.slice(0, 10)) {
      for (const { itemId, score } of recommender.recommend(userId, { n: 3 }).recommendations) {
        const { score: own, contributions, byFeature } = recommender.explain(userId, itemId)
        if (!byFeature) throw new Error('no features')
        const { base, features, proposedBy } = byFeature
        expect(Math.fround(own)).toBe(score)
        expect(base + features.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(own, 9)
        expect(contributions).toEqual([])
        expect(features.map(({ contribution }) => contribution)).toEqual(features.map(({ contribution }) => contribution).toSorted((a, b) => b - a))
        expect(proposedBy.length).toBeGreaterThan(0)
        for (const { source, rank } of proposedBy) expect(features.find(({ feature }) => feature === `${source}_place`)?.value, `${source} ${rank}`).toSatisfy((place: number) => place >= 1 && place <= rank)
      }
    }
    expect(recommender.canExplain).toBe(true)
  })

  test('by a history it is the same, and an item that nobody proposes is explained by that', () => {
    const [userId] = recommender.users.ids
    const history = recommender.history(userId)
    const [{ itemId }] = recommender.recommend(userId).recommendations
    const { userId: _, ...known } = recommender.explain(userId, itemId)
    expect(recommender.explainFor(history, itemId)).toEqual({ ...known, unknownItems: [] })
    const score = scoresOf(recommender, 0)[recommender.items.indexOf(history[0].itemId) as number] // nobody proposes what was had
    expect(recommender.explain(userId, history[0].itemId)).toMatchObject({ score, contributions: [], byFeature: { base: score, features: [], proposedBy: [] } })
  })
})

test('items and users are compared by the first source', async () => {
  expect(recommender.similarItems('i5', { n: 3 }).recommendations).toHaveLength(3)
  expect(recommender.similarUsers('u5', 3)).toHaveLength(3)
})
