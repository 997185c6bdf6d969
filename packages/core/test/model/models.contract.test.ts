// What every model of the registry keeps to.
import { describe, expect, test } from 'vitest'
import { itemIndex, resolveOptions, userIndex, type ItemId, type Progress, type UserId } from '../../src/base/index.ts'
import { IdMap, sequencesOf, trainingSet } from '../../src/dataset/index.ts'
import { pessimisticRanks } from '../../src/evaluate/index.ts'
import { topK, type FittedModel } from '../../src/model/index.ts'
import { allModels as models, modelDefinition } from '../../src/rank/index.ts'
import { buildCsr, rowIndices, transpose, type Csr } from '../../src/sparse/index.ts'
import { csrOf, randomInteractions } from '../random-problem.ts'

const interactions = randomInteractions(60, 40, 0.2, 3)
const ids = (n: number): string[] => Array.from({ length: n }, (_, index) => String(index))
const dataset = { interactions, users: new IdMap<UserId, ReturnType<typeof userIndex>>(ids(60) as UserId[]), items: new IdMap<ItemId, ReturnType<typeof itemIndex>>(ids(40) as ItemId[]) }
const training = trainingSet(interactions, 'log', { sequences: sequencesOf(dataset, { ties: 'hash', seed: 1 }) })
const small: Readonly<Record<string, Record<string, number>>> = {
  'als': { factors: 6, iterations: 4 },
  'ease': { regularization: 3 },
  'item-knn': { neighbours: 5, shrinkage: 1 },
  'lambdamart': { positions: 2, negatives: 8, trees: 4, numLeaves: 4, minDataInLeaf: 3 },
  'neighbours': { neighbours: 7, lastItems: 4 },
  'slim': { neighbours: 8, regularization: 2 },
  'transitions': { window: 3, neighbours: 9, lastItems: 4 },
  'bpr': { factors: 6, epochs: 3 },
  'factorization': { factors: 6, epochs: 3 },
  'lightfm': { factors: 6, epochs: 3 },
  'warp': { factors: 6, epochs: 3 },
}

async function fitted(name: string, seed = 1, threads = 1): Promise<FittedModel> {
  const definition = modelDefinition(name)
  return definition.fit(training, resolveOptions(definition.options, small[name] ?? {}), { seed, threads })
}

function allScores(model: FittedModel): Float32Array {
  const scores = new Float32Array(model.nUsers * model.nItems)
  for (let user = 0; user < model.nUsers; user++) model.scoreUsers([userIndex(user)], scores.subarray(user * model.nItems, (user + 1) * model.nItems))
  return scores
}

/** The entries of one matrix that are not in the other, in the other's shape. */
function without({ nRows, indptr, indices }: Csr, other: Csr): Csr {
  const rows = Array.from({ length: nRows }, (_, row) => Array.from(indices.subarray(indptr[row], indptr[row + 1]), item => [row, item]))
  const left = rows.flat().filter(([row, item]) => item < other.nColumns && !rowIndices(other, row).includes(item))
  const column = (at: number): Int32Array => Int32Array.from(left, entry => entry[at])
  return buildCsr(column(0), column(1), new Float32Array(left.length).fill(1), other.nRows, other.nColumns)
}

