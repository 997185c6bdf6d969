// Conjugate gradient in whitened coordinates, one row of factors after the other.
//
// With L Lᵀ = YᵀY + λI and y' = L⁻¹ y, a row's normal equations
//   (YᵀY + λI + Σ (c − 1) y yᵀ) x = Σ c y      (Hu, Koren, Volinsky 2008, eq. 4)
// become
//   (I + Σ (c − 1) y' y'ᵀ) x' = Σ c y',   x = L⁻ᵀ x'
// so no step multiplies by the gram matrix, and the gram matrix is the preconditioner. Where rows have λ of their own, a
// diagonal matrix takes the place of the identity (diagonal.ts). docs/math/als.md
//
//   x  the row's whitened factors, in and out (where it starts from)     r  residual
//   d  search direction     a  A d     z  D⁻¹ r     t  y' · d, by which a step moves the interaction's score
import { negatedTimesDiagonal, overDiagonal, timesDiagonal } from './diagonal'
import { addImage, addLoss, addResidual, holdRow, Work } from './interactions'
import { addScaled, dot, scaleAndAdd, sumLanes } from './vector'

/** A squared residual r · z below this is zero in float32: the row is solved. */
export const SOLVED: f32 = 1e-20

/** x: float32 [nRows × stride]. A row without interactions becomes zero. */
export function solveConjugateGradient(pointer: usize, nRows: i32, x: usize, steps: i32): void {
  const work = changetype<Work>(pointer)
  for (let row = 0; row < nRows; row++) {
    const xRow = x + <usize>row * work.bytes
    if (holdRow(work, row)) {
      negatedTimesDiagonal(work, xRow, work.vectors)
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
 * in work move along. Ends once r · z ≤ solved.
 */
export function descend(work: Work, x: usize, steps: i32, solved: f32): void {
  const r = work.vectors, d = r + work.bytes, a = d + work.bytes
  const z = overDiagonal(work, r)
  memory.copy(d, z, work.bytes)
  let rz = dot(r, z, work.bytes)
  for (let step = 1; step <= steps && rz > solved; step++) {
    const isLast = step == steps
    timesDiagonal(work, d, a)
    const own = dot(d, a, work.bytes)
    const curvature = sumLanes(addImage(work, 0, work.length, d, isLast ? 0 : a, f32x4.splat(0)))
    rz = takeStep(work, x, r, rz, own + curvature, isLast)
  }
}

/**
 * x ← x + γ d with γ = r · z / d · A d, and the scores with it; then the next residual and direction, unless it is the last
 * step and nobody will ask. r is followed by d and by a = A d; curvature = d · A d. Returns the new r · z.
 */
export function takeStep(work: Work, x: usize, r: usize, rz: f32, curvature: f32, isLast: bool): f32 {
  const bytes = work.bytes
  const d = r + bytes, a = d + bytes
  const length = rz / curvature
  addScaled(length, d, x, bytes)
  addScaled(length, work.moves, work.scores, work.length)
  if (isLast) return rz
  addScaled(-length, a, r, bytes)
  const z = overDiagonal(work, r)
  const next = dot(r, z, bytes)
  scaleAndAdd(next / rz, d, z, bytes)
  return next
}
