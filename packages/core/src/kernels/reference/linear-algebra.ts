// Dense float64 linear algebra on small symmetric matrices, row-major.
import { MatineeError } from '../../base/index.ts'

/**
 * L with L Lᵀ = A, lower triangular. a: [n × n] symmetric, read only.
 *
 * Throws ERR_SINGULAR when A is not positive definite.
 */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k]
      if (j < i) {
        l[i * n + j] = sum / l[j * n + j]
      } else if (sum > 0 && sum < Infinity) {
        l[i * n + i] = Math.sqrt(sum)
      } else {
        throw singular(sum, i)
      }
    }
  }
  return l
}

/** The error of a matrix that is not positive definite. */
export const singular = (pivot: number, row: number): MatineeError =>
  new MatineeError('ERR_SINGULAR', `the factors' gram matrix plus regularization has the pivot ${pivot} in row ${row}, expected a number > 0.`)

/** L⁻¹ of a lower triangular L: [n × n]. */
export function invertLower(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n)
  for (let column = 0; column < n; column++) {
    for (let i = column; i < n; i++) {
      let sum = i === column ? 1 : 0
      for (let k = column; k < i; k++) sum -= l[i * n + k] * inverse[k * n + column]
      inverse[i * n + column] = sum / l[i * n + i]
    }
  }
  return inverse
}

/** x with L Lᵀ x = b, in place of b: [n]. */
export function solveCholesky(l: Float64Array, b: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i]
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * b[k]
    b[i] = sum / l[i * n + i]
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i] * b[k]
    b[i] = sum / l[i * n + i]
  }
  return b
}

/** A + λI, a copy. a: [n × n] */
export function addDiagonal(a: Float64Array, n: number, lambda: number): Float64Array {
  const sum = Float64Array.from(a)
  for (let i = 0; i < n; i++) sum[i * n + i] += lambda
  return sum
}

/** YᵀY of rows: [nRows × n], summed in float64. */
export function gramOf(rows: Float32Array, nRows: number, n: number): Float64Array {
  const gram = new Float64Array(n * n)
  for (let row = 0; row < nRows; row++) {
    for (let i = 0; i < n; i++) {
      const value = rows[row * n + i]
      for (let j = 0; j < n; j++) gram[i * n + j] += value * rows[row * n + j]
    }
  }
  return gram
}
