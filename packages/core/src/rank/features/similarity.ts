// How near the candidate is to the last items of the history, by every source that knows pairs of items.
import { itemWeightsOf, type ModelState } from '../../model/index.ts'
import type { Csr } from '../../sparse/index.ts'
import type { Query } from '../two-stage/query.ts'
import type { FeatureGroup } from './contract.ts'

/** How many of the last items. */
const LAST = [1, 3, 10, 30]

/** Σ over the last n items j of w(j → c), n = 1, 3, 10, 30; w: the source's weights between items, or the cosine of its factors. */
export const similarity: FeatureGroup = {
  summary: 'similarity to the last 1, 3, 10 and 30 items of the history, by each source that compares items',
  fit: () => ({}),
  over(_, { sources, nItems }) {
    const pairs = sources.flatMap(({ name, model }) => {
      const add = pairSums(model.state(), nItems)
      return add ? [{ name, add }] : []
    })
    return {
      names: pairs.flatMap(({ name }) => LAST.map(n => `${name}_last_${n}`)),
      fill: (query, columns) => pairs.forEach(({ add }, at) => add(query, columns.slice(LAST.length * at, LAST.length * (at + 1)))),
    }
  },
}

type PairSums = (query: Query, columns: readonly Float32Array[]) => void

function pairSums(state: ModelState, nItems: number): PairSums | undefined {
  const weights = itemWeightsOf(state)
  if (weights) return weightSums(weights)
  const factors = state.tensors.item_factors
  return factors?.data instanceof Float32Array ? cosineSums(factors.data, nItems) : undefined
}

function weightSums({ indptr, indices, values, nColumns }: Csr): PairSums {
  const sums = new Float32Array(nColumns)
  return ({ history: { items }, candidates }, columns) => {
    sums.fill(0)
    let age = 0
    LAST.forEach((n, column) => { // a shorter history has what there is
      for (; age < n && age < items.length; age++) {
        const item = items[items.length - 1 - age]
        for (let at = indptr[item]; at < indptr[item + 1]; at++) sums[indices[at]] += values[at]
      }
      for (let row = 0; row < candidates.length; row++) columns[column][row] = sums[candidates[row]]
    })
  }
}

function cosineSums(factors: Float32Array, nItems: number): PairSums {
  const n = factors.length / nItems
  const unit = factors.slice()
  for (let item = 0; item < nItems; item++) {
    let square = 0
    for (let k = item * n; k < item * n + n; k++) square += unit[k] * unit[k]
    const length = square > 0 ? Math.sqrt(square) : 1
    for (let k = item * n; k < item * n + n; k++) unit[k] /= length
  }
  // a sum of the last 1, 3, 10, 30 items each: their products with a candidate do not wait for each other
  const [one, three, ten, thirty] = LAST.map(() => new Float32Array(n))
  return ({ history: { items }, candidates }, columns) => {
    const sum = new Float32Array(n)
    let age = 0
    for (const [at, of] of [one, three, ten, thirty].entries()) {
      for (; age < LAST[at] && age < items.length; age++) {
        const from = items[items.length - 1 - age] * n
        for (let k = 0; k < n; k++) sum[k] += unit[from + k]
      }
      of.set(sum)
    }
    for (let row = 0; row < candidates.length; row++) {
      let [a, b, c, d] = [0, 0, 0, 0]
      for (let k = 0, at = candidates[row] * n; k < n; k++, at++) {
        const value = unit[at]
        a += one[k] * value
        b += three[k] * value
        c += ten[k] * value
        d += thirty[k] * value
      }
      columns[0][row] = a
      columns[1][row] = b
      columns[2][row] = c
      columns[3][row] = d
    }
  }
}
