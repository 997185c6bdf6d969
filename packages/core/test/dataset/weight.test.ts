// Ratings to weights, and the two sides of a training set.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { log1p } from '../../src/base/index.ts'
import { prepareDataset, selectRows, trainingSet, withHeldOut, type Interactions, weigh, type Weighting, weightingOption, weightings } from '../../src/dataset/index.ts'
import { transpose } from '../../src/sparse/index.ts'
import { distinctRows, rawEvents } from './rows.ts'

const ratings = prepareDataset(rawEvents([
  { user: 'u', item: 'b', value: 5 }, { user: 'v', item: 'a', value: 0.5 }, { user: 'u', item: 'a', value: 3 },
]))
const weights = prepareDataset(rawEvents([{ user: 'u', item: 'b', value: 5 }], { valueKind: 'weight' }))

function weightsOf({ values, valueKind }: Interactions, weighting: Weighting): Float32Array {
  const weights = values.slice()
  weigh(weights, valueKind, weighting)
  return weights
}

describe('weigh', () => {
  test('log is ln(1 + rating), as float32', () => {
    expect(weightsOf(ratings.interactions, 'log')).toEqual(Float32Array.of(log1p(5), log1p(0.5), log1p(3)))
    expect(weightings.log(3)).toBeCloseTo(Math.LN2 * 2, 15)
  })
  test('linear is the rating, binary is 1', () => {
    expect(weightsOf(ratings.interactions, 'linear')).toEqual(Float32Array.of(5, 0.5, 3))
    expect(weightsOf(ratings.interactions, 'binary')).toEqual(Float32Array.of(1, 1, 1))
  })
  test('weights of events stay as they are, whatever the weighting', () => {
    for (const weighting of weightingOption.choices) expect(weightsOf(weights.interactions, weighting)).toEqual(weights.interactions.values)
  })
  test('every weighting gives weights > 0 that do not fall as the rating rises', () => {
    const levels = [0.5, 1, 2, 3, 4, 5, 10]
    for (const weightOf of Object.values(weightings)) {
      const of = levels.map(weightOf)
      expect(of[0]).toBeGreaterThan(0)
      expect(of).toEqual(of.toSorted((a, b) => a - b))
    }
  })
  test('a weighting that does not exist throws ERR_UNKNOWN_NAME with those that do', () => {
    for (const name of ['cubic', 'toString']) {
      expect(() => weightsOf(ratings.interactions, name as Weighting))
        .toThrow(`ERR_UNKNOWN_NAME: there is no weighting "${name}"; expected one of log, linear, binary.`)
    }
  })
})

describe('trainingSet', () => {
  test('holds the weights by user and by item', () => {
    const { byUser, byItem, weighting } = trainingSet(ratings.interactions, 'linear')
    expect(weighting).toBe('linear')
    // items: b = 0, a = 1
    expect([[...byUser.indptr], [...byUser.indices], [...byUser.values]]).toEqual([[0, 2, 3], [0, 1, 1], [5, 3, 0.5]])
    expect([[...byItem.indptr], [...byItem.indices], [...byItem.values]]).toEqual([[0, 1, 3], [0, 0, 1], [5, 3, 0.5]])
  })
  test('of rows that are not kept it holds nothing: it is the set of the kept rows', () => {
    fc.assert(fc.property(distinctRows(true), fc.infiniteStream(fc.integer({ min: 0, max: 1 })), (rows, bits) => {
      const { interactions } = prepareDataset(rawEvents(rows))
      const isKept = Uint8Array.from(bits.take(interactions.items.length))
      const { times: _, ...part } = trainingSet(interactions, 'log', { isKept })
      const { times: __, ...alone } = trainingSet(selectRows(interactions, [...isKept.keys()].filter(row => isKept[row])), 'log')
      expect(part).toEqual(alone)
    }))
  })
  test('with what was held out it is the set of all rows', () => {
    fc.assert(fc.property(distinctRows(true), fc.infiniteStream(fc.integer({ min: 0, max: 1 })), (rows, bits) => {
      const { interactions } = prepareDataset(rawEvents(rows))
      const isKept = Uint8Array.from(bits.take(interactions.items.length))
      const heldOut = selectRows(interactions, [...isKept.keys()].filter(row => !isKept[row]))
      expect(withHeldOut(trainingSet(interactions, 'log', { isKept }), heldOut)).toEqual(trainingSet(interactions, 'log'))
    }))
  })
  test('both sides are one matrix, with an entry for every interaction', () => {
    fc.assert(fc.property(distinctRows(false), rows => {
      const { interactions } = prepareDataset(rawEvents(rows))
      const { byUser, byItem } = trainingSet(interactions, 'log')
      expect(transpose(byItem)).toEqual(byUser)
      expect([byUser.nRows, byUser.nColumns, byUser.values.length]).toEqual([interactions.nUsers, interactions.nItems, rows.length])
    }))
  })
})
