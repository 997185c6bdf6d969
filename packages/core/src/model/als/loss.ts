// The loss that ALS minimises, in parts, from sums that a sweep leaves behind.
import { isScaled, nColumnsOf, ridgeOf, rowRidge, type AlsProblem, type AlsWork, type ObservedSums, type Side } from '../../kernels/index.ts'
import { rowLength } from '../../sparse/index.ts'
import type { LossParts } from '../contract.ts'

/**
 * Σ c (p − s)² + Σ λ_u‖x_u‖² + Σ λ_i‖y_i‖² over all pairs, users and items (Hu, Koren, Volinsky 2008, eq. 3).
 *
 * The sum of s² over all pairs is ⟨XᵀX, YᵀY⟩, so no pair without interaction is ever visited.
 * grams: [factors × factors] of each side's factors. Rows of `work` are visited if they have λ of their own.
 */
export function alsLoss(
  problem: AlsProblem, sums: ObservedSums, grams: Readonly<Record<Side, Float64Array>>, work: Pick<AlsWork, 'readFactors'>,
): LossParts {
  const { factors, unobservedWeight = 1 } = problem
  let allSquares = 0
  for (let cell = 0; cell < factors * factors; cell++) allSquares += grams.users[cell] * grams.items[cell]
  const unobserved = unobservedWeight * (allSquares - sums.squares)
  const regularization = isScaled(problem) ? ridges(problem, 'users', work) + ridges(problem, 'items', work) : problem.regularization * norms(factors, grams)
  return { observed: sums.loss, unobserved, regularization, total: sums.loss + unobserved + regularization }
}

// Σ ‖x‖² over both sides
function norms(factors: number, { users, items }: Readonly<Record<Side, Float64Array>>): number {
  let sum = 0
  for (let k = 0; k < factors; k++) sum += users[k * factors + k] + items[k * factors + k]
  return sum
}

// Σ λ_r ‖x_r‖² over a side
function ridges(problem: AlsProblem, side: Side, work: Pick<AlsWork, 'readFactors'>): number {
  const { factors: n, unobservedWeight = 1 } = problem
  const matrix = side === 'users' ? problem.byUser : problem.byItem
  const ridge = ridgeOf(problem, nColumnsOf(problem, side))
  const factors = work.readFactors(side)
  let sum = 0
  for (let row = 0; row < matrix.nRows; row++) {
    let square = 0
    for (let at = row * n; at < (row + 1) * n; at++) square += factors[at] * factors[at]
    sum += unobservedWeight * rowRidge(ridge, rowLength(matrix, row)) * square
  }
  return sum
}
