// Votes of neighbours: by hand, and against the plain formulas.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pow, userIndex } from '../../src/base/index.ts'
import { trainingSet, type Interactions, type Sequences, type TrainingSet } from '../../src/dataset/index.ts'
import { models, type FittedModel } from '../../src/model/index.ts'

interface Options { lastItems: number, decay: number, normalisation: number, scale: number, neighbours: number, window: number }
const plain: Options = { lastItems: 10, decay: 1, normalisation: 0, scale: 2, neighbours: 10, window: 10 }

function trainingOf(lists: readonly (readonly number[])[], nItems: number): TrainingSet {
  const items = Int32Array.from(lists.flat())
  const indptr = Uint32Array.from({ length: lists.length + 1 }, (_, user) => lists.slice(0, user).flat().length)
  const sequences: Sequences = { indptr, items }
  const interactions: Interactions = {
    nUsers: lists.length, nItems, users: Int32Array.from(lists.flatMap((list, user) => list.map(() => user))), items, values: new Float32Array(items.length).fill(1), valueKind: 'weight',
  }
  return trainingSet(interactions, 'log', { sequences })
}

function scores(model: FittedModel, history: readonly number[]): Float32Array {
  const out = new Float32Array(model.nItems)
  model.scoreHistory?.({ items: history, weights: history.map(() => 1) }, out)
  return out
}
const rounded = (values: Float32Array): number[] => Array.from(values, value => Number(value.toFixed(5)))

describe('by hand', () => {
  // a b c d · b c · c a; e is nobody's
  const training = trainingOf([[0, 1, 2, 3], [1, 2], [2, 0]], 5)
  const fit = (options: Partial<Options> = {}): Promise<FittedModel> => models.neighbours.fit(training, { ...plain, ...options }, { seed: 1 })

  test('who had the last item votes for what came after it, 1 / steps, by the square of the nearness', async () => {
    expect(rounded(scores(await fit(), [0]))).toEqual([0, 1, 0.5, 0.33333, NaN])
    expect(rounded(scores(await fit(), [2]))).toEqual([1, 0, 0, 1, NaN])
  })
  test('another item in common counts the less the further it is from the latest', async () => {
    // for a, b: the first has b with 1, a at one step with 2 / (2 + 1); the second has b alone; the third a alone, and nothing after it
    const first = (1 + 2 / 3) ** 2
    expect(rounded(scores(await fit(), [0, 1]))).toEqual([0, 0, Number((first + 1).toFixed(5)), Number((first / 2).toFixed(5)), NaN])
  })
  test('an older item counts by the decay, a popular one by the normalisation', async () => {
    const first = (1 + 0.5 * 2 / 3) ** 2
    expect(rounded(scores(await fit({ decay: 0.5 }), [0, 1]))).toEqual([0, 0, Number((first + 1).toFixed(5)), Number((first / 2).toFixed(5)), NaN])
    expect(rounded(scores(await fit({ normalisation: 1 }), [2]))).toEqual([0.11111, 0, 0, 0.11111, NaN]) // three had c
  })
  test('no further than the window, and only the last so many items count', async () => {
    expect(rounded(scores(await fit({ window: 1 }), [0]))).toEqual([0, 1, 0, 0, NaN])
    expect(scores(await fit({ lastItems: 1 }), [0, 1])).toEqual(scores(await fit(), [1]))
  })
  test('of many the nearest vote, and those who are as near as the last of them', async () => {
    const first = (1 + 2 / 3) ** 2
    expect(rounded(scores(await fit({ neighbours: 1 }), [0, 1]))).toEqual([0, 0, Number(first.toFixed(5)), Number((first / 2).toFixed(5)), NaN])
    expect(scores(await fit({ neighbours: 1 }), [2])).toEqual(scores(await fit(), [2])) // all three are as near
  })
  test('an empty history, and one of an item that is nobody\'s, have no neighbours', async () => {
    for (const history of [[], [4]]) expect([...scores(await fit(), history)]).toEqual([0, 0, 0, 0, NaN])
  })
  test('a user has the scores of the own sequence, whole', async () => {
    const out = new Float32Array(5)
    const model = await fit()
    model.scoreUsers([userIndex(0)], out)
    expect(out).toEqual(scores(model, [0, 1, 2, 3]))
  })
})

