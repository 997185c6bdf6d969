// What followed the last items of a history, in other people's. docs/math/transitions.md
import { MatineeError, type OptionValues } from '../../base/index.ts'
import type { Sequences } from '../../dataset/index.ts'
import { withKeptHistories, type Histories } from '../by-history.ts'
import type { FittedModel, History, ModelDefinition, ModelState } from '../contract.ts'
import { fittedItemWeights } from '../item-weights/fitted.ts'
import { knownRows, restoredItemWeights, type ItemWeights } from '../item-weights/state.ts'
import { numberOption } from '../tensors.ts'
import { transitionWeights } from './counts.ts'

const options = {
  window: {
    kind: 'integer', default: 120, min: 1, max: 10_000, tune: { min: 1, max: 200, scale: 'log' },
    help: 'Steps from an item to one that counts as its follower; the count of a pair is 1 / steps.',
  },
  normalisation: {
    kind: 'number', default: 0.35, min: 0, max: 1, tune: { min: 0.2, max: 0.8, scale: 'linear' },
    help: 'Counts are divided by the popularity of both items to this power; 0 favours the popular, 1 the rare.',
  },
  neighbours: {
    kind: 'integer', default: 300, min: 1, max: 100_000, tune: { min: 100, max: 2000, scale: 'log' },
    help: 'Followers that are kept of each item.',
  },
  lastItems: {
    kind: 'integer', default: 20, min: 1, max: 10_000, tune: { min: 2, max: 50, scale: 'log' },
    help: 'Items of a history that count, the last so many.',
  },
  decay: {
    kind: 'number', default: 0.7, min: 0.01, max: 1, tune: { min: 0.5, max: 1, scale: 'linear' },
    help: 'What an item of a history counts beside the one after it.',
  },
} as const

/** score = Σ over the last items of the history of decay^age × weight to the item */
export const transitions: ModelDefinition<typeof options> = {
  summary: 'What followed the last items of the history: directed counts, nearer followers count more.',
  options,
  seedless: true,
  defaultsChosen: 'the best of 46 configurations by NDCG@10 on the validation item of ml-1m-next-item (bench/results/transitions-defaults.jsonl)',
  uses: ['sequences'],
  async fit({ byItem, sequences }, values, context) {
    if (!sequences) throw new MatineeError('ERR_SHAPE', 'transitions are counted in sequences, and the training set was laid out without them.')
    const weights = await transitionWeights(sequences, byItem.nRows, values, context)
    return fitted({ weights, known: knownRows(byItem), histories: lastOf(sequences, values.lastItems) }, values)
  },
  withoutOthers: withKeptHistories,
  restore: async state => fitted(restoredItemWeights(state), {
    window: numberOption(state, 'window'),
    normalisation: numberOption(state, 'normalisation'),
    neighbours: numberOption(state, 'neighbours'),
    lastItems: numberOption(state, 'lastItems'),
    decay: numberOption(state, 'decay'),
  }),
}

function fitted(parts: ItemWeights, values: OptionValues<typeof options>): FittedModel {
  const strengths = ({ items: { length } }: History): Float64Array => {
    const powers = new Float64Array(length)
    for (let at = length - 1, power = 1; at >= 0 && length - at <= values.lastItems; at--, power *= values.decay) powers[at] = power
    return powers
  }
  const state: Pick<ModelState, 'model' | 'options'> = { model: 'transitions', options: { ...values } }
  return fittedItemWeights(parts, strengths, state)
}

// The last n items of each user; what a score needs of a history.
function lastOf({ indptr, items }: Sequences, n: number): Histories {
  const starts = new Uint32Array(indptr.length)
  for (let user = 0; user + 1 < indptr.length; user++) starts[user + 1] = starts[user] + Math.min(n, indptr[user + 1] - indptr[user])
  const last = new Int32Array(starts[indptr.length - 1])
  for (let user = 0; user + 1 < indptr.length; user++) {
    last.set(items.subarray(indptr[user + 1] - (starts[user + 1] - starts[user]), indptr[user + 1]), starts[user])
  }
  return { indptr: starts, items: last, weights: new Float32Array(last.length).fill(1) }
}
