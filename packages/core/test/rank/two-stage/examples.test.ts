// What is cut off, and that nothing of it is left in any part of what stays.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkHidden, type TrainingSet } from '../../../src/dataset/index.ts'
import { cutOff, historiesOf, type Cut } from '../../../src/rank/two-stage/examples.ts'
import { rowIndices } from '../../../src/sparse/index.ts'
import { smallWorld, trainingOf, type World } from '../small-world.ts'

interface Wanted { positions: number, examples: number }

function cutOf(world: World, wanted: Wanted, seed = 7): Cut & { readonly whole: TrainingSet } {
  const whole = trainingOf(smallWorld(world))
  return { whole, ...cutOff(whole, sequencesOf(whole), wanted, seed) }
}

function sequencesOf({ sequences }: TrainingSet) {
  if (!sequences) throw new Error('laid out without sequences')
  return sequences
}
const sequenceOf = (training: TrainingSet, user: number): number[] => {
  const { indptr, items } = sequencesOf(training)
  return [...items.subarray(indptr[user], indptr[user + 1])]
}

const worlds = fc.record<World>({
  users: fc.integer({ min: 1, max: 15 }), lengths: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 15, maxLength: 15 }), seed: fc.nat(1000), hasTimes: fc.boolean(),
}).filter(({ users = 0, lengths = [] }) => lengths.slice(0, users).some(length => length > 2))
const wanteds = fc.record<Wanted>({ positions: fc.integer({ min: 1, max: 5 }), examples: fc.integer({ min: 1, max: 60 }) })

describe('cutOff', () => {
  test('leaves the beginning of each sequence, two at least, and makes an example of each that comes after it', () => {
    fc.assert(fc.property(worlds, wanteds, (world, wanted) => {
      const { whole, training, examples } = cutOf(world, wanted)
      const histories = historiesOf(whole, sequencesOf(whole))
      let nCut = 0
      for (let user = 0; user < whole.byUser.nRows; user++) {
        const all = sequenceOf(whole, user)
        const left = sequenceOf(training, user)
        expect(left).toEqual(all.slice(0, left.length))
        expect(left.length).toBeGreaterThanOrEqual(Math.min(2, all.length))
        expect(all.length - left.length).toBeLessThanOrEqual(Math.min(wanted.positions, Math.max(1, Math.floor(wanted.examples / whole.byUser.nRows))))
        const own = examples.filter(example => example.user === user)
        expect(own.map(({ label }) => label)).toEqual(all.slice(left.length))
        own.forEach(({ history }, at) => {
          expect([...Array.from(history.items)]).toEqual(all.slice(0, left.length + at))
          const start = histories.indptr[user]
          expect([...Array.from(history.weights)]).toEqual([...histories.weights.subarray(start, start + left.length + at)])
        })
        expect(new Set(own.map(({ isValidation }) => isValidation)).size).toBeLessThanOrEqual(1)
        nCut += own.length
      }
      const ofEach = Math.min(wanted.positions, Math.max(1, Math.floor(wanted.examples / whole.byUser.nRows)))
      expect(nCut).toBe(Math.min(wanted.examples, sumOf(whole, length => Math.min(ofEach, Math.max(0, length - 2)))))
    }))
  })

  test('nothing that is to be found is left in byUser, byItem, sequences or times, and all else is', () => {
    fc.assert(fc.property(worlds, wanteds, (world, wanted) => {
      const { whole, training, examples } = cutOf(world, wanted)
      checkHidden(training, { users: examples.map(({ user }) => user), items: examples.map(({ label }) => label) }, 'the cut')
      const nLeft = whole.byUser.indices.length - examples.length
      const { byUser, byItem, sequences, times } = training
      expect([byUser.indices.length, byItem.indices.length, sequences?.items.length]).toEqual([nLeft, nLeft, nLeft])
      expect(times?.isKept?.reduce((sum, kept) => sum + kept, 0)).toBe(world.hasTimes ? nLeft : undefined)
      for (let user = 0; user < byUser.nRows; user++) {
        expect([...rowIndices(byUser, user)]).toEqual(sequenceOf(training, user).sort((a, b) => a - b))
      }
      const weights = new Map(Array.from(rowsOf(whole), ([user, item, weight]) => [`${user} ${item}`, weight]))
      for (const [user, item, weight] of rowsOf(training)) expect(weight).toBe(weights.get(`${user} ${item}`))
    }))
  })

  test('the times that are left are those of the items that are left', () => {
    const { whole, training } = cutOf({}, { positions: 2, examples: 50 })
    const { sequences, times } = training
    const kept = Array.from(times?.items ?? []).flatMap((item, row) => times?.isKept?.[row] ? [`${item} ${times.timestamps[row]}`] : [])
    expect(kept).toEqual(Array.from(sequences?.items ?? [], (item, row) => `${item} ${sequences?.timestamps?.[row]}`))
    const before = new Set(Array.from(whole.sequences?.items ?? [], (item, row) => `${item} ${whole.sequences?.timestamps?.[row]}`))
    expect(kept.every(each => before.has(each))).toBe(true)
  })

  test('users are drawn by the seed: other seeds cut others where not all are, and stop on others; the catalogue stays', () => {
    const [one, again, other] = [1, 1, 2].map(seed => cutOf({}, { positions: 2, examples: 20 }, seed))
    expect(again).toEqual(one)
    const usersOf = ({ examples }: Cut): number[] => [...new Set(examples.map(({ user }) => user))]
    expect(usersOf(other)).not.toEqual(usersOf(one))
    expect(one.training.catalogue).toBe(one.whole.catalogue)
    const stoppedOn = (seed: number): number[] => cutOf({ users: 100 }, { positions: 2, examples: 1000 }, seed).examples.filter(({ isValidation }) => isValidation).map(({ user }) => user)
    expect(stoppedOn(1)).not.toEqual(stoppedOn(2))
    expect(new Set(stoppedOn(1)).size).toBeGreaterThan(3) // 10 are to be expected
    expect(new Set(stoppedOn(1)).size).toBeLessThan(20)
  })

  test('of sequences too short there is nothing to cut: ERR_EMPTY', () => {
    expect(() => cutOf({ users: 3, lengths: [1, 2, 2] }, { positions: 3, examples: 10 })).toThrow(/ERR_EMPTY: none of the 3 users has more than 2 interactions/)
  })
})

function sumOf(training: TrainingSet, of: (length: number) => number): number {
  return Array.from({ length: training.byUser.nRows }, (_, user) => of(sequenceOf(training, user).length)).reduce((sum, one) => sum + one, 0)
}
function* rowsOf({ byUser }: TrainingSet): Generator<[user: number, item: number, weight: number]> {
  for (let user = 0; user < byUser.nRows; user++) {
    for (let at = byUser.indptr[user]; at < byUser.indptr[user + 1]; at++) yield [user, byUser.indices[at], byUser.values[at]]
  }
}
