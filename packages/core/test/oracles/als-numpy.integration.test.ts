// ALS on the real MovieLens 100K against float64 numpy, run live: bench/oracles/als_numpy.py, which knows only the paper.
import { beforeAll, describe, expect, test } from 'vitest'
import { agreement, type Agreement } from '../../../../bench/oracles/compare.ts'
import { problemFile, startOf } from '../../../../bench/oracles/problem.ts'
import { askOracle, pythonWith } from '../../../../bench/oracles/python.ts'
import type { TensorFile } from '../../src/artifact/index.ts'
import { resolveOptions } from '../../src/base/index.ts'
import type { TrainingSet } from '../../src/dataset/index.ts'
import { models } from '../../src/model/index.ts'
import { missingData, splitOfMovieLens } from './ml-100k.ts'

const SEED = 42
const oracle = missingData ? { missing: missingData } : await pythonWith('numpy')
const reason = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`

describe.skipIf(reason).each([0.1, 50])(`MovieLens 100K, 64 factors, alpha 40, lambda %d, five iterations${reason}`, regularization => {
  const optionsOf = (solver: object) => resolveOptions(models.als.options, { factors: 64, alpha: 40, regularization, iterations: 5, momentum: 0, ...solver })
  let training: TrainingSet
  let answer: TensorFile

  beforeAll(async () => {
    const movieLens = await splitOfMovieLens()
    training = movieLens.training
    const options = optionsOf({})
    const problem = problemFile(movieLens.fitRows, options, { start: await startOf(training, options, SEED) })
    answer = await askOracle(oracle.missing === undefined ? oracle.program : '', 'als_numpy.py', problem)
  })
  const compared = async (solver: object): Promise<Agreement> => {
    const result = agreement(await models.als.fit(training, optionsOf(solver), { seed: SEED }), training, answer)
    console.log(`lambda ${regularization}, ${JSON.stringify(solver)}: ${JSON.stringify(result)}`)
    return result
  }

  test('Cholesky has a Frobenius error of at most 1e-3 relative, and 99 % of the users get the same ten items in the same order', async () => {
    const { userError, itemError, sameLists } = await compared({ solver: 'cholesky' })
    expect(userError).toBeLessThan(1e-3)
    expect(itemError).toBeLessThan(1e-3)
    expect(sameLists).toBeGreaterThanOrEqual(0.99)
  })

  test('so does conjugate gradient, given 40 steps', async () => {
    const { userError, itemError, sameLists } = await compared({ solver: 'cg', cgSteps: 40 })
    expect(userError).toBeLessThan(1e-3)
    expect(itemError).toBeLessThan(1e-3)
    expect(sameLists).toBeGreaterThanOrEqual(0.99)
  })

  test('the loss after each iteration is that of numpy, which took it over all 1.6 million pairs, to 1e-5', async () => {
    const { losses = [] } = await models.als.fit(training, optionsOf({ solver: 'cholesky' }), { seed: SEED })
    const expected = JSON.parse(answer.metadata.losses) as number[]
    expect(losses).toHaveLength(expected.length)
    losses.forEach(({ total }, at) => expect(Math.abs(total / expected[at] - 1)).toBeLessThan(1e-5))
  })
})
