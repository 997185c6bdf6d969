// ALS against float64 numpy code written from the paper alone; golden/README.md says who computed it and how.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { agreement, type Agreement } from '../../../../bench/oracles/compare.ts'
import { startOf } from '../../../../bench/oracles/problem.ts'
import { decodeSafetensors, type TensorFile } from '../../src/artifact/index.ts'
import { resolveOptions } from '../../src/base/index.ts'
import { trainingSet } from '../../src/dataset/index.ts'
import { models } from '../../src/model/index.ts'

const { tensors, metadata } = decodeSafetensors(new Uint8Array(readFileSync(new URL('./als-numpy.safetensors', import.meta.url))), 'als-numpy.safetensors')
const [nUsers, nItems, seed] = ['nUsers', 'nItems', 'seed'].map(name => Number(metadata[name]))
const training = trainingSet({
  nUsers,
  nItems,
  users: Int32Array.from(tensors.users_low.data, (low, row) => low + 256 * tensors.users_high.data[row]),
  items: Int32Array.from(tensors.items.data),
  values: Float32Array.from(tensors.ratings.data),
  valueKind: 'rating',
}, 'log')

const optionsOf = (regularization: number, solver: object) => resolveOptions(models.als.options, {
  factors: Number(metadata.factors), alpha: Number(metadata.alpha), iterations: Number(metadata.iterations), momentum: 0, regularization, ...solver,
})
const recorded = (regularization: number): TensorFile => ({
  metadata,
  tensors: {
    user_factors: tensors[`user_factors_${regularization}`],
    item_factors: tensors[`item_factors_${regularization}`],
    top: tensors[`top_${regularization}`],
  },
})
const compared = async (regularization: number, solver: object): Promise<Agreement> =>
  agreement(await models.als.fit(training, optionsOf(regularization, solver), { seed, threads: 1 }), training, recorded(regularization))

test('the start that the seed draws is the recorded one, bit for bit, and zero for items nobody had', async () => {
  const start = await startOf(training, optionsOf(10, {}), seed)
  expect(start).toEqual(tensors.start.data)
  const norms = Array.from({ length: nItems }, (_, item) => start.subarray(16 * item, 16 * (item + 1)).some(value => value !== 0))
  expect(norms.map((isSet, item) => isSet ? -1 : item).filter(item => item >= 0)).toEqual([63, 127, 191, 255])
})

describe.each(JSON.parse(metadata.regularizations) as number[])('lambda %d, alpha 40, 16 factors, five iterations', regularization => {
  // Ours are float32, right to 6e-8 each; what eleven half-steps make of that was measured at 1.2e-6 (users) and 2.1e-6 (items).
  test('Cholesky gives the factors of numpy to 1e-5, and 99 % of the users the same ten items in the same order', async () => {
    const { userError, itemError, sameLists } = await compared(regularization, { solver: 'cholesky' })
    expect(userError).toBeLessThan(1e-5)
    expect(itemError).toBeLessThan(1e-5)
    expect(sameLists).toBeGreaterThanOrEqual(0.99)
  })

  test('conjugate gradient with as many steps as factors gives them to 1e-4', async () => {
    const { userError, itemError, sameLists } = await compared(regularization, { solver: 'cg', cgSteps: 16 })
    expect(userError).toBeLessThan(1e-4)
    expect(itemError).toBeLessThan(1e-4)
    expect(sameLists).toBeGreaterThanOrEqual(0.99)
  })

  test('the loss after each iteration is that of numpy, which took it over all pairs, to 1e-6', async () => {
    const { losses = [] } = await models.als.fit(training, optionsOf(regularization, { solver: 'cholesky' }), { seed, threads: 1 })
    const expected = JSON.parse(metadata[`losses_${regularization}`]) as number[]
    expect(losses).toHaveLength(expected.length)
    losses.forEach(({ total }, at) => expect(Math.abs(total / expected[at] - 1)).toBeLessThan(1e-6))
  })
})
