// ALS on the real MovieLens 100K beside the `implicit` library with converted hyper-parameters; bench/oracles/implicit.ts says how.
// bench/against-implicit.ts has the defaults, the exact solver and the other kinds of start as well.
import { beforeAll, describe, expect, test } from 'vitest'
import { askImplicit, difference, measured, METRICS, ours, summary, type Data, type PerUser } from '../../../../bench/oracles/implicit.ts'
import { frobeniusError, startOf } from '../../../../bench/oracles/problem.ts'
import { pythonWith } from '../../../../bench/oracles/python.ts'
import { resolveOptions } from '../../src/base/index.ts'
import { models } from '../../src/model/index.ts'
import { missingData, splitOfMovieLens } from './ml-100k.ts'

const SEEDS = [1, 2, 3, 4, 5]
const oracle = missingData ? { missing: missingData } : await pythonWith('implicit')
const reason = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`
const program = oracle.missing === undefined ? oracle.program : ''
const optionsOf = (given: object) => resolveOptions(models.als.options, { factors: 64, alpha: 40, regularization: 0.1, momentum: 0, ...given })

describe.skipIf(reason)(`MovieLens 100K, 64 factors, alpha 40, lambda 0.1${reason}`, () => {
  let data: Data
  beforeAll(async () => { data = await splitOfMovieLens() })

  test('from the same start both exact solvers give the same factors to 1e-4 and the same recall and NDCG of every user', async () => {
    const options = optionsOf({ solver: 'cholesky', iterations: 5 })
    const { tensors } = await askImplicit(program, data, options, { seed: 1, useCg: false, start: await startOf(data.training, options, 1) })
    const own = (await models.als.fit(data.training, options, { seed: 1 })).state().tensors
    expect(frobeniusError(own.user_factors.data, tensors.recalculated_users.data)).toBeLessThan(1e-4)
    expect(frobeniusError(own.item_factors.data, tensors.item_factors.data)).toBeLessThan(1e-4)
    const [a, b] = [await ours(data, options, 1), await measured(data, options, tensors.recalculated_users.data, tensors.item_factors.data)]
    for (const metric of METRICS) {
      const differing = a[metric].filter((value, user) => value !== b[metric][user]).length
      expect(differing).toBeLessThanOrEqual(0.01 * a[metric].length)
    }
  })

  test('with conjugate gradient and a start of its own, the means of five seeds are within one standard error', async () => {
    const options = optionsOf({ iterations: 10 })
    const [matinee, implicit]: [PerUser[], PerUser[]] = [[], []]
    for (const seed of SEEDS) {
      matinee.push(await ours(data, options, seed))
      const { tensors } = await askImplicit(program, data, options, { seed, useCg: true })
      implicit.push(await measured(data, options, tensors.user_factors.data, tensors.item_factors.data))
    }
    for (const metric of METRICS) {
      const { difference: gap, errorOverUsers } = difference(matinee, implicit, metric)
      console.log(`${metric}: matinee ${summary(matinee, metric).mean}, implicit ${summary(implicit, metric).mean}, standard error ${errorOverUsers}`)
      expect(Math.abs(gap)).toBeLessThan(errorOverUsers)
    }
  })
})
