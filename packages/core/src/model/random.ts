// A random order for each user: the floor that any model has to leave behind.
import { seededRandom } from '../base/index.ts'
import { randomRanks } from '../kernels/index.ts'
import type { FittedModel, ModelDefinition } from './contract.ts'
import { floatTensor, numberOption } from './tensors.ts'

/** score = a uniform number in [0, 1) by seed, user and item; NaN for an item without training interactions. */
export const random: ModelDefinition<Record<never, never>> = {
  summary: 'A random order by user; the floor.',
  options: {},
  defaultsChosen: 'nothing to choose',
  fit: async ({ byUser: { nRows: nUsers }, byItem }, _, { seed }) => {
    const known = Float32Array.from({ length: byItem.nRows }, (_, item) => byItem.indptr[item + 1] > byItem.indptr[item] ? 1 : NaN)
    return fitted(known, nUsers, seed)
  },
  restore: async state => fitted(floatTensor(state, 'known', [-1]).data, numberOption(state, 'nUsers'), numberOption(state, 'seed')),
}

// known: [nItems], 1 or NaN
function fitted(known: Float32Array, nUsers: number, seed: number): FittedModel {
  const nItems = known.length
  return {
    nUsers,
    nItems,
    batch: 32,
    scoreUsers(users, out) {
      users.forEach((user, row) => {
        const { uniform } = seededRandom(seed, user)
        for (let item = 0; item < nItems; item++) out[row * nItems + item] = uniform() * known[item]
      })
    },
    rankUsers: (users, relevant, exclude, context) => randomRanks({ known, seed, users, relevant, exclude }, context),
    state: () => ({ model: 'random', options: { nUsers, seed }, tensors: { known: { shape: [nItems], data: known } } }),
  }
}
