// What people had next who had lately had the same, side by side: nearest neighbours of sequences. docs/math/neighbours.md
import { MatineeError, type OptionValues } from '../../base/index.ts'
import { historyTensors, restoredHistories, withKeptHistories, type Histories } from '../by-history.ts'
import { bySums } from '../by-sums.ts'
import type { FittedModel, ModelDefinition, ModelState } from '../contract.ts'
import { knownRows } from '../item-weights/state.ts'
import { numberOption } from '../tensors.ts'
import { nearestUsers } from './nearest-users.ts'
import { votesOver } from './votes.ts'

const options = {
  lastItems: {
    kind: 'integer', default: 20, min: 1, max: 10_000, tune: { min: 5, max: 50, scale: 'log' },
    help: 'Items of a history that count, the last so many.',
  },
  decay: {
    kind: 'number', default: 0.85, min: 0.01, max: 1, tune: { min: 0.6, max: 1, scale: 'linear' },
    help: 'What an item of a history counts beside the one after it.',
  },
  normalisation: {
    kind: 'number', default: 0.3, min: 0, max: 1, tune: { min: 0, max: 0.8, scale: 'linear' },
    help: 'An item in common counts by its popularity to the power of minus this.',
  },
  scale: {
    kind: 'number', default: 20, min: 0.001, max: 1_000_000, tune: { min: 3, max: 100, scale: 'log' },
    help: 'Steps from a neighbour\'s latest item in common at which another one counts half.',
  },
  neighbours: {
    kind: 'integer', default: 500, min: 1, max: 1_000_000, tune: { min: 100, max: 2000, scale: 'log' },
    help: 'People who vote, the nearest so many.',
  },
  window: {
    kind: 'integer', default: 30, min: 1, max: 10_000, tune: { min: 5, max: 100, scale: 'log' },
    help: 'Steps from a neighbour\'s latest item in common to what the neighbour votes for; a vote counts 1 / steps.',
  },
} as const

/** score = Σ over the neighbours of nearness² / steps from the latest item in common to the item */
export const neighbours: ModelDefinition<typeof options> = {
  summary: 'What people had next who had lately had the same, side by side: nearest neighbours of sequences.',
  options,
  seedless: true,
  asksOthers: true,
  defaultsChosen: 'the best of 16 configurations by NDCG@10 on the validation item of ml-1m-next-item (bench/results/neighbours-defaults.jsonl)',
  uses: ['sequences'],
  async fit({ byItem, sequences }, values) {
    if (!sequences) throw new MatineeError('ERR_SHAPE', 'neighbours are found by sequences, and the training set was laid out without them.')
    const { indptr, items } = sequences
    return fitted(knownRows(byItem), { indptr, items, weights: new Float32Array(items.length).fill(1) }, values)
  },
  withoutOthers: withKeptHistories,
  restore: async state => {
    const known = state.tensors.known?.data
    if (!(known instanceof Uint8Array)) throw new MatineeError('ERR_FORMAT', 'the neighbours model does not say which items are known.')
    return fitted(known, restoredHistories(state, known.length), neighbourOptions(state))
  },
}

const neighbourOptions = (state: ModelState): OptionValues<typeof options> => ({
  lastItems: numberOption(state, 'lastItems'),
  decay: numberOption(state, 'decay'),
  normalisation: numberOption(state, 'normalisation'),
  scale: numberOption(state, 'scale'),
  neighbours: numberOption(state, 'neighbours'),
  window: numberOption(state, 'window'),
})

function fitted(known: Uint8Array, histories: Histories, values: OptionValues<typeof options>): FittedModel {
  const nearest = nearestUsers(histories, known.length, values)
  return {
    ...bySums(known, histories, votesOver(histories, known.length, nearest, values.window)),
    nearestUsers: nearest,
    state: (): ModelState => ({
      model: 'neighbours',
      options: { ...values },
      tensors: { known: { shape: [known.length], data: known }, ...historyTensors(histories) },
    }),
  }
}
