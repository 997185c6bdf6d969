// The nearest items by their definition: every product, a sort, a cut. docs/math/item-knn.md
import { rowIndices, rowValues, sortColumns, transpose, type Csr } from '../../sparse/index.ts'
import type { NearestProblem } from '../contract.ts'

export function referenceNearest({ vectors, neighbours: k, shrinkage }: NearestProblem): Csr {
  const { nRows } = vectors
  const byUser = transpose(vectors)
  const norms = normsOf(vectors)
  const [nearest, similarities] = [new Int32Array(nRows * k).fill(-1), new Float32Array(nRows * k)]
  const { fround } = Math
  for (let item = 0; item < nRows; item++) {
    const products = new Float32Array(nRows) // in float32 and the order of the users, as the kernel sums them
    rowIndices(vectors, item).forEach((user, at) => {
      const [others, values] = [rowIndices(byUser, user), rowValues(byUser, user)]
      others.forEach((other, place) => { products[other] += fround(rowValues(vectors, item)[at] * values[place]) })
    })
    const similarity = products.map((product, other) => Math.min(1, fround(product / fround(fround(norms[item] * norms[other]) + fround(shrinkage)))))
    const order = Array.from(similarity.keys()).filter(other => other !== item && similarity[other] > 0)
    order.sort((a, b) => similarity[b] - similarity[a] || a - b)
    order.slice(0, k).forEach((other, place) => {
      nearest[item * k + place] = other
      similarities[item * k + place] = similarity[other]
    })
  }
  return asMatrix(nearest, similarities, nRows)
}

/** [nRows], ‖v‖ summed in float64 and rounded to float32. */
export function normsOf(vectors: Csr): Float32Array {
  return Float32Array.from({ length: vectors.nRows }, (_, row) => Math.sqrt(rowValues(vectors, row).reduce((sum, value) => sum + value * value, 0)))
}

/** The matrix [nRows × nRows] of rows of k places, in any order; item −1 is no entry. */
export function asMatrix(items: Int32Array, numbers: Float32Array, nRows: number): Csr {
  const indptr = new Uint32Array(nRows + 1)
  const k = items.length / nRows
  items.forEach((item, at) => { if (item >= 0) indptr[Math.floor(at / k) + 1]++ })
  for (let row = 0; row < nRows; row++) indptr[row + 1] += indptr[row]
  const indices = items.filter(item => item >= 0)
  const values = numbers.filter((_, at) => items[at] >= 0)
  return sortColumns({ nRows, nColumns: nRows, indptr, indices, values }).matrix
}
