// Floating-point operations that ALS needs, a multiplication and an addition being two; docs/math/als.md#arithmetic.
// What a kernel does beyond that (padding, whole squares at the diagonal of a triangle) is not counted, nor are a row's
// vectors, so a share of the peak that is taken from it is a lower bound.
import type { Solver } from './contract.ts'

/** The upper triangle of YᵀY. */
export const gramFlops = (factors: number, rows: number): number => factors * (factors + 1) * rows

/** y' = L⁻¹ y of every row, after Cholesky and the inverse; if rotated y' = Qᵀ y, after Householder's reductions, forth and back. */
export const whitenFlops = (factors: number, rows: number, isRotated = false): number =>
  transformFlops(factors, rows, isRotated) + (isRotated ? 8 / 3 : 2 / 3) * factors ** 3

// Every row times a triangle, or a square.
const transformFlops = (factors: number, rows: number, isRotated: boolean): number => factors * (isRotated ? 2 * factors : factors + 1) * rows

/** All rows of a side; undefined for `refined`, whose steps depend on the data. */
export function solveFlops(factors: number, rows: number, interactions: number, solver: Solver, isRotated = false): number | undefined {
  const f = factors
  const toAndFro = transformFlops(f, rows, isRotated)
  // The residual is a dot product and a sum, so is each step; the last step needs no sum.
  if (solver.kind === 'cg') return 2 * toAndFro + (4 * solver.steps + 2) * f * interactions
  // Scaled rows, targets and scores, and a triangle of the gram matrix; then R, and two triangular solves.
  if (solver.kind === 'cholesky') return toAndFro + (f * (f + 1) + 5 * f) * interactions + (f ** 3 / 3 + 2 * f * f) * rows
  return undefined
}