// The sums in float64 and one after the other, from the formulas of votes.ts.
function slowScores(lists: readonly (readonly number[])[], nItems: number, history: readonly number[], options: Options): number[] {
  const popularity = (item: number): number => lists.filter(list => list.includes(item)).length
  const lately = history.slice(-options.lastItems).reverse()
  const near = lists.map(list => {
    const anchor = list.indexOf(lately.find(item => list.includes(item)) ?? -1)
    const nearness = lately.reduce((sum, item, age) => {
      const place = list.indexOf(item)
      const decayed = lately.slice(0, age).reduce(product => product * options.decay, 1)
      const counts = pow(Math.max(1, popularity(item)), -options.normalisation) * decayed
      if (place < 0) return sum
      return sum + (place === anchor ? counts : counts * options.scale / (options.scale + Math.abs(place - anchor))) // so that equal ones are equal
    }, 0)
    return { list, anchor, nearness }
  })
  const least = near.map(({ nearness }) => nearness).sort((a, b) => b - a)[options.neighbours - 1] ?? 0
  const sums = Array.from({ length: nItems }, (_, item) => popularity(item) > 0 ? 0 : NaN)
  for (const { list, anchor, nearness } of near) {
    if (anchor < 0 || nearness < least) continue
    list.forEach((item, place) => { if (place > anchor && place <= anchor + options.window) sums[item] += nearness ** 2 / (place - anchor) })
  }
  return sums
}

const N_ITEMS = 9
const list = fc.uniqueArray(fc.integer({ min: 0, max: N_ITEMS - 1 }), { maxLength: N_ITEMS })
const someOptions = fc.record<Options>({
  lastItems: fc.integer({ min: 1, max: 6 }), decay: fc.constantFrom(0.5, 0.85, 1), normalisation: fc.constantFrom(0, 0.3, 1),
  scale: fc.constantFrom(0.5, 3, 20), neighbours: fc.integer({ min: 1, max: 8 }), window: fc.integer({ min: 1, max: 8 }),
})

test('is the sum of the formulas, of any sequences, one history after the other', async () => {
  await fc.assert(fc.asyncProperty(fc.array(list, { minLength: 1, maxLength: 12 }), fc.array(list, { minLength: 1, maxLength: 4 }), someOptions, async (lists, histories, options) => {
    const model = await models.neighbours.fit(trainingOf(lists, N_ITEMS), options, { seed: 1 })
    for (const history of histories) {
      const slow = slowScores(lists, N_ITEMS, history, options)
      scores(model, history).forEach((score, item) => {
        if (Number.isNaN(slow[item])) expect(score).toBeNaN()
        else expect(score).toBeCloseTo(slow[item], 4)
      })
    }
  }), { numRuns: 300 })
})

test('items so old that they count nothing meet nobody, however many there are', async () => {
  const everything = Array.from({ length: 1000 }, (_, item) => item)
  const model = await models.neighbours.fit(trainingOf([everything, [3, 4], [999, 5]], 1000), { ...plain, lastItems: 10_000, decay: 0.01 }, { seed: 1 })
  const out = scores(model, everything)
  expect(out.every(Number.isFinite)).toBe(true)
  expect(scores(model, everything.slice(-100))).toEqual(out)
})

test('a training set without sequences is refused, and so is a state with other numbers or items', async () => {
  const { sequences: _, ...without } = trainingOf([[0, 1]], 3)
  await expect(models.neighbours.fit(without, plain, { seed: 1 })).rejects.toThrow(/ERR_SHAPE: neighbours are found by sequences/)
  const state = (await models.neighbours.fit(trainingOf([[0, 1]], 3), plain, { seed: 1 })).state()
  const { known: __, ...others } = state.tensors
  const wrong = [
    { ...state, tensors: others }, { ...state, options: { ...state.options, scale: 'x' } }, { ...state, options: {} },
    { ...state, tensors: { ...state.tensors, known: { shape: [1], data: new Uint8Array(1) } } },
    { ...state, tensors: { ...state.tensors, history_items: { shape: [2], data: Int32Array.of(0, -1) } } },
  ]
  for (const bad of wrong) await expect(models.neighbours.restore(bad)).rejects.toMatchObject({ code: 'ERR_FORMAT' })
  for (const lastItems of [-1, 1e12, Infinity]) {
    const model = await models.neighbours.restore({ ...state, options: { ...state.options, lastItems } })
    expect(() => scores(model, [0, 1])).not.toThrow()
  }
})
