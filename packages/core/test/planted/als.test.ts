// Laws of the whole fit that hold for any data: what cannot matter does not, what is asked for is done.
import { expect, test } from 'vitest'
import { resolveOptions } from '../../src/base/index.ts'
import { trainingSet } from '../../src/dataset/index.ts'
import { normalEquations, addDiagonal, confidence, gramOf } from '../../src/kernels/index.ts'
import { fitAls, models } from '../../src/model/index.ts'
import { rowIndices, rowValues } from '../../src/sparse/index.ts'
import { randomInteractions } from '../random-problem.ts'

const interactions = randomInteractions(60, 40, 0.2, 51)
const optionsOf = (given: object) => resolveOptions(models.als.options, { factors: 6, iterations: 2, alpha: 3, regularization: 0.5, ...given })

test('items and users that nobody had and that had nothing change no bit of the others', async () => {
  const more = { ...interactions, nUsers: 63, nItems: 45 }
  const [a, b] = [await fitAls(trainingSet(interactions, 'log'), optionsOf({}), { seed: 3 }), await fitAls(trainingSet(more, 'log'), optionsOf({}), { seed: 3 })]
  expect(b.itemFactors.subarray(0, 40 * 6)).toEqual(a.itemFactors)
  expect(b.userFactors.subarray(0, 60 * 6)).toEqual(a.userFactors)
  expect([...b.itemFactors.subarray(40 * 6), ...b.userFactors.subarray(60 * 6)].every(value => value === 0)).toBe(true)
})

test('solver cholesky is exact: many steps of conjugate gradient give its factors, two do not', async () => {
  const training = trainingSet(interactions, 'log')
  const factorsOf = async (given: object): Promise<Float32Array> => (await fitAls(training, optionsOf({ iterations: 1, ...given }), { seed: 3 })).itemFactors
  const exact = await factorsOf({ solver: 'cholesky' })
  const distance = async (cgSteps: number): Promise<number> => {
    const other = await factorsOf({ cgSteps })
    return Math.sqrt(exact.reduce((sum, value, at) => sum + (value - other[at]) ** 2, 0) / exact.reduce((sum, value) => sum + value ** 2, 0))
  }
  expect(await distance(20)).toBeLessThan(1e-5)
  expect(await distance(1)).toBeGreaterThan(1e-3)
})

test('the users that a fit leaves solve their normal equations for the items it leaves', async () => {
  const training = trainingSet(interactions, 'log')
  const options = optionsOf({})
  const { userFactors, itemFactors } = await fitAls(training, options, { seed: 3 })
  const gram = addDiagonal(gramOf(itemFactors, 40, 6), 6, options.regularization)
  for (let user = 1; user < 60; user++) {
    const confidences = Array.from(rowValues(training.byUser, user), weight => confidence(options.alpha, weight))
    const { a, b } = normalEquations(gram, itemFactors, rowIndices(training.byUser, user), confidences, 6)
    const x = userFactors.subarray(user * 6, user * 6 + 6)
    for (let i = 0; i < 6; i++) {
      let left = 0
      for (let j = 0; j < 6; j++) left += a[i * 6 + j] * x[j]
      expect(Math.abs(left - b[i])).toBeLessThan(1e-5 * Math.max(...b.map(Math.abs)))
    }
  }
})
