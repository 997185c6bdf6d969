// Conjugate gradient in whitened coordinates, one row of factors after the other.
//
// With L Lᵀ = YᵀY + λI and y' = L⁻¹ y, a row's normal equations
//   (YᵀY + λI + Σ (c − 1) y yᵀ) x = Σ c y      (Hu, Koren, Volinsky 2008, eq. 4)
// become
//   (I + Σ (c − 1) y' y'ᵀ) x' = Σ c y',   x = L⁻ᵀ x'
// so no step multiplies by the gram matrix, and the gram matrix is the preconditioner. docs/math/als.md
//
//   x  the row's whitened factors, in and out (where it starts from)     r  residual
//   d  search direction     a  A d
import { addScaled, dot, negate, scaleAndAdd } from './vector'
import { addLoss, addWeighted, gather, rowStart, Work } from './interactions'

/** A squared residual below this is zero in float32: the row is solved. */
const SOLVED: f32 = 1e-20

/** x: float32 [nRows × stride]. A row without interactions becomes zero. */
export function solveConjugateGradient(pointer: usize, nRows: i32, x: usize, steps: i32): void {
  const work = changetype<Work>(pointer)
  work.from = -1
  for (let row = 0; row < nRows; row++) {
    const from = rowStart(work, row), to = rowStart(work, row + 1)
    const xRow = x + <usize>row * work.bytes
    if (from == to) {
      memory.fill(xRow, 0, work.bytes)
    } else {
      solveRow(work, from, to, xRow, steps)
      for (let k = from; k < to; k += work.capacity) {
        gather(work, k, min(k + work.capacity, to))
        addLoss(work, xRow)
      }
    }
  }
}

function solveRow(work: Work, from: i32, to: i32, x: usize, steps: i32): void {
  const r = work.vectors
  negate(x, r, work.bytes)
  addAll(work, from, to, x, r, true)
  descend(work, from, to, x, steps, SOLVED)
}

/**
 * At most `steps` steps from x, whose residual b − A x stands in the first of work.vectors; both are updated. Ends
 * once |r|² ≤ solved.
 */
export function descend(work: Work, from: i32, to: i32, x: usize, steps: i32, solved: f32): void {
  const bytes = work.bytes
  const r = work.vectors, d = r + bytes, a = d + bytes
  memory.copy(d, r, bytes)
  let rr = dot(r, r, bytes)
  for (let step = 0; step < steps && rr > solved; step++) {
    memory.copy(a, d, bytes)
    addAll(work, from, to, d, a, false)
    const length = rr / dot(d, a, bytes)
    addScaled(length, d, x, bytes)
    addScaled(-length, a, r, bytes)
    const next = dot(r, r, bytes)
    scaleAndAdd(next / rr, d, r, bytes)
    rr = next
  }
}

function addAll(work: Work, from: i32, to: i32, p: usize, out: usize, residual: bool): void {
  for (let k = from; k < to; k += work.capacity) {
    gather(work, k, min(k + work.capacity, to))
    addWeighted(work, p, out, residual)
  }
}
