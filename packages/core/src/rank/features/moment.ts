// How much the candidate was had just before the end of the history. docs/math/two-stages.md
import { endOfUpTo, log1p, MatineeError } from '../../base/index.ts'
import { DAY_SECONDS, groupRows, rowReader, type ItemTimes } from '../../dataset/index.ts'
import type { Tensor } from '../../model/index.ts'
import type { FeatureGroup } from './contract.ts'
import { lastTimeOf } from './pace.ts'

/** Days before the end of the history. */
const DAYS = [1, 7, 30]

/** t: the time of the history's last item; ln(1 + people of the last 1, 7, 30 days before t), days before t of the first and the last of them all. */
export const momentFeatures: FeatureGroup = {
  summary: 'how much the candidate was had in the 1, 7 and 30 days before the end of the history, and since when',
  needsTimes: true,
  fit: ({ byItem: { nRows }, times }) => times && momentsBy(times, nRows),
  ofHistories: (tensors, { items, times }) => times ? momentsBy({ items, timestamps: times }, tensors.starts.data.length - 1) : tensors,
  over(tensors, { nItems }) {
    const { starts, moments } = momentsOf(tensors, nItems)
    return {
      names: [...DAYS.map(days => `popularity_${days}_days`), 'days_since_first', 'days_since_last'],
      fill({ history, candidates }, columns) {
        const now = lastTimeOf(history)
        if (Number.isNaN(now)) {
          for (const column of columns) column.fill(NaN)
          return
        }
        const froms = DAYS.map(days => now - days * DAY_SECONDS)
        for (let row = 0; row < candidates.length; row++) {
          const [start, end] = [starts[candidates[row]], starts[candidates[row] + 1]]
          const until = endOfUpTo(now, moments, start, end)
          for (let at = 0; at < DAYS.length; at++) {
            columns[at][row] = log1p(until - endOfUpTo(froms[at], moments, start, until))
          }
          columns[DAYS.length][row] = until > start ? (now - moments[start]) / DAY_SECONDS : NaN
          columns[DAYS.length + 1][row] = until > start ? (now - moments[until - 1]) / DAY_SECONDS : NaN
        }
      },
    }
  },
}

// Of each item when it was had, rising: moments[starts[item] … starts[item + 1]).
function momentsBy({ items, timestamps, isKept }: ItemTimes, nItems: number): Record<string, Tensor> {
  const rowsOf = rowReader(groupRows(items, nItems))
  const starts = new Uint32Array(nItems + 1)
  const moments = new Float64Array(items.length)
  for (let item = 0, to = 0; item < nItems; item++) {
    for (const row of rowsOf(item)) if (!isKept || isKept[row]) moments[to++] = timestamps[row]
    moments.subarray(starts[item], to).sort()
    starts[item + 1] = to
  }
  const kept = moments.slice(0, starts[nItems])
  return { starts: { shape: [starts.length], data: starts }, moments: { shape: [kept.length], data: kept } }
}

function momentsOf(tensors: Readonly<Record<string, Tensor>>, nItems: number): { starts: Uint32Array, moments: Float64Array } {
  const [starts, moments] = [tensors.starts?.data, tensors.moments?.data]
  const fits = starts instanceof Uint32Array && moments instanceof Float64Array && starts.length === nItems + 1 && starts[0] === 0
    && starts.every((start, item) => item === 0 || start >= starts[item - 1]) && starts[nItems] === moments.length
  if (fits) return { starts, moments }
  throw new MatineeError('ERR_FORMAT', `the times of the items are missing or do not fit ${nItems} items.`)
}
