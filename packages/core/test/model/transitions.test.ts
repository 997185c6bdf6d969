// Transitions by hand: three sequences over five items.
import { describe, expect, test } from 'vitest'
import { itemIndex, userIndex } from '../../src/base/index.ts'
import { trainingSet, type Interactions, type Sequences } from '../../src/dataset/index.ts'
import { models, type FittedModel } from '../../src/model/index.ts'

// a b c d · b c · c a; e is nobody's
const sequences: Sequences = { indptr: Uint32Array.from([0, 4, 6, 8]), items: Int32Array.from([0, 1, 2, 3, 1, 2, 2, 0]) }
const interactions: Interactions = {
  nUsers: 3, nItems: 5, users: Int32Array.from([0, 0, 0, 0, 1, 1, 2, 2]), items: sequences.items, values: new Float32Array(8).fill(1), valueKind: 'weight',
}
const training = trainingSet(interactions, 'log', { sequences })
const given = { window: 10, normalisation: 0, neighbours: 10, lastItems: 10, decay: 1 }
const fit = (options: Partial<typeof given> = {}): Promise<FittedModel> => models.transitions.fit(training, { ...given, ...options }, { seed: 1 })
const scores = (model: FittedModel, ...items: number[]): number[] => {
  const out = new Float32Array(5)
  model.scoreHistory?.({ items, weights: items.map(() => 1) }, out)
  return Array.from(out, score => Number(score.toFixed(6)))
}

describe('by hand', () => {
  test('a pair counts 1 / distance in the order in which it was had, and not in the other', async () => {
    const model = await fit()
    expect(scores(model, 0)).toEqual([0, 1, 0.5, 0.333333, NaN])
    expect(scores(model, 1)).toEqual([0, 0, 2, 0.5, NaN])
    expect(scores(model, 2)).toEqual([1, 0, 0, 1, NaN])
    expect(scores(model, 3)).toEqual([0, 0, 0, 0, NaN])
  })

  test('no further than the window', async () => {
    expect(scores(await fit({ window: 2 }), 0)).toEqual([0, 1, 0.5, 0, NaN])
  })

  test('divided by the popularity of both, to the power of the normalisation', async () => {
    // had by 2, 2, 3, 1 users
    expect(scores(await fit({ normalisation: 1 }), 1)).toEqual([0, 0, 0.333333, 0.25, NaN])
    expect(scores(await fit({ normalisation: 0.5 }), 0)).toEqual([0, 0.5, Number((0.5 / Math.sqrt(6)).toFixed(6)), Number((1 / 3 / Math.sqrt(2)).toFixed(6)), NaN])
  })

  test('the strongest followers are kept, the lower index of equal ones', async () => {
    const model = await fit({ neighbours: 1 })
    expect(scores(model, 0)).toEqual([0, 1, 0, 0, NaN])
    expect(scores(model, 2)).toEqual([1, 0, 0, 0, NaN])
  })

  test('each item of the history counts decay as often as there are later ones, and only the last so many count', async () => {
    const model = await fit({ decay: 0.5, lastItems: 2 })
    expect(scores(model, 1, 0)).toEqual([0, 1, 0.5 * 2 + 0.5, 0.5 * 0.5 + 0.333333, NaN].map(score => Number(score.toFixed(6))))
    expect(scores(model, 2, 1, 0)).toEqual(scores(model, 1, 0))
    expect([...model.explain?.({ items: [2, 1, 0], weights: [1, 1, 1] }, itemIndex(3)) ?? []].map(share => Number(share.toFixed(6)))).toEqual([0, 0.25, 0.333333])
  })
})

test('of a user the last items are kept, which are all that a score needs', async () => {
  const model = await fit({ lastItems: 2, decay: 0.5 })
  expect(Array.from(model.historyOf?.(userIndex(0)).items ?? [])).toEqual([2, 3])
  const [own, whole] = [new Float32Array(5), new Float32Array(5)]
  model.scoreUsers([userIndex(0)], own)
  model.scoreHistory?.({ items: [0, 1, 2, 3], weights: [1, 1, 1, 1] }, whole)
  expect(own).toEqual(whole)
})

test('a training set without sequences is refused', async () => {
  await expect(models.transitions.fit(trainingSet(interactions, 'log'), given, { seed: 1 })).rejects.toThrow(/ERR_SHAPE: transitions are counted in sequences/)
})
