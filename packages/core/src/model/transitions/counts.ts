// How often one item followed another, and how near, for pairs in that order. docs/math/transitions.md
import { inTurns, pow, type RunContext } from '../../base/index.ts'
import type { Sequences } from '../../dataset/index.ts'
import type { Csr } from '../../sparse/index.ts'
import { placesOf } from '../places.ts'
import { bestOf } from '../top-k.ts'

/** What is counted, and what is kept of it. */
export interface Counting {
  /** Steps from an item to one that followed, at most. */
  readonly window: number
  /** Exponent of the items' popularity that a count is divided by. */
  readonly normalisation: number
  /** Items that are kept of those that followed each. */
  readonly neighbours: number
}

/**
 * [nItems × nItems], row: the item before, column: the item after: Σ 1 / distance over all users, divided by the popularity of
 * both to the power of `normalisation`; of each row the greatest. Sums in float64 in the order of the users.
 */
export async function transitionWeights(sequences: Sequences, nItems: number, counting: Counting, context: RunContext): Promise<Csr> {
  const { window, normalisation, neighbours } = counting
  const { starts, places, users } = placesOf(sequences, nItems)
  const divisors = Float64Array.from({ length: nItems }, (_, item) => pow(starts[item + 1] - starts[item], normalisation))
  const [sums, weights, met] = [new Float64Array(nItems), new Float32Array(nItems), new Int32Array(nItems)]
  const rows: { readonly items: Int32Array, readonly values: Float32Array }[] = []
  const row = (item: number): void => {
    let nMet = 0
    for (let at = starts[item]; at < starts[item + 1]; at++) {
      const [place, end] = [places[at], sequences.indptr[users[at] + 1]]
      for (let distance = 1; distance <= window && place + distance < end; distance++) {
        const after = sequences.items[place + distance]
        if (sums[after] === 0) met[nMet++] = after
        sums[after] += 1 / distance
      }
    }
    const best = bestOf(weights, neighbours)
    for (let at = 0; at < nMet; at++) {
      const after = met[at]
      weights[after] = sums[after] / (divisors[item] * divisors[after])
      sums[after] = 0
      if (best.admits(after)) best.add(after)
    }
    const items = best.list().indices.sort()
    rows.push({ items, values: Float32Array.from(items, after => weights[after]) })
  }
  await inTurns('fit transitions', nItems, row, context)
  const indptr = new Uint32Array(nItems + 1)
  rows.forEach(({ items }, item) => { indptr[item + 1] = indptr[item] + items.length })
  const [indices, values] = [new Int32Array(indptr[nItems]), new Float32Array(indptr[nItems])]
  rows.forEach((row, item) => {
    indices.set(row.items, indptr[item])
    values.set(row.values, indptr[item])
  })
  return { nRows: nItems, nColumns: nItems, indptr, indices, values }
}
