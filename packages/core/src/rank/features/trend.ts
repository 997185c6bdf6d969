// When the candidate was had: how much of it lately, and since when there is any.
import { log1p } from '../../base/index.ts'
import { DAY_SECONDS, newestOf } from '../../dataset/index.ts'
import { tensorData } from '../../model/index.ts'
import type { FeatureGroup } from './contract.ts'

/** Days before the newest interaction of the training set. */
const DAYS = [7, 30, 365]

/** ln(1 + people of the last 7, 30, 365 days), and days since the first of them, all before the newest interaction that is fitted on. */
export const trendFeatures: FeatureGroup = {
  summary: 'the candidate\'s popularity of the last 7, 30 and 365 days before the newest interaction, and its age, where there are timestamps',
  fit({ byItem: { nRows }, times }) {
    if (!times) return undefined
    const { items, timestamps, isKept } = times
    const newest = newestOf(times)
    const counts = DAYS.map(() => new Float32Array(nRows))
    const first = new Float64Array(nRows).fill(NaN)
    for (let row = 0; row < items.length; row++) {
      if (isKept && !isKept[row]) continue
      const [item, age] = [items[row], (newest - timestamps[row]) / DAY_SECONDS]
      DAYS.forEach((days, at) => { if (age < days) counts[at][item]++ })
      if (!(first[item] >= age)) first[item] = age
    }
    return {
      lately: { shape: [DAYS.length, nRows], data: Float32Array.from(counts.flatMap(of => Array.from(of, count => log1p(count)))) },
      age: { shape: [nRows], data: Float32Array.from(first) },
    }
  },
  over(tensors, { nItems }) {
    const [lately, age] = [tensorData(tensors, 'lately', DAYS.length * nItems), tensorData(tensors, 'age', nItems)]
    return {
      names: [...DAYS.map(days => `popularity_${days}_days`), 'age'],
      fill({ candidates }, columns) {
        for (let row = 0; row < candidates.length; row++) {
          DAYS.forEach((_, at) => { columns[at][row] = lately[at * nItems + candidates[row]] })
          columns[DAYS.length][row] = age[candidates[row]]
        }
      },
    }
  },
}
