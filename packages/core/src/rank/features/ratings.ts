// How well the candidate is rated, beside how its asker rates.
import { tensorData } from '../../model/index.ts'
import type { FeatureGroup } from './contract.ts'

/** Mean weight of the candidate, that minus the history's mean, the history's mean, the last item's weight. */
export const ratingFeatures: FeatureGroup = {
  summary: 'the candidate\'s mean weight beside the history\'s, where weights differ',
  fit({ byItem: { nRows, indptr, values } }) {
    if (values.every(value => value === values[0])) return undefined
    const means = Float32Array.from({ length: nRows }, (_, item) => {
      let sum = 0
      for (let at = indptr[item]; at < indptr[item + 1]; at++) sum += values[at]
      return sum / (indptr[item + 1] - indptr[item])
    })
    return { means: { shape: [nRows], data: means } }
  },
  over(tensors, { nItems }) {
    const means = tensorData(tensors, 'means', nItems)
    return {
      names: ['weight', 'weight_beyond_history', 'weight_of_history', 'weight_of_last'],
      fill({ history: { items, weights }, candidates }, columns) {
        let own = 0
        for (let at = 0; at < items.length; at++) own += weights[at] / items.length
        for (let row = 0; row < candidates.length; row++) {
          columns[0][row] = means[candidates[row]]
          columns[1][row] = means[candidates[row]] - own
        }
        columns[2].fill(own)
        columns[3].fill(items.length > 0 ? weights[items.length - 1] : NaN)
      },
    }
  },
}
