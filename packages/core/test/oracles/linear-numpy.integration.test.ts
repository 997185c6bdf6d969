// EASE and slim on the real MovieLens 100K against float64 numpy, run live: bench/oracles/linear_numpy.py, which knows only the papers.
import { describe, expect, test } from 'vitest'
import { frobeniusError } from '../../../../bench/oracles/problem.ts'
import { askOracle, pythonWith } from '../../../../bench/oracles/python.ts'
import { models } from '../../src/model/index.ts'
import { missingData, splitOfMovieLens } from './ml-100k.ts'

const oracle = missingData ? { missing: missingData } : await pythonWith('numpy')
const reason = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`

// An inverse in float32 loses as many digits as the condition of G + D has: 29,000 with lambda 1 and 290 with 100.
const cases = [
  { regularization: 1, dropout: 0, neighbours: 50, inverseError: 3e-4 },
  { regularization: 100, dropout: 0, neighbours: 100, inverseError: 1e-5 },
  { regularization: 20, dropout: 0.1, neighbours: 100, inverseError: 1e-5 },
]

describe.skipIf(reason).each(cases)(`MovieLens 100K, lambda $regularization, dropout $dropout, $neighbours neighbours${reason}`, ({ inverseError, ...options }) => {
  test('EASE is numpy\'s inverse to what float32 can hold, slim numpy\'s weights to float32\'s last digits', async () => {
    const { training, fitRows: { users, items, nUsers, nItems } } = await splitOfMovieLens()
    const column = (data: Int32Array) => ({ shape: [data.length], data })
    const metadata = Object.fromEntries(Object.entries({ nUsers, nItems, ...options }).map(([name, value]) => [name, String(value)]))
    const answer = await askOracle(oracle.missing === undefined ? oracle.program : '', 'linear_numpy.py', { tensors: { users: column(users), items: column(items) }, metadata })

    const { regularization, dropout } = options
    const ease = (await models.ease.fit(training, { regularization, dropout }, { seed: 1 })).state().tensors
    const error = frobeniusError(ease.inverse.data, answer.tensors.inverse.data)
    const slim = (await models.slim.fit(training, options, { seed: 1 })).state().tensors
    const dense = new Float64Array(nItems * nItems)
    for (let item = 0; item < nItems; item++) {
      for (let at = slim.weights_indptr.data[item]; at < slim.weights_indptr.data[item + 1]; at++) {
        dense[item * nItems + slim.weights_items.data[at]] = slim.weights_values.data[at]
      }
    }
    const slimError = frobeniusError(dense, answer.tensors.slim.data)
    console.log(`lambda ${regularization}, dropout ${dropout}: ease ${error.toExponential(1)}, slim ${slimError.toExponential(1)}`)
    expect(error).toBeLessThan(inverseError)
    expect(slimError).toBeLessThan(1e-7)
  })
})
