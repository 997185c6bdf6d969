// Most popular first: the number of people who had an item, of all times or of the last days of training.
import { MatineeError, type OptionValues } from '../base/index.ts'
import { startOfLast, type TrainingSet } from '../dataset/index.ts'
import type { FittedModel, ModelDefinition, ModelState } from './contract.ts'
import { rowIndices, type Csr } from '../sparse/index.ts'
import { floatTensor, numberOption } from './tensors.ts'

const options = {
  days: {
    kind: 'number', default: 0, min: 0, max: 36500,
    help: 'Count only the last so many days before the newest training interaction; 0 counts all of time.',
    tune: { min: 1, max: 3650, scale: 'log' },
  },
} as const

/** score = interactions of the item in the window; NaN for an item without training interactions. */
export const popularity: ModelDefinition<typeof options> = {
  summary: 'How many people had the item, of all time or lately; the baseline everything is held against.',
  options,
  defaultsChosen: 'nothing to choose',
  fit: async (training, { days }) => fitted(countInteractions(training, days), training.byUser.nRows, { days }),
  restore: async state =>
    fitted(floatTensor(state, 'counts', [-1]).data, numberOption(state, 'nUsers'), { days: numberOption(state, 'days') }),
}

function countInteractions({ times, byItem }: TrainingSet, days: number): Float32Array {
  const nItems = byItem.nRows
  const counts = new Float32Array(nItems)
  if (days > 0) {
    if (!times) throw new MatineeError('ERR_NO_TIME', `popularity of the last ${days} days needs timestamps, and the data have none.`)
    const { items, timestamps, isKept } = times
    const from = startOfLast(days, times)
    for (let row = 0; row < items.length; row++) {
      const time = timestamps[row]
      if (time > from && (!isKept || isKept[row])) counts[items[row]]++
    }
  } else {
    for (let item = 0; item < nItems; item++) counts[item] = byItem.indptr[item + 1] - byItem.indptr[item]
  }
  for (let item = 0; item < nItems; item++) if (byItem.indptr[item + 1] === byItem.indptr[item]) counts[item] = NaN
  return counts
}

function fitted(counts: Float32Array, nUsers: number, values: OptionValues<typeof options>): FittedModel {
  const nItems = counts.length
  return {
    nUsers,
    nItems,
    batch: 32,
    scoreUsers: (users, out) => users.forEach((_, row) => out.set(counts, row * nItems)),
    scoreHistory: (_, out) => out.set(counts),
    rankUsers: async (users, relevant, exclude) => ranks(counts, users, relevant, exclude),
    state: (): ModelState => ({
      model: 'popularity',
      options: { ...values, nUsers },
      tensors: { counts: { shape: [nItems], data: counts } },
    }),
  }
}

// All users have the same scores: how many reach an item's is counted once, and a user's excluded items are taken off.
function ranks(counts: Float32Array, users: ArrayLike<number>, relevant: Csr, exclude: Csr): Float64Array {
  const rising = counts.filter(count => !Number.isNaN(count)).sort()
  const ranks: number[] = []
  for (let at = 0; at < users.length; at++) {
    const excluded = rowIndices(exclude, users[at])
    for (const item of rowIndices(relevant, users[at])) {
      const taken = excluded.reduce((n, other) => n + (counts[other] >= counts[item] ? 1 : 0), 0)
      ranks.push(Number.isNaN(counts[item]) ? Infinity : rising.length - firstAtLeast(rising, counts[item]) - taken)
    }
  }
  return Float64Array.from(ranks)
}

function firstAtLeast(rising: Float32Array, value: number): number {
  let [low, high] = [0, rising.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (rising[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}
