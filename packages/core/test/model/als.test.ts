import { describe, expect, test } from 'vitest'
import { itemIndex, MatineeError, resolveOptions, userIndex } from '../../src/base/index.ts'
import { trainingSet } from '../../src/dataset/index.ts'
import { fitAls, models, type FittedModel, type History } from '../../src/model/index.ts'
import { referenceKernels, wasmKernels, type Kernels } from '../../src/kernels/index.ts'
import { alsOptions } from '../../src/model/als/options.ts'
import { rowIndices, rowValues } from '../../src/sparse/index.ts'
import { randomInteractions, relativeError } from '../random-problem.ts'

const training = trainingSet(randomInteractions(80, 50, 0.2, 9), 'log')
const options = resolveOptions(alsOptions, { factors: 8, iterations: 8, regularization: 0.5 })
const historyOf = (user: number): History => ({ items: rowIndices(training.byUser, user), weights: rowValues(training.byUser, user) })
const fitted = (): Promise<FittedModel> => models.als.fit(training, options, { seed: 1, threads: 1 })

describe('fitAls', () => {
  test('tells of each iteration and its loss, in parts that sum to it', async () => {
    const stages: string[] = []
    const { losses } = await fitAls(training, options, { seed: 1, onProgress: ({ done, total, note }) => stages.push(`${done}/${total} ${note}`) })
    expect(losses).toHaveLength(8)
    expect(stages).toEqual(losses.map(({ total }, at) => `${at + 1}/8 loss ${Math.round(total)}`))
    for (const { observed, unobserved, regularization, total } of losses) expect(observed + unobserved + regularization).toBeCloseTo(total, 6)
  })

  test('the loss of the exact solver never rises', async () => {
    const { losses } = await fitAls(training, { ...options, solver: 'cholesky', iterations: 15, momentum: 0 }, { seed: 1 })
    losses.slice(1).forEach(({ total }, at) => expect(total).toBeLessThanOrEqual(losses[at].total * (1 + 1e-6)))
  })

  test('with momentum the loss of thirty plain iterations is reached in two thirds of them or fewer', async () => {
    const lossesOf = async (momentum: number): Promise<number[]> => {
      const { losses } = await fitAls(training, { ...options, iterations: 30, momentum }, { seed: 1 })
      return losses.map(({ total }) => total)
    }
    const target = (await lossesOf(0))[29]
    expect((await lossesOf(0.7)).findIndex(loss => loss <= target)).toBeLessThan(20)
  })

  test('begun where a fit ended, the first iteration has a lower loss than that fit\'s last, also with rows that the start does not know', async () => {
    const everyone = { users: Int32Array.from({ length: 80 }, (_, user) => user), items: Int32Array.from({ length: 50 }, (_, item) => item) }
    const model = await models.als.fit(training, options, { seed: 1 })
    const last = model.losses?.at(-1)?.total ?? NaN
    const lossesFrom = async (start: typeof everyone): Promise<number[]> =>
      (await fitAls(training, options, { seed: 2, start: { state: model.state(), ...start } })).losses.map(({ total }) => total)
    expect((await lossesFrom(everyone))[0]).toBeLessThan(last)
    const some = await lossesFrom({ ...everyone, users: everyone.users.map(user => user % 10 === 0 ? -1 : user) })
    const cold = (await fitAls(training, options, { seed: 2 })).losses.map(({ total }) => total)
    expect(some[1]).toBeLessThan(cold[1])
  })

  test('begun from nobody it is the fit that begins from nothing', async () => {
    const { losses: _, rowsSolved: __, ...cold } = await fitAls(training, options, { seed: 1 })
    const nobody = { users: new Int32Array(80).fill(-1), items: new Int32Array(50).fill(-1) }
    const start = { state: (await models.als.fit(training, options, { seed: 5 })).state(), ...nobody }
    expect(await fitAls(training, options, { seed: 1, start })).toMatchObject(cold)
    await expect(fitAls(training, { ...options, factors: 9 }, { seed: 1, start })).rejects.toThrow(/ERR_OPTION: factors is 9, expected 8 as those of the model to start from/)
  })

  test('momentum moves the items after an iteration by its share of their last move, from the second on, and not after the last', async () => {
    const momentum = 0.5
    const items: Float32Array[] = []
    const shares: number[] = []
    const recording: Kernels = {
      ...referenceKernels,
      als: async (problem, context) => {
        const work = await referenceKernels.als(problem, context)
        return {
          ...work,
          extrapolate: (side, before, share) => {
            const now = work.readFactors(side).slice()
            work.extrapolate(side, before, share)
            if (share > 0) expect(relativeError(work.readFactors(side), now.map((y, at) => y + share * (y - items[items.length - 1][at])))).toBeLessThan(1e-6)
            items.push(now)
            shares.push(share)
          },
        }
      },
    }
    const plain = await fitAls(training, { ...options, iterations: 4, momentum }, { seed: 1 })
    const { itemFactors } = await fitAls(training, { ...options, iterations: 4, momentum }, { seed: 1 }, recording)
    expect(shares).toEqual([0, momentum, momentum])
    expect(relativeError(plain.itemFactors, itemFactors)).toBeLessThan(1e-3)
  })

  test('after an iteration that raised the loss the items are not moved', async () => {
    const shares: number[] = []
    const recording: Kernels = {
      ...wasmKernels,
      als: async (problem, context) => {
        const work = await wasmKernels.als(problem, context)
        return { ...work, extrapolate: (side, before, share) => { shares.push(share); work.extrapolate(side, before, share) } }
      },
    }
    const { losses } = await fitAls(training, { ...options, regularization: 5, iterations: 30, momentum: 0.95 }, { seed: 1 }, recording)
    const rose = losses.slice(1, -1).map(({ total }, at) => total > losses[at].total)
    expect(rose).toContain(true)
    expect(shares).toEqual([0, ...rose.map(didRise => didRise ? 0 : 0.95)])
  })

  test('stops once an iteration gains less than the tolerance', async () => {
    const { losses } = await fitAls(training, { ...options, iterations: 200, tolerance: 0.01 }, { seed: 1 })
    const gain = (at: number): number => (losses[at - 1].total - losses[at].total) / losses[at - 1].total
    expect(losses.length).toBeLessThan(200)
    expect(gain(losses.length - 1)).toBeLessThan(0.01)
    for (let at = 1; at < losses.length - 1; at++) expect(gain(at)).toBeGreaterThanOrEqual(0.01)
  })

  test('without a tolerance every iteration is done, also when one raises the loss', async () => {
    // one step of conjugate gradient from afar: the loss of the first iterations is not monotone for every seed
    const { losses } = await fitAls(training, { ...options, cgSteps: 1, iterations: 60 }, { seed: 3 })
    expect(losses).toHaveLength(60)
  })

  test('another seed gives other factors', async () => {
    const [a, b] = [await fitAls(training, options, { seed: 1 }), await fitAls(training, options, { seed: 2 })]
    expect(relativeError(a.itemFactors, b.itemFactors)).toBeGreaterThan(0.01)
  })

  test('a signal aborted in the middle ends it with ERR_ABORTED', async () => {
    const controller = new AbortController()
    const fit = fitAls(training, options, { seed: 1, threads: 2, signal: controller.signal, onProgress: () => controller.abort() })
    await expect(fit).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })

  test('weights beyond what float32 can multiply end it with an error of its own', async () => {
    const huge = { ...training, byUser: { ...training.byUser, values: training.byUser.values.map(() => 3e38) }, byItem: { ...training.byItem, values: training.byItem.values.map(() => 3e38) } }
    const error: unknown = await fitAls(huge, options, { seed: 1 }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(MatineeError)
    expect(['ERR_DIVERGED', 'ERR_SINGULAR']).toContain((error as MatineeError).code)
  })
})

test('items that could not be ranked after the fit are refused before it', async () => {
  const nItems = 3_000_000
  const interactions = { users: new Int32Array(nItems), items: Int32Array.from({ length: nItems }, (_, item) => item), values: new Float32Array(nItems).fill(1) }
  const training = trainingSet({ nUsers: 1, nItems, valueKind: 'weight', ...interactions }, 'linear')
  await expect(models.als.fit(training, { ...options, factors: 256 }, { seed: 1 }))
    .rejects.toMatchObject({ code: 'ERR_MEMORY', message: expect.stringMatching(/3000000 items with 256 factors need \d{10,} bytes to be ranked/) })
})

describe('a fitted ALS model', () => {
  test('folding in a user\'s training history gives the user\'s scores', async () => {
    const model = await fitted()
    const [stored, foldedIn] = [new Float32Array(50), new Float32Array(50)]
    for (const user of [1, 2, 40]) {
      model.scoreUsers([userIndex(user)], stored)
      model.scoreHistory?.(historyOf(user), foldedIn)
      expect(relativeError(foldedIn.subarray(0, 49), stored.subarray(0, 49))).toBeLessThan(1e-5)
    }
  })

  test('the stored factors of a user and those of the same history have the same bits', async () => {
    const { userFactors, itemFactors } = await fitAls(training, options, { seed: 1, threads: 2 })
    const solve = await wasmKernels.rowSolver({ ...options, held: itemFactors, n: 8 })
    for (let user = 1; user < 80; user++) {
      expect(solve(historyOf(user).items, historyOf(user).weights)).toEqual(userFactors.slice(8 * user, 8 * user + 8))
    }
  })

  test('contributions sum to the score to 1e-5', async () => {
    const model = await fitted()
    const scores = new Float32Array(50)
    for (const user of [1, 7, 33]) {
      model.scoreUsers([userIndex(user)], scores)
      for (const item of [0, 5, 20, 48]) {
        const contributions = model.explain?.(historyOf(user), itemIndex(item)) ?? []
        expect(contributions).toHaveLength(historyOf(user).items.length)
        const sum = Array.from(contributions).reduce((total, contribution) => total + contribution, 0)
        expect(Math.abs(sum - scores[item])).toBeLessThan(1e-5 * Math.max(Math.abs(scores[item]), 0.1))
      }
    }
  })

  test('similarity is the cosine: 1 with itself, symmetric, NaN for an item never seen', async () => {
    const model = await fitted()
    const [a, b] = [new Float32Array(50), new Float32Array(50)]
    model.similarItems?.(itemIndex(3), a)
    model.similarItems?.(itemIndex(11), b)
    expect(a[3]).toBeCloseTo(1, 6)
    expect(a[11]).toBeCloseTo(b[3], 6)
    expect(a[49]).toBeNaN()
    const users = new Float32Array(80)
    model.similarUsers?.(userIndex(5), users)
    expect(users[5]).toBeCloseTo(1, 6)
    expect(users[0]).toBeNaN()
  })

  test('factors that are not finite are refused', async () => {
    const state = (await fitted()).state()
    const data = Float32Array.from(state.tensors.item_factors.data)
    data[7] = NaN
    const tensors = { ...state.tensors, item_factors: { ...state.tensors.item_factors, data } }
    await expect(models.als.restore({ ...state, tensors })).rejects.toMatchObject({ code: 'ERR_FORMAT' })
  })
})
