// What the steps promise, and what a model made of them does on data whose answer is known.
import { describe, expect, test } from 'vitest'
import { itemIndex, resolveOptions, seededRandom, userIndex } from '../../src/base/index.ts'
import { trainingSet, type TrainingSet } from '../../src/dataset/index.ts'
import { warpWeights, wasmKernels, type SgdProblem, type SgdWork } from '../../src/kernels/index.ts'
import { featureStep } from '../../src/model/factorization/features.ts'
import { topK, type FittedModel } from '../../src/model/index.ts'
import { modelDefinition } from '../../src/rank/index.ts'
import { buildCsr, rowIndices, transpose, type Csr } from '../../src/sparse/index.ts'
import { randomInteractions } from '../random-problem.ts'

const csr = (pairs: readonly (readonly [number, number])[], nRows: number, nColumns: number): Csr =>
  buildCsr(Int32Array.from(pairs, ([row]) => row), Int32Array.from(pairs, ([, column]) => column), new Float32Array(pairs.length).fill(1), nRows, nColumns)

const setOf = (byUser: Csr): TrainingSet => ({ weighting: 'log', byUser, byItem: transpose(byUser) })

// Users and items of two kinds; each user had half of the items of its kind. Of each kind the last item was had by nobody.
const [N_USERS, N_ITEMS] = [80, 40]
const { uniform } = seededRandom(4)
const twoKinds = setOf(csr(Array.from({ length: N_USERS * N_ITEMS }, (_, at) => [at % N_USERS, Math.floor(at / N_USERS)] as const)
  .filter(([user, item]) => user % 2 === item % 2 && item < N_ITEMS - 2 && uniform() < 0.5), N_USERS, N_ITEMS))
const kinds = { matrix: csr(Array.from({ length: N_ITEMS }, (_, item) => [item, item % 2] as const), N_ITEMS, 2), names: ['kind=even', 'kind=odd'] }

const fitted = (name: string, training: TrainingSet, given: Record<string, unknown> = {}): Promise<FittedModel> => {
  const { fit, options } = modelDefinition(name)
  return fit(training, resolveOptions(options, { factors: 8, epochs: 20, learningRate: 0.1, ...given }), { seed: 1, threads: 1 })
}
const scoresOf = (model: FittedModel, user: number): Float32Array => {
  const scores = new Float32Array(model.nItems)
  model.scoreUsers([userIndex(user)], scores)
  return scores
}

