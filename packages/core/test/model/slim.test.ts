import { expect, test } from 'vitest'
import { resolveOptions, userIndex } from '../../src/base/index.ts'
import { trainingSet } from '../../src/dataset/index.ts'
import { models } from '../../src/model/index.ts'
import { buildCsr, transpose } from '../../src/sparse/index.ts'
import { randomInteractions } from '../random-problem.ts'

const optionsOf = (options: object) => resolveOptions(models.slim.options, { dropout: 0, ...options })

test('three items, by hand: users {a, b}, {a, b}, {a, c}, {b}, lambda 1', async () => {
  const byUser = buildCsr(Int32Array.of(0, 0, 1, 1, 2, 2, 3), Int32Array.of(0, 1, 0, 1, 0, 2, 1), new Float32Array(7).fill(2), 4, 3)
  const scoresOf = async (neighbours: number, dropout = 0): Promise<number[]> => {
    const model = await models.slim.fit({ weighting: 'log', byUser, byItem: transpose(byUser) }, optionsOf({ neighbours, regularization: 1, dropout }), { seed: 1 })
    const scores = new Float32Array(3)
    model.scoreUsers([userIndex(2)], scores)
    return [...scores]
  }
  // G: a 3, b 3, c 1; ab 2, ac 1. a from b and c, which nobody had both: 2 / (3 + 1), 1 / (1 + 1); b from a: 2 / 4; c from a: 1 / 4.
  expect(await scoresOf(2)).toEqual([0.5, 0.5, 0.25])
  expect(await scoresOf(1)).toEqual([0, 0.5, 0.25]) // a's nearest is b
  expect(await scoresOf(2, 0.5)).toEqual([1 / 3, 2 / 7, 1 / 7].map(Math.fround)) // G itself is added to the diagonal
})

test.each([0, 0.3])('with every item in every neighbourhood it is EASE (dropout %d)', async dropout => {
  const training = trainingSet(randomInteractions(200, 30, 0.4, 5), 'log')
  const fits = [
    await models.slim.fit(training, optionsOf({ neighbours: 29, regularization: 7, dropout }), { seed: 1 }),
    await models.ease.fit(training, { regularization: 7, dropout }, { seed: 1 }),
  ]
  for (const user of [0, 1, 50, 199]) {
    const [slim, ease] = fits.map(model => {
      const scores = new Float32Array(30)
      model.scoreUsers([userIndex(user)], scores)
      return scores
    })
    for (let item = 0; item < 29; item++) expect(slim[item]).toBeCloseTo(ease[item], 5)
  }
})

test('more neighbours than there are items are all of them', async () => {
  const training = trainingSet(randomInteractions(50, 12, 0.4, 6), 'log')
  const fit = async (neighbours: number) => (await models.slim.fit(training, optionsOf({ neighbours }), { seed: 1 })).state().tensors
  expect(await fit(1000)).toEqual(await fit(11))
})
