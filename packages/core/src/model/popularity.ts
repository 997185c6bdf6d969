// Most popular first: the number of people who had an item, of all times or of the last days of training, or the recent ones more.
import { exp, MatineeError, type OptionValues } from '../base/index.ts'
import { DAY_SECONDS, newestOf, startOfLast, type ItemTimes, type TrainingSet } from '../dataset/index.ts'
import type { FittedModel, ModelDefinition, ModelState } from './contract.ts'
import { rowIndices, rowLength, type Csr } from '../sparse/index.ts'
import { floatTensor, numberOption } from './tensors.ts'

const LN2 = 0.693147180559945309417

const options = {
  days: {
    kind: 'number', default: 0, min: 0, max: 36500,
    help: 'Count only the last so many days before the newest training interaction; 0 counts all of time.',
    tune: { min: 1, max: 3650, scale: 'log' },
  },
  halfLife: {
    kind: 'number', default: 0, min: 0, max: 36500,
    help: 'Days after which an interaction counts half, back from the newest training interaction; 0: all count the same.',
  },
} as const

/** score = Σ over the interactions of the item in the window of 2^(−age / halfLife), or their number; NaN for an item without training interactions. */
export const popularity: ModelDefinition<typeof options> = {
  summary: 'How many people had the item, of all time or lately; the baseline everything is held against.',
  options,
  seedless: true,
  defaultsChosen: 'nothing to choose',
  daysUsed: ({ days, halfLife }) => halfLife > 0 && days === 0 ? Infinity : days,
  fit: async (training, values) => fitted(countInteractions(training, values), training.byUser.nRows, values),
  withoutOthers: (state, kept) => ({ ...state, options: { ...state.options, nUsers: kept.length } }),
  restore: async state => {
    const values = { days: numberOption(state, 'days'), halfLife: numberOption(state, 'halfLife') }
    return fitted(floatTensor(state, 'counts', [-1]).data, numberOption(state, 'nUsers'), values)
  },
}

function countInteractions({ times, byItem }: TrainingSet, values: OptionValues<typeof options>): Float32Array {
  const counts = values.days > 0 || values.halfLife > 0
    ? countByTime(times, byItem.nRows, values)
    : Float32Array.from({ length: byItem.nRows }, (_, item) => rowLength(byItem, item))
  for (let item = 0; item < byItem.nRows; item++) if (rowLength(byItem, item) === 0) counts[item] = NaN
  return counts
}

// Sums in float64 in the order of the rows.
function countByTime(times: ItemTimes | undefined, nItems: number, { days, halfLife }: OptionValues<typeof options>): Float32Array {
  if (!times) {
    const what = days > 0 ? `of the last ${days} days` : `with a half-life of ${halfLife} days`
    throw new MatineeError('ERR_NO_TIME', `popularity ${what} needs timestamps, and the data have none.`)
  }
  const { items, timestamps, isKept } = times
  const from = days > 0 ? startOfLast(days, times) : -Infinity
  const newest = newestOf(times)
  const rate = halfLife > 0 ? LN2 / (halfLife * DAY_SECONDS) : 0
  const counts = new Float64Array(nItems)
  for (let row = 0; row < items.length; row++) {
    const time = timestamps[row]
    if (time > from && (!isKept || isKept[row])) counts[items[row]] += rate === 0 ? 1 : exp(rate * (time - newest))
  }
  return Float32Array.from(counts)
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
