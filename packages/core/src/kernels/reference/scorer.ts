// Scores as the specification: float32 sums in the order of the factors, one item after the other.
import type { Scorer } from '../contract.ts'

/** itemFactors: [nItems × factors] */
export function referenceScorer(itemFactors: Float32Array, nItems: number, factors: number): Scorer {
  return {
    batch: 64,
    score(vectors, n, out) {
      for (let v = 0; v < n; v++) {
        for (let item = 0; item < nItems; item++) {
          let sum = 0
          for (let k = 0; k < factors; k++) {
            sum = Math.fround(sum + Math.fround(vectors[v * factors + k] * itemFactors[item * factors + k]))
          }
          out[v * nItems + item] = sum
        }
      }
    },
  }
}
