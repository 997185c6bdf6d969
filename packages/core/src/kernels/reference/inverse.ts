// The inverse of a regularized gram matrix, by its definition: float64, dense, one thread.
import { throwIfAborted, type RunContext } from '../../base/index.ts'
import type { Csr } from '../../sparse/index.ts'
import type { GramProblem } from '../contract.ts'
import { cholesky, invertLower } from './linear-algebra.ts'

/** (XᵀX + D)⁻¹ = L⁻ᵀ L⁻¹ with L Lᵀ = XᵀX + D. */
export function referenceInverse({ byUser, diagonal }: GramProblem, { signal }: RunContext): Float32Array {
  throwIfAborted(signal)
  const n = byUser.nColumns
  const gram = gramOfRows(byUser)
  for (let i = 0; i < n; i++) gram[i * n + i] += diagonal[i]
  const lower = invertLower(cholesky(gram, n), n)
  const inverse = new Float32Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = i; k < n; k++) sum += lower[k * n + i] * lower[k * n + j]
      inverse[i * n + j] = inverse[j * n + i] = sum
    }
  }
  return inverse
}

function gramOfRows({ nRows, nColumns: n, indptr, indices, values }: Csr): Float64Array {
  const gram = new Float64Array(n * n)
  for (let row = 0; row < nRows; row++) {
    for (let a = indptr[row]; a < indptr[row + 1]; a++) {
      for (let b = indptr[row]; b < indptr[row + 1]; b++) gram[indices[a] * n + indices[b]] += values[a] * values[b]
    }
  }
  return gram
}
