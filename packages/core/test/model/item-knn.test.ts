// Nearest neighbours by hand: three users, four items, weights 1.
import { describe, expect, test } from 'vitest'
import { itemIndex, userIndex } from '../../src/base/index.ts'
import { trainingSet, type Interactions } from '../../src/dataset/index.ts'
import { models, type FittedModel } from '../../src/model/index.ts'

// a: 0, 1, 2 · b: 0, 1 · c: 2 · d: nobody
const interactions: Interactions = {
  nUsers: 3, nItems: 4, users: Int32Array.from([0, 0, 1, 1, 2, 2]), items: Int32Array.from([0, 1, 0, 1, 0, 2]), values: new Float32Array(6).fill(1), valueKind: 'weight',
}
const training = trainingSet(interactions, 'log')
const fit = (options: Partial<{ similarity: 'cosine' | 'tf-idf' | 'bm25', neighbours: number, shrinkage: number }> = {}): Promise<FittedModel> =>
  models['item-knn'].fit(training, { similarity: 'cosine', neighbours: 3, shrinkage: 0, ...options }, { seed: 1, threads: 1 })
const similar = (model: FittedModel, item: number): number[] => {
  const out = new Float32Array(4)
  model.similarItems?.(itemIndex(item), out)
  return [...out]
}
const close = (actual: readonly number[], expected: readonly number[]): void => expected.forEach((value, at) => {
  if (Number.isNaN(value)) expect(actual[at]).toBeNaN()
  else expect(actual[at]).toBeCloseTo(value, 6)
})

describe('by hand', () => {
  test('the cosine is the users of both over the root of the product of the users of each', async () => {
    const model = await fit()
    close(similar(model, 0), [1, 2 / Math.sqrt(6), 1 / Math.sqrt(3), NaN])
    close(similar(model, 1), [2 / Math.sqrt(6), 1, 0, NaN])
    close(similar(model, 3), [NaN, NaN, NaN, NaN])
  })

  test('shrinkage is added to the product of the lengths', async () => {
    close(similar(await fit({ shrinkage: 2 }), 0), [1, 2 / (Math.sqrt(6) + 2), 1 / (Math.sqrt(3) + 2), NaN])
  })

  test('a similarity that one of two items keeps is known for both; what neither keeps is 0', async () => {
    const model = await fit({ neighbours: 1 }) // a keeps b, b and c keep a
    close(similar(model, 0), [1, 2 / Math.sqrt(6), 1 / Math.sqrt(3), NaN])
    close(similar(model, 2), [1 / Math.sqrt(3), 0, 1, NaN])
  })

  test('a score is the sum of weight · similarity over the history, 0 where nothing leads to, and its shares are those', async () => {
    const model = await fit({ neighbours: 1 })
    const out = new Float32Array(4)
    const history = { items: [1, 2], weights: [1, 3] }
    model.scoreHistory?.(history, out)
    close([...out], [2 / Math.sqrt(6) + 3 / Math.sqrt(3), 0, 0, NaN])
    close([...model.explain?.(history, itemIndex(0)) ?? []], [2 / Math.sqrt(6), 3 / Math.sqrt(3)])
  })

  test('tf-idf weighs users by ln m − ln (1 + n_u): with equal n_u it is the cosine', async () => {
    const [tfIdf, cosine] = [await fit({ similarity: 'tf-idf' }), await fit()]
    for (const item of [0, 1, 2]) close(similar(tfIdf, item), similar(cosine, item))
  })

  // idf is the same for all users and the saturation the same for all of an item's weights, so the lengths cancel both
  test('bm25 with equal weights and equal n_u is the cosine', async () => {
    const [bm25, cosine] = [await fit({ similarity: 'bm25' }), await fit()]
    for (const item of [0, 1, 2]) close(similar(bm25, item), similar(cosine, item))
  })
})

describe('who has had much', () => {
  // user 2 has had e and f besides; 6 items
  const more = trainingSet({
    nUsers: 3, nItems: 6, users: Int32Array.from([0, 0, 1, 1, 2, 2, 2, 2]), items: Int32Array.from([0, 1, 0, 1, 0, 2, 4, 5]),
    values: Float32Array.from([4, 1, 1, 1, 1, 1, 1, 1]), valueKind: 'weight',
  }, 'log')
  const rowOf = async (similarity: 'tf-idf' | 'bm25'): Promise<number[]> => {
    const model = await models['item-knn'].fit(more, { similarity, neighbours: 5, shrinkage: 0 }, { seed: 1 })
    const out = new Float32Array(6)
    model.similarItems?.(itemIndex(0), out)
    return [...out]
  }
  const cosine = (a: readonly number[], b: readonly number[]): number => {
    const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, value, at) => sum + value * y[at], 0)
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
  }
  const [few, many] = [Math.log(6 / 3), Math.log(6 / 5)] // of 6 items two and four were had

  test('counts less by tf-idf, where a weight counts as its root', async () => {
    const a = [2 * few, few, many]
    close(await rowOf('tf-idf'), [1, cosine(a, [few, few, 0]), cosine(a, [0, 0, many]), NaN])
  })

  test('counts less by bm25, where a weight saturates', async () => {
    // Σ weights: a 6, b 2, c, e and f 1 each, d 0: on the mean 11/6
    const tf = (weight: number, length: number): number => weight * 2.2 / (1.2 * (0.25 + 0.75 * length / (11 / 6)) + weight)
    const a = [tf(4, 6) * few, tf(1, 6) * few, tf(1, 6) * many]
    close(await rowOf('bm25'), [1, cosine(a, [few, few, 0]), cosine(a, [0, 0, many]), NaN])
  })
})

test('a list goes on after what was met, with score 0 in the order of the index', async () => {
  const model = await fit({ neighbours: 1 })
  const lists = model.listHistory?.({ items: [1], weights: [1] }, 4, {})
  expect([...lists?.items ?? []]).toEqual([0, 1, 2, -1])
  close([...lists?.scores ?? []].slice(0, 3), [2 / Math.sqrt(6), 0, 0])
  const user = model.listUser?.(userIndex(2), 2, { exclude: [0, 2] }) // c is met by a only
  expect([...user?.items ?? []]).toEqual([1, -1])
})
