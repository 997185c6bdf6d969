// Conjugate gradient in whitened coordinates, one row of factors after the other.
//
// With L Lᵀ = YᵀY + λI and y' = L⁻¹ y, a row's normal equations
//   (YᵀY + λI + Σ (c − 1) y yᵀ) x = Σ c y      (Hu, Koren, Volinsky 2008, eq. 4)
// become
//   (I + Σ (c − 1) y' y'ᵀ) x' = Σ c y',   x = L⁻ᵀ x'
// so no step multiplies by the gram matrix, and the gram matrix is the preconditioner. docs/math/als.md
//
//   x  the row's whitened factors, in and out (where it starts from)     r  residual
//   d  search direction     a  A d     t  y' · d, by which a step moves the interaction's score
import { addImage, addLoss, addResidual, holdRow, Work } from './interactions'
import { addScaled, dot, negate, scaleAndAdd, sumLanes } from './vector'

/** A squared residual below this is zero in float32: the row is solved. */
export const SOLVED: f32 = 1e-20

/** x: float32 [nRows × stride]. A row without interactions becomes zero. */
export function solveConjugateGradient(pointer: usize, nRows: i32, x: usize, steps: i32): void {
  const work = changetype<Work>(pointer)
  for (let row = 0; row < nRows; row++) {
    const xRow = x + <usize>row * work.bytes
    if (holdRow(work, row)) {
      negate(xRow, work.vectors, work.bytes)
      addResidual(work, 0, work.length, xRow, work.vectors)
      descend(work, xRow, steps, SOLVED)
      addLoss(work)
    } else {
      memory.fill(xRow, 0, work.bytes)
    }
  }
}

/**
 * At most `steps` steps from x, whose residual b − A x stands in the first of work.vectors. x and the scores of the row
 * in work move along. Ends once |r|² ≤ solved.
 */
export function descend(work: Work, x: usize, steps: i32, solved: f32): void {
  const r = work.vectors, d = r + work.bytes, a = d + work.bytes
  memory.copy(d, r, work.bytes)
  let rr = dot(r, r, work.bytes)
  for (let step = 1; step <= steps && rr > solved; step++) {
    const isLast = step == steps
    memory.copy(a, d, work.bytes)
    const curvature = sumLanes(addImage(work, 0, work.length, d, isLast ? 0 : a, f32x4.splat(0)))
    rr = takeStep(work, x, r, rr, curvature, isLast)
  }
}

/**
 * x ← x + γ d with γ = |r|² / (|d|² + curvature), and the scores with it; then the next residual and direction, unless it
 * is the last step and nobody will ask. r is followed by d and by a = A d; curvature = Σ g t². Returns the new |r|².
 */
export function takeStep(work: Work, x: usize, r: usize, rr: f32, curvature: f32, isLast: bool): f32 {
  const bytes = work.bytes
  const d = r + bytes, a = d + bytes
  const length = rr / (dot(d, d, bytes) + curvature)
  addScaled(length, d, x, bytes)
  addScaled(length, work.moves, work.scores, work.length)
  if (isLast) return rr
  addScaled(-length, a, r, bytes)
  const next = dot(r, r, bytes)
  scaleAndAdd(next / rr, d, r, bytes)
  return next
}
