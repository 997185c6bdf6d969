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
import { addImage, addLoss, addResidual, curvatureAlong, holdRow, rowStart, Work } from './interactions'
import { addScaled, dot, negate, scaleAndAdd } from './vector'

/** A squared residual below this is zero in float32: the row is solved. */
const SOLVED: f32 = 1e-20

/** x: float32 [nRows × stride]. A row without interactions becomes zero. */
export function solveConjugateGradient(pointer: usize, nRows: i32, x: usize, steps: i32): void {
  const work = changetype<Work>(pointer)
  for (let row = 0; row < nRows; row++) {
    const from = rowStart(work, row), to = rowStart(work, row + 1)
    const xRow = x + <usize>row * work.bytes
    if (from == to) {
      memory.fill(xRow, 0, work.bytes)
    } else {
      holdRow(work, from, to)
      negate(xRow, work.vectors, work.bytes)
      addResidual(work, xRow, work.vectors)
      descend(work, xRow, steps, SOLVED)
      addLoss(work)
    }
  }
}

/**
 * At most `steps` steps from x, whose residual b − A x stands in the first of work.vectors. x and the scores of the row
 * in work move along; the residual does so before the last step only, since after it nobody asks. Ends once |r|² ≤ solved.
 */
export function descend(work: Work, x: usize, steps: i32, solved: f32): void {
  const bytes = work.bytes
  const r = work.vectors, d = r + bytes, a = d + bytes
  memory.copy(d, r, bytes)
  let rr = dot(r, r, bytes)
  for (let step = 1; rr > solved; step++) {
    const dd = dot(d, d, bytes)
    if (step == steps) {
      advance(work, rr / (dd + curvatureAlong(work, d)), d, x)
      return
    }
    memory.copy(a, d, bytes)
    const length = rr / (dd + addImage(work, d, a))
    advance(work, length, d, x)
    addScaled(-length, a, r, bytes)
    const next = dot(r, r, bytes)
    scaleAndAdd(next / rr, d, r, bytes)
    rr = next
  }
}

// x ← x + length · d, and the scores with it
function advance(work: Work, length: f32, d: usize, x: usize): void {
  addScaled(length, d, x, work.bytes)
  addScaled(length, work.moves, work.scores, <usize>((work.held + 7) & ~7) << 2)
}
