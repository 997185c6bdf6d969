// `als` with a weight of unobserved pairs and λ scaled by counts: the stored users, folding in, explanations, older states.
import { describe, expect, test } from 'vitest'
import { itemIndex, resolveOptions, userIndex } from '../../src/base/index.ts'
import { trainingSet } from '../../src/dataset/index.ts'
import { fitAls, models, type History } from '../../src/model/index.ts'
import { alsOptions } from '../../src/model/als/options.ts'
import { rowIndices, rowValues } from '../../src/sparse/index.ts'
import { randomInteractions, relativeError } from '../random-problem.ts'

const [nUsers, nItems, factors] = [80, 50, 8]
const interactions = randomInteractions(nUsers, nItems, 0.2, 9)
const training = trainingSet(interactions, 'log')
const historyOf = (user: number): History => ({ items: rowIndices(training.byUser, user), weights: rowValues(training.byUser, user) })
const optionsOf = (given: object) => resolveOptions(alsOptions, { factors, iterations: 8, alpha: 3, regularization: 0.05, ...given })

describe.each(['none', 'counts', 'ials'] as const)('scaling %s, unobserved weight 0.3', regularizationScaling => {
  const options = optionsOf({ regularizationScaling, unobservedWeight: 0.3 })

  test('folding in a training history gives the stored scores, contributions sum to them, and a restored model gives the same', async () => {
    const model = await models.als.fit(training, options, { seed: 1, threads: 1 })
    const restored = await models.als.restore(model.state())
    const [stored, foldedIn, again] = [new Float32Array(nItems), new Float32Array(nItems), new Float32Array(nItems)]
    for (const user of [1, 2, 40]) {
      model.scoreUsers([userIndex(user)], stored)
      model.scoreHistory?.(historyOf(user), foldedIn)
      restored.scoreHistory?.(historyOf(user), again)
      expect(relativeError(foldedIn.subarray(0, 49), stored.subarray(0, 49))).toBeLessThan(1e-6)
      expect(again).toEqual(foldedIn)
      const sum = Array.from(model.explain?.(historyOf(user), itemIndex(5)) ?? []).reduce((total, part) => total + part, 0)
      expect(Math.abs(sum - stored[5])).toBeLessThan(1e-5 * Math.max(Math.abs(stored[5]), 0.1))
    }
  })

  test('the loss of the exact solver never rises, and its parts are told', async () => {
    const { losses } = await fitAls(training, { ...options, solver: 'cholesky', iterations: 15, momentum: 0 }, { seed: 1 })
    losses.slice(1).forEach(({ total }, at) => expect(total).toBeLessThanOrEqual(losses[at].total * (1 + 1e-6)))
    for (const { observed, unobserved, regularization, total } of losses) {
      expect(Math.min(observed, unobserved, regularization)).toBeGreaterThan(0)
      expect(observed + unobserved + regularization).toBeCloseTo(total, 6)
    }
  })
})

test('all confidences and λ divided by one number give the same factors', async () => {
  // c0 = 0.2 and c = 1 + 3 w are five times c0 = 1 and c = 5 + 15 w, which binary weights give as 1 + 19 w
  const binary = trainingSet(interactions, 'binary')
  const a = await fitAls(binary, optionsOf({ unobservedWeight: 0.2, regularization: 0.1 }), { seed: 1 })
  const b = await fitAls(binary, optionsOf({ alpha: 19, regularization: 0.5 }), { seed: 1 })
  expect(relativeError(a.itemFactors, b.itemFactors)).toBeLessThan(1e-4)
  expect(b.losses[7].total / a.losses[7].total).toBeCloseTo(5, 4)
})

test('weights of 1 and alpha = unobservedWeight give the lists of Google\'s loss, Σ (s − 1)² + α0 Σ all s²', async () => {
  const [alpha0, lambda] = [0.25, 0.02]
  const binary = trainingSet(interactions, 'binary')
  const options = optionsOf({ alpha: alpha0, unobservedWeight: alpha0, regularization: (1 + alpha0) * lambda, regularizationScaling: 'ials' })
  const { userFactors, itemFactors } = await fitAls(binary, options, { seed: 1 })
  const [x, y] = [userFactors, itemFactors].map(values => Float64Array.from(values, value => value / Math.sqrt(1 + alpha0)))
  const score = (user: number, item: number): number => y.slice(item * factors, (item + 1) * factors).reduce((sum, value, k) => sum + value * x[user * factors + k], 0)
  for (const user of [1, 30, 79]) {
    const seen = new Set(rowIndices(binary.byUser, user))
    // the gradient of Google's loss by the user's factors, from Rendle et al. 2022, eq. 2 to 5
    for (let k = 0; k < factors; k++) {
      let [pull, push] = [0, lambda * (seen.size + alpha0 * nItems) * x[user * factors + k]]
      for (let item = 0; item < nItems; item++) {
        push += alpha0 * score(user, item) * y[item * factors + k]
        if (seen.has(item)) pull += (1 - score(user, item)) * y[item * factors + k]
      }
      expect(Math.abs(pull - push)).toBeLessThan(1e-5)
    }
  }
})

test('a state from before these options folds in as it did, and one with a word that does not exist is refused', async () => {
  const model = await models.als.fit(training, optionsOf({}), { seed: 1, threads: 1 })
  const state = model.state()
  const { unobservedWeight: _, regularizationScaling: __, ...older } = state.options
  const scores = [new Float32Array(nItems), new Float32Array(nItems)]
  model.scoreHistory?.(historyOf(7), scores[0])
  const restored = await models.als.restore({ ...state, options: older })
  restored.scoreHistory?.(historyOf(7), scores[1])
  expect(scores[1]).toEqual(scores[0])
  await expect(models.als.restore({ ...state, options: { ...older, regularizationScaling: 'sometimes' } })).rejects.toMatchObject({ code: 'ERR_FORMAT' })
})

test('an unobserved pair that weighs more than an observed one can is refused', () => {
  expect(() => optionsOf({ unobservedWeight: 1.01 })).toThrow(/unobservedWeight is 1.01, expected a number from 0.000001 to 1/)
})
