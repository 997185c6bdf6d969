// What an item's vector over the users holds before vectors are compared. docs/math/item-knn.md
import { log, log1p } from '../../base/index.ts'
import { rowValues, type Csr } from '../../sparse/index.ts'

/** BM25's constants, as `implicit` has them. */
const [K1, B] = [1.2, 0.75]

/** A weight and how often the user and the item stand in the matrix → the vector's value. */
const schemes = {
  /** The weights themselves. */
  'cosine': () => weight => weight,
  /** √w · idf: who has had much says less about each of it. */
  'tf-idf': byItem => {
    const idf = inverseFrequencies(byItem)
    return (weight, _, user) => Math.sqrt(weight) * idf[user]
  },
  /** As tf-idf, with a weight that saturates the sooner the less the item has been had (Robertson and Zaragoza 2009, §3.1). */
  'bm25': byItem => {
    const idf = inverseFrequencies(byItem)
    const lengths = Float64Array.from({ length: byItem.nRows }, (_, item) => rowValues(byItem, item).reduce((sum, weight) => sum + weight, 0))
    const mean = lengths.reduce((sum, length) => sum + length, 0) / byItem.nRows
    return (weight, item, user) => weight * (K1 + 1) / (K1 * (1 - B + B * lengths[item] / mean) + weight) * idf[user]
  },
} as const satisfies Record<string, (byItem: Csr) => (weight: number, item: number, user: number) => number>

/** A name of `schemes`. */
export type Similarity = keyof typeof schemes
export const similarities = Object.keys(schemes) as Similarity[]

/** [nItems × nUsers] the vectors of the items; byItem: [nItems × nUsers], weights. What is compared where it lies may be the matrix itself. */
export function itemVectors(byItem: Csr, similarity: Similarity): Csr {
  if (similarity === 'cosine') return byItem
  const valueOf = schemes[similarity](byItem)
  const values = new Float32Array(byItem.values.length)
  for (let item = 0; item < byItem.nRows; item++) {
    for (let at = byItem.indptr[item]; at < byItem.indptr[item + 1]; at++) values[at] = valueOf(byItem.values[at], item, byItem.indices[at])
  }
  return { ...byItem, values }
}

// [nUsers] ln nItems − ln (1 + items of the user)
function inverseFrequencies(byItem: Csr): Float64Array {
  const counts = new Uint32Array(byItem.nColumns)
  for (const user of byItem.indices) counts[user]++
  return Float64Array.from(counts, count => log(byItem.nRows) - log1p(count))
}