describe.each(Object.keys(models))('%s', name => {
  test.each([2, 3])('the same seed gives the same bits on 1 and on %i threads', async threads => {
    const [one, others] = [await fitted(name, 1, 1), await fitted(name, 1, threads)]
    expect(others.state()).toEqual(one.state())
    expect(allScores(others)).toEqual(allScores(one))
  })

  test('says whether the seed changes anything', async () => {
    const scores = async (seed: number): Promise<Float32Array> => allScores(await fitted(name, seed))
    const [one, other] = [await scores(1), await scores(2)]
    const isSame = one.every((score, at) => Object.is(score, other[at]))
    expect(isSame).toBe(modelDefinition(name).seedless ?? false)
  })

  test('a fit that starts from another has the same bits on 1 and on 3 threads; a model whose fits begin from nothing does not look at it', async () => {
    const definition = modelDefinition(name)
    const options = resolveOptions(definition.options, small[name] ?? {})
    const before = (await fitted(name, 2)).state()
    const users = Int32Array.from({ length: 60 }, (_, user) => user % 5 === 0 ? -1 : 59 - user)
    const items = Int32Array.from({ length: 40 }, (_, item) => item % 6 === 1 ? -1 : item)
    const startsThere = definition.startsFrom?.(before, options) ?? false
    const startedOn = async (threads: number): Promise<FittedModel> => definition.fit(training, options, { seed: 1, threads, start: { state: before, users, items } })
    const [one, three, cold] = [await startedOn(1), await startedOn(3), await fitted(name)]
    expect(three.state()).toEqual(one.state())
    const scores = allScores(one)
    expect(allScores(cold).every((score, at) => Object.is(score, scores[at]))).toBe(!startsThere)
    expect(definition.startsFrom?.({ ...before, model: 'another' }, options) ?? false).toBe(false)
  })

  test('the state restores a model with the same scores', async () => {
    const model = await fitted(name)
    const restored = await modelDefinition(name).restore(model.state())
    expect(restored.state()).toEqual(model.state())
    expect(allScores(restored)).toEqual(allScores(model))
  })

  test('without some users the others have the same scores and the same lists, and nothing in the state is as long as it was', async () => {
    const { restore, withoutOthers, asksOthers } = modelDefinition(name)
    const model = await fitted(name)
    const before = allScores(model)
    for (const kept of [Uint32Array.of(0, 3, 4, 17, 59), Uint32Array.from({ length: 60 }, (_, user) => user), new Uint32Array()]) {
      const state = withoutOthers(model.state(), kept)
      const left = await restore(state)
      expect(left.nUsers).toBe(kept.length)
      const scores = allScores(left)
      if (!asksOthers || kept.length === 60) kept.forEach((user, at) => {
        expect(scores.subarray(40 * at, 40 * at + 40)).toEqual(before.subarray(40 * user, 40 * user + 40))
        const list = (of: FittedModel, index: number) => of.listUser?.(userIndex(index), 7, {})
        expect(list(left, at)).toEqual(list(model, user))
      })
      expect(left.state()).toEqual(state)
      const longest = (shapes: readonly (readonly number[])[]): boolean => shapes.some(shape => shape.includes(60) || shape.includes(61))
      expect(longest(Object.values(state.tensors).map(({ shape }) => shape))).toBe(kept.length === 60 && !['popularity'].includes(name))
    }
  })

  test('a state without its tensors, or with others, is refused with ERR_FORMAT', async () => {
    const state = (await fitted(name)).state()
    const first = Object.keys(state.tensors)[0]
    const wrong = [{}, { ...state.tensors, [first]: { shape: [3], data: new Float32Array(2) } }, { ...state.tensors, [first]: { shape: [1], data: new Uint8Array(1) } }]
    for (const tensors of wrong) await expect(modelDefinition(name).restore({ ...state, tensors })).rejects.toMatchObject({ code: 'ERR_FORMAT' })
  })

  test('an item without training interactions scores NaN, every other item a number', async () => {
    const { nUsers, nItems, ...model } = await fitted(name)
    const scores = new Float32Array(nItems)
    for (let user = 1; user < nUsers; user++) {
      model.scoreUsers([userIndex(user)], scores)
      expect(scores[nItems - 1]).toBeNaN()
      expect(scores.subarray(0, nItems - 1).every(Number.isFinite)).toBe(true)
    }
  })

  test('a user has the same scores alone and in a batch', async () => {
    const model = await fitted(name)
    const users = Array.from({ length: Math.min(model.batch, model.nUsers) }, (_, user) => userIndex(user))
    const batch = new Float32Array(users.length * model.nItems)
    model.scoreUsers(users, batch)
    expect(batch).toEqual(allScores(model).subarray(0, batch.length))
  })

  const users = Array.from({ length: 60 }, (_, user) => userIndex(59 - user)).filter(user => user % 7 !== 3)
  const exclude = training.byUser
  const hidden = without(csrOf(randomInteractions(60, 41, 0.3, 4)), exclude) // item 39 has no score

  test('ranks without scores are the pessimistic ranks of the scores, on 1 and on 2 threads', async () => {
    const model = await fitted(name)
    if (!model.rankUsers) return expect(model.rankUsers).toBeUndefined()
    const scores = allScores(model)
    const expected = users.flatMap(user => Array.from(rowIndices(hidden, user), item =>
      pessimisticRanks(scores.subarray(40 * user, 40 * user + 40), [item], rowIndices(exclude, user))[0]))
    expect(expected).toContain(Infinity)
    for (const threads of [1, 2]) expect([...await model.rankUsers(users, hidden, exclude, Infinity, { threads })]).toEqual(expected)
    const upTo = (limit: number) => (rank: number): number => rank > limit ? Infinity : rank
    expect([...await model.rankUsers(users, hidden, exclude, 5, {})].map(upTo(5))).toEqual(expected.map(upTo(5)))
  })

  test('lists without scores are the best of the scores', async () => {
    const model = await fitted(name)
    const { listUsers, listUser } = model
    if (!listUsers || !listUser) return expect([listUsers, listUser]).toEqual([undefined, undefined])
    const scores = allScores(model)
    const allow = Array.from({ length: 30 }, (_, at) => at + 10)
    for (const k of [1, 5, 40]) {
      const lists = await listUsers(users, k, { excludeByRow: exclude, exclude: [12], allow }, { threads: 2 })
      users.forEach((user, at) => {
        const best = topK(scores.subarray(40 * user, 40 * user + 40), k, [12, ...rowIndices(exclude, user)], item => allow.includes(item))
        const length = best.indices.length
        expect([...lists.items.subarray(at * k, at * k + k)]).toEqual([...best.indices, ...new Array<number>(k - length).fill(-1)])
        expect(lists.scores.subarray(at * k, at * k + length)).toEqual(best.scores)
        const alone = listUser(user, k, { exclude: [12, ...rowIndices(exclude, user)], allow })
        expect(alone.items).toEqual(Int32Array.from(lists.items.subarray(at * k, at * k + k)))
      })
    }
  })

  test('a list by a history is the best of its scores', async () => {
    const model = await fitted(name)
    const { scoreHistory, listHistory } = model
    if (!scoreHistory || !listHistory) return expect(listHistory).toBeUndefined()
    const scores = new Float32Array(40)
    const history = { items: [3, 8, 21], weights: [1, 2, 1] }
    scoreHistory(history, scores)
    const best = topK(scores, 6, history.items)
    const list = listHistory(history, 6, { exclude: history.items })
    expect([...list.items]).toEqual([...best.indices])
    expect([...list.scores]).toEqual([...best.scores])
  })

  test('scores by a user\'s own history are the user\'s scores, where histories are all a model knows of users', async () => {
    const { historyOf, scoreHistory, ...model } = await fitted(name)
    if (!historyOf || !scoreHistory) return expect(historyOf).toBeUndefined()
    const [byUser, byHistory] = [new Float32Array(40), new Float32Array(40)]
    for (let user = 0; user < 60; user++) {
      model.scoreUsers([userIndex(user)], byUser)
      scoreHistory(historyOf(userIndex(user)), byHistory)
      expect(byHistory).toEqual(byUser)
    }
  })

  test('the shares of an explanation sum to the score', async () => {
    const { explain, scoreHistory } = await fitted(name)
    if (!explain || !scoreHistory) return expect(explain).toBeUndefined()
    const scores = new Float32Array(40)
    const history = { items: [3, 8, 21], weights: [1, 2, 1] }
    scoreHistory(history, scores)
    for (const item of [0, 3, 17]) {
      const shares = explain(history, itemIndex(item))
      expect(shares).toHaveLength(3)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(scores[item], 4)
    }
  })

  test('an item is as similar to another as that to it, 1 to itself, and NaN where one was never had', async () => {
    const { similarItems, nItems } = await fitted(name)
    if (!similarItems) return expect(similarItems).toBeUndefined()
    const rows = Array.from({ length: nItems }, (_, item) => {
      const out = new Float32Array(nItems)
      similarItems(itemIndex(item), out)
      return out
    })
    for (let a = 0; a < nItems - 1; a++) {
      expect(rows[a][a]).toBeCloseTo(1, 6)
      for (let b = 0; b < nItems - 1; b++) {
        expect(rows[a][b]).toBeCloseTo(rows[b][a], 6)
        expect(Math.abs(rows[a][b])).toBeLessThan(1.000_001)
      }
    }
    expect(rows[nItems - 1]).toEqual(new Float32Array(nItems).fill(NaN))
  })

  test('a fit that tells of its progress ends at the end, and a cancelled one is ERR_ABORTED', async () => {
    const definition = modelDefinition(name)
    const told: Progress[] = []
    const options = resolveOptions(definition.options, small[name] ?? {})
    await definition.fit(training, options, { seed: 1, threads: 1, onProgress: progress => told.push(progress) })
    if (told.length === 0) return expect(['neighbours', 'popularity', 'random']).toContain(name) // over at once
    expect(told.at(-1)).toMatchObject({ stage: `fit ${name}`, done: told.at(-1)?.total })
    await expect(definition.fit(training, options, { seed: 1, threads: 1, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })

  test('a threads, seed or clock that differs leaves no trace in the state but the seed\'s own effect', async () => {
    expect(JSON.stringify((await fitted(name, 7)).state().options)).not.toMatch(/thread|time|node/i)
  })
})

test('random gives each user an order of its own, in which every place is as likely for an item', async () => {
  const [nUsers, nItems] = [4000, 1000]
  const everything = buildCsr(new Int32Array(nItems), Int32Array.from({ length: nItems }, (_, item) => item), new Float32Array(nItems).fill(1), nUsers, nItems)
  const model = await models.random.fit({ weighting: 'log', byUser: everything, byItem: transpose(everything) }, {}, { seed: 9 })
  const scores = new Float32Array(2 * nItems)
  model.scoreUsers([userIndex(5), userIndex(6)], scores)
  const [one, other] = [scores.slice(0, nItems), scores.slice(nItems)]
  const places = Float32Array.from({ length: nItems }, (_, place) => place / nItems)
  expect(one.toSorted()).toEqual(places)
  expect(other.toSorted()).toEqual(places)
  expect(one.filter((score, item) => score === other[item]).length).toBeLessThan(10) // 1 is to be expected

  const users = Int32Array.from({ length: nUsers }, (_, user) => user)
  const items = Int32Array.from(users, user => user % 7)
  const relevant = buildCsr(users, items, new Float32Array(nUsers), nUsers, nItems)
  const ranks = await model.rankUsers?.(users, relevant, buildCsr(new Int32Array(), new Int32Array(), new Float32Array(), nUsers, nItems), Infinity, {}) ?? new Float64Array()
  const counts = new Float64Array(20)
  for (const rank of ranks) counts[Math.floor((rank - 1) / 50)]++
  const chiSquare = counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0)
  expect(chiSquare).toBeLessThan(43.8) // 19 degrees of freedom, one in a thousand
})

test('a name that is no model is refused with the names that are', () => {
  expect(() => modelDefinition('alz')).toThrow(/ERR_UNKNOWN_NAME: there is no model "alz"; expected one of als, bpr, /)
  expect(() => modelDefinition('toString')).toThrow(/ERR_UNKNOWN_NAME/)
})
