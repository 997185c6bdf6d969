// The loss that ALS minimises, in parts, from sums that a sweep leaves behind.
import type { ObservedSums } from '../../kernels/index.ts'
import type { LossParts } from '../contract.ts'

/**
 * Σ c (p − s)² + λ (Σ‖x‖² + Σ‖y‖²) over all pairs (Hu, Koren, Volinsky 2008, eq. 3).
 *
 * The sum of s² over all pairs is ⟨XᵀX, YᵀY⟩, so no pair without interaction is ever visited.
 * gramUsers, gramItems: [factors × factors].
 */
export function alsLoss(sums: ObservedSums, gramUsers: Float64Array, gramItems: Float64Array, factors: number, lambda: number): LossParts {
  let allSquares = 0
  for (let cell = 0; cell < factors * factors; cell++) allSquares += gramUsers[cell] * gramItems[cell]
  let norms = 0
  for (let k = 0; k < factors; k++) norms += gramUsers[k * factors + k] + gramItems[k * factors + k]
  const unobserved = allSquares - sums.squares
  const regularization = lambda * norms
  return { observed: sums.loss, unobserved, regularization, total: sums.loss + unobserved + regularization }
}
