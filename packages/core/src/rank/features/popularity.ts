// How many people had the candidate, when in their sequences, and how that fits this history.
import { log1p } from '../../base/index.ts'
import { rowLength } from '../../sparse/index.ts'
import { tensorData } from '../../model/index.ts'
import type { FeatureGroup } from './contract.ts'

/** Items of a history whose popularity says what kind its owner asks for. */
const LATELY = 10

/** p = ln(1 + people), t = mean of ln(1 + place in the sequence); p, t, t − ln(1 + n), p − mean p of the last 10, that mean, n */
export const popularityFeatures: FeatureGroup = {
  summary: 'the candidate\'s popularity and usual place in a sequence, beside those of the last items and the length of the history',
  fit({ byItem, sequences }) {
    const nItems = byItem.nRows
    const sums = new Float64Array(nItems)
    if (sequences) {
      const { indptr, items } = sequences
      for (let user = 0; user + 1 < indptr.length; user++) {
        for (let at = indptr[user]; at < indptr[user + 1]; at++) sums[items[at]] += log1p(at - indptr[user])
      }
    }
    const people = Float32Array.from({ length: nItems }, (_, item) => log1p(rowLength(byItem, item)))
    const places = Float32Array.from(sums, (sum, item) => sum / Math.max(1, rowLength(byItem, item)))
    return { people: { shape: [nItems], data: people }, places: { shape: [nItems], data: places } }
  },
  over(tensors, { nItems }) {
    const [people, places] = [tensorData(tensors, 'people', nItems), tensorData(tensors, 'places', nItems)]
    return {
      names: ['popularity', 'place', 'place_beyond_here', 'popularity_beyond_last_10', 'popularity_of_last_10', 'history_length'],
      fill({ history: { items }, candidates }, columns) {
        const n = Math.min(LATELY, items.length)
        let lately = 0
        for (let age = 0; age < n; age++) lately += people[items[items.length - 1 - age]] / n
        const here = log1p(items.length)
        for (let row = 0; row < candidates.length; row++) {
          const item = candidates[row]
          columns[0][row] = people[item]
          columns[1][row] = places[item]
          columns[2][row] = places[item] - here
          columns[3][row] = people[item] - lately
        }
        columns[4].fill(lately)
        columns[5].fill(items.length)
      },
    }
  },
}
