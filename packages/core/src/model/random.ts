// A random order for each user: the floor that any model has to leave behind.
//
// The order is a permutation with a key, so an item's place in it is known without drawing the others'. It permutes a power
// of two and is walked until it is back among the items (Black and Rogaway 2002, §4).
import { inTurns, MatineeError, seededRandom, type RunContext } from '../base/index.ts'
import { rowIndices, rowLength, type Csr } from '../sparse/index.ts'
import type { FittedModel, ModelDefinition } from './contract.ts'
import { floatTensor, numberOption, withKeptRows } from './tensors.ts'

/** score = place/n in a random order of the n items with training interactions, by seed and user; NaN for other items. */
export const random: ModelDefinition<Record<never, never>> = {
  summary: 'A random order by user; the floor.',
  options: {},
  defaultsChosen: 'nothing to choose',
  fit: async ({ byUser: { nRows: nUsers }, byItem }, _, { seed }) => {
    const known = Float32Array.from({ length: byItem.nRows }, (_, item) => byItem.indptr[item + 1] > byItem.indptr[item] ? 1 : NaN)
    return fitted(known, Uint32Array.from({ length: nUsers }, (_, user) => user), seed)
  },
  withoutOthers: (state, kept) => withKeptRows(state, 'user_keys', kept),
  async restore(state) {
    const keys = state.tensors.user_keys?.data
    if (keys instanceof Uint32Array) return fitted(floatTensor(state, 'known', [-1]).data, keys, numberOption(state, 'seed'))
    throw new MatineeError('ERR_FORMAT', 'the random model\'s user_keys are missing, expected a whole number for each user.')
  },
}

// known: [nItems], 1 or NaN. keys: [nUsers], of a user's order; the user's own wherever the others are.
function fitted(known: Float32Array, keys: Uint32Array, seed: number): FittedModel {
  const nItems = known.length
  const nUsers = keys.length
  // [nItems], number among the known items, or −1
  const numbers = new Int32Array(nItems)
  let n = 0
  known.forEach((isKnown, item) => { numbers[item] = isKnown === 1 ? n++ : -1 })
  const scoreOf = (place: number): number => Math.fround(place / n)
  return {
    nUsers,
    nItems,
    batch: 32,
    scoreUsers(users, out) {
      users.forEach((user, row) => {
        const place = permutation(n, seed, keys[user])
        for (let item = 0; item < nItems; item++) out[row * nItems + item] = numbers[item] < 0 ? NaN : scoreOf(place(numbers[item]))
      })
    },
    rankUsers: (users, relevant, exclude, _limit, context) => ranks(users, relevant, exclude, context, user => {
      const place = permutation(n, seed, keys[user])
      return (item, excluded) => {
        if (numbers[item] < 0) return Infinity
        let least = place(numbers[item])
        const score = scoreOf(least)
        while (least > 0 && scoreOf(least - 1) === score) least-- // beyond 2²⁴ items float32 cannot tell places apart
        let rank = n - least
        for (const other of excluded) if (numbers[other] >= 0 && place(numbers[other]) >= least) rank--
        return rank
      }
    }),
    state: () => ({
      model: 'random',
      options: { seed },
      tensors: { known: { shape: [nItems], data: known }, user_keys: { shape: [nUsers], data: keys } },
    }),
  }
}

// FittedModel.rankUsers, from what tells the rank of one item beside those that are no candidates.
async function ranks(
  users: ArrayLike<number>, relevant: Csr, exclude: Csr, context: RunContext,
  ranker: (user: number) => (item: number, excluded: Int32Array) => number,
): Promise<Float64Array> {
  const all = new Float64Array(Array.from(users).reduce((sum, user) => sum + rowLength(relevant, user), 0))
  let next = 0
  await inTurns('rank', users.length, at => {
    const rank = ranker(users[at])
    for (const item of rowIndices(relevant, users[at])) all[next++] = rank(item, rowIndices(exclude, users[at]))
  }, context)
  return all
}

/** A permutation of 0 … n − 1 by its key: rounds that can each be undone on the next power of two, until it is below n. */
function permutation(n: number, ...key: readonly number[]): (value: number) => number {
  const { uint32 } = seededRandom(...key)
  const bits = Math.max(1, 32 - Math.clz32(n - 1))
  const mask = 0xffffffff >>> (32 - bits)
  const shift = (bits + 1) >>> 1
  const [a, b, c, d] = [uint32(), uint32(), uint32(), uint32()]
  const [p, q, r, s] = [uint32() | 1, uint32() | 1, uint32() | 1, uint32() | 1] // odd: a product can be undone
  return value => {
    do {
      value = Math.imul(value ^ a, p) & mask
      value = Math.imul(value ^ value >>> shift ^ b, q) & mask
      value = Math.imul(value ^ value >>> shift ^ c, r) & mask
      value = Math.imul(value ^ value >>> shift ^ d, s) & mask
      value ^= value >>> shift
    } while (value >= n)
    return value
  }
}