describe('steps', () => {
  // The first user had one of two items: the other is the only negative there is. The second had both, so there is none.
  const byUser = csr([[0, 0], [1, 0], [1, 1]], 2, 2)
  const problem: SgdProblem = {
    byUser, byItem: transpose(byUser), factors: 3, loss: 'bpr', tries: 20, learningRate: 1e-3,
    regularization: { users: 0.3, items: 0.2 }, hybrid: { users: false, items: false }, seed: 1,
  }
  const parts = ['users', 'items', 'biases'] as const
  const logistic = (x: number): number => Math.log1p(Math.exp(-x))
  // of the one sample, and λ/2 of the squares of all that is stepped
  const lossOf = ({ rows }: Pick<SgdWork, 'rows'>, loss: SgdProblem['loss']): number => {
    const score = (user: number, item: number): number => [0, 1, 2].reduce(
      (sum, k) => sum + rows.users.values[user * rows.users.stride + k] * rows.items.values[item * rows.items.stride + k], rows.biases.values[item])
    const squares = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0)
    const fit = loss === 'bpr' ? logistic(score(0, 0) - score(0, 1)) : logistic(score(0, 0)) + logistic(-score(0, 1))
    const { users, items, biases } = rows
    return fit + 0.3 / 2 * squares(users.values.subarray(0, 3)) + 0.2 / 2 * (squares(items.values) + squares(biases.values))
  }

  test.each(['bpr', 'logistic'] as const)('%s goes down along the gradient of its loss, as finite differences have it', async loss => {
    const work = await wasmKernels.sgd({ ...problem, loss }, { threads: 1 })
    const { normal } = seededRandom(3)
    for (const part of parts) {
      const { values, stride } = work.rows[part]
      values.forEach((_, at) => { values[at] = at % stride < 3 ? 0.5 * normal() : 0 })
    }
    const copied = (part: typeof parts[number]) => ({ ...work.rows[part], values: Float64Array.from(work.rows[part].values) })
    const copy = { rows: { users: copied('users'), items: copied('items'), biases: copied('biases') } }
    await work.epoch(0)
    work.close()
    for (const part of parts) {
      const { values, stride } = copy.rows[part]
      values.forEach((value, at) => {
        if (at % stride >= 3) return
        const lossAt = (moved: number): number => {
          values[at] = moved
          return lossOf(copy as unknown as SgdWork, loss)
        }
        const slope = (lossAt(value + 1e-5) - lossAt(value - 1e-5)) / 2e-5
        values[at] = value
        // float32 keeps three digits of a step of 1e-3
        expect((work.rows[part].values[at] - value) / 1e-3).toBeCloseTo(-slope, 2)
      })
    }
  })

  test('warp weighs by the logarithm of the rank that the number of draws suggests', () => {
    expect([...warpWeights(101, 4)]).toEqual([0, Math.log(100), Math.log(50), Math.log(33), Math.log(25)].map(Math.fround))
    expect(warpWeights(3, 2)[2]).toBe(0)
  })

  test('a feature steps along the sum of its items\' gradients, and takes them with it', () => {
    const features = csr([[0, 0], [1, 0], [1, 1]], 3, 2)
    const rows = { stride: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6), gradients: Float32Array.of(1, 0, 2, 4, 9, 9), anchors: new Float32Array(6) }
    featureStep(rows, features, csr([[0, 0]], 3, 1), { learningRate: 0.1, regularization: 0, rounds: 1 })()
    // feature 0: gradient (3, 4), h = 1 + 12.5; feature 1: (2, 4), h = 1 + 10
    const [a, b] = [0.1 / Math.sqrt(13.5), 0.1 / Math.sqrt(11)]
    const moves = [3 * a, 4 * a, 3 * a + 2 * b, 4 * a + 4 * b, 0, 0]
    rows.anchors.forEach((anchor, at) => expect(anchor).toBeCloseTo(moves[at], 6))
    rows.values.forEach((value, at) => expect(value).toBeCloseTo(1 + at + moves[at], 6))
    expect([...rows.gradients]).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe.each(['bpr', 'warp', 'logistic'])('%s', loss => {
  // Share of pairs (had, not had) of a user in the wrong order.
  const wrong = async (training: TrainingSet, epochs: number): Promise<number> => {
    const model = await fitted('factorization', training, { loss, epochs, learningRate: 0.05 })
    let [wrongPairs, pairs] = [0, 0]
    for (let user = 0; user < training.byUser.nRows; user++) {
      const scores = scoresOf(model, user)
      const had = rowIndices(training.byUser, user)
      const not = Array.from(scores.keys()).filter(item => !had.includes(item) && !Number.isNaN(scores[item]))
      for (const item of had) for (const other of not) wrongPairs += scores[other] >= scores[item] ? 1 : 0
      pairs += had.length * not.length
    }
    return wrongPairs / pairs
  }

  test('the longer it goes on, the fewer pairs of what was had and what was not are in the wrong order', async () => {
    const training = trainingSet(randomInteractions(60, 200, 0.1, 8), 'binary')
    const shares: number[] = []
    for (const epochs of [1, 5, 20, 80]) shares.push(await wrong(training, epochs))
    for (let at = 1; at < shares.length; at++) expect(shares[at]).toBeLessThan(shares[at - 1])
    expect(shares[3]).toBeLessThan(0.1)
  })

  test('people of two kinds are told what they lack of their kind, known or by a history never seen', async () => {
    const model = await fitted('factorization', twoKinds, { loss, factors: 2 })
    for (let user = 0; user < N_USERS; user++) {
      const best = topK(scoresOf(model, user), 3, rowIndices(twoKinds.byUser, user)).indices
      expect(Array.from(best, item => item % 2)).toEqual(new Array(3).fill(user % 2))
    }
    for (const kind of [0, 1]) {
      const list = model.listHistory?.({ items: [kind, kind + 4, kind + 6], weights: [1, 1, 1] }, 3, { exclude: [kind, kind + 4, kind + 6] })
      expect(Array.from(list?.items ?? [], item => item % 2)).toEqual(new Array(3).fill(kind))
    }
  })
})

test('a history finds the same place each time, and an empty one that of the biases alone', async () => {
  const model = await fitted('warp', twoKinds)
  const [first, second] = [new Float32Array(N_ITEMS), new Float32Array(N_ITEMS)]
  for (const out of [first, second]) model.scoreHistory?.({ items: [2, 4], weights: [1, 1] }, out)
  expect(second).toEqual(first)
  model.scoreHistory?.({ items: [], weights: [] }, first)
  const biases = model.state().tensors.item_biases.data
  expect(first).toEqual(biases)
})

test('an item nobody had is placed by its features: beside its kind, for those who like the kind', async () => {
  const model = await fitted('lightfm', { ...twoKinds, itemFeatures: kinds })
  const [even, odd] = [N_ITEMS - 2, N_ITEMS - 1]
  for (let user = 0; user < N_USERS; user++) {
    const scores = scoresOf(model, user)
    expect(scores[user % 2 === 0 ? even : odd]).toBeGreaterThan(scores[user % 2 === 0 ? odd : even])
  }
  const similar = new Float32Array(N_ITEMS)
  model.similarItems?.(itemIndex(even), similar)
  const best = topK(similar, 5, [even]).indices
  expect(Array.from(best, item => item % 2)).toEqual([0, 0, 0, 0, 0])
})

test('a user who had nothing likes what users of the same features like', async () => {
  const all = twoKinds.byUser
  const pairs = Array.from({ length: N_USERS - 2 }, (_, user) => Array.from(rowIndices(all, user), item => [user, item] as const)).flat()
  const userFeatures = { matrix: csr(Array.from({ length: N_USERS }, (_, user) => [user, user % 2] as const), N_USERS, 2), names: ['even', 'odd'] }
  const model = await fitted('lightfm', { ...setOf(csr(pairs, N_USERS, N_ITEMS)), userFeatures })
  for (const user of [N_USERS - 2, N_USERS - 1]) {
    expect(Array.from(topK(scoresOf(model, user), 5).indices, item => item % 2)).toEqual(new Array(5).fill(user % 2))
  }
})

test('an item nobody had has no score without features, nor with features that no item had has', async () => {
  const alone = { matrix: csr([[0, 0], [1, 0], [N_ITEMS - 1, 1]], N_ITEMS, 2), names: ['a', 'b'] }
  for (const training of [twoKinds, { ...twoKinds, itemFeatures: alone }]) {
    const scores = scoresOf(await fitted('lightfm', training), 0)
    expect(Array.from(scores.keys()).filter(item => Number.isNaN(scores[item]))).toEqual([N_ITEMS - 2, N_ITEMS - 1])
  }
})

test('with features too, the same bits on 1, 2 and 3 threads, and the state brings everything back', async () => {
  const sevenths = (n: number) => ({ matrix: csr(Array.from({ length: n }, (_, row) => [row, row % 7] as const), n, 7), names: [...'abcdefg'] })
  const training = { ...trainingSet(randomInteractions(60, 300, 0.1, 8), 'binary'), itemFeatures: sevenths(300), userFeatures: sevenths(60) }
  const { fit, restore, options } = modelDefinition('lightfm')
  const given = resolveOptions(options, { factors: 5, epochs: 3 })
  const states = await Promise.all([1, 2, 3].map(async threads => (await fit(training, given, { seed: 2, threads })).state()))
  expect(states[1]).toEqual(states[0])
  expect(states[2]).toEqual(states[0])
  expect((await restore(states[0])).state()).toEqual(states[0])
})

test('steps that are too large end with ERR_DIVERGED, and options of no such model with ERR_FORMAT', async () => {
  for (const loss of ['bpr', 'warp', 'logistic']) {
    const given = { loss, tries: 59, learningRate: 10, userRegularization: 100, itemRegularization: 100 }
    await expect(fitted('factorization', twoKinds, given)).rejects.toMatchObject({ code: 'ERR_DIVERGED' })
  }
  const state = (await fitted('bpr', twoKinds)).state()
  await expect(modelDefinition('bpr').restore({ ...state, options: { ...state.options, loss: 'other' } })).rejects.toMatchObject({ code: 'ERR_FORMAT' })
})
