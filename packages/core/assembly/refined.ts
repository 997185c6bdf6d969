// A row's factors right to float32's last bits: solved in whitened coordinates as far as float32 goes, then by iterative
// refinement (Higham 2002, §12.1) with the residual of the original equations in float64. Solution and corrections come
// from Cholesky where that is cheaper than conjugate gradient.
//
//   x ← x + L⁻ᵀ d',   (I + Σ (c − 1) y' y'ᵀ) d' ≈ L⁻¹ r,   r = Σ c y − (YᵀY + λI) x − Σ (c − 1) y (y · x)
// or, where rows have λ of their own, Q for L⁻ᵀ, Qᵀ for L⁻¹ and a diagonal matrix for I (diagonal.ts).
import { descend } from './conjugate-gradient'
import { negatedTimesDiagonal, overDiagonal } from './diagonal'
import { factorizeRow, solveTriangular } from './exact'
import { addLoss, addResidual, addTargets, holdRow, scoreRow, Work } from './interactions'
import { multiply } from './multiply'
import { addScaled, dot } from './vector'
import { residual } from './wide-residual'

/** Float32's own residual is brought down to this share of x' · D x'. */
const ROUGH: f32 = 1e-10
/** A correction is found until its squared residual is this share of what it was: to three digits. */
const CORRECTION: f32 = 1e-6
/** A squared correction of at most this share of |x|² was the last: three digits of it are all that float32 can hold. */
const LAST: f64 = 1e-10
/** Steps that conjugate gradient takes for a row, as a rule. */
const STEPS: i32 = 26
/** Far more than needed; an ill-conditioned row ends here. */
const ROUNDS: i32 = 30

/**
 * x: float32 [nRows × stride], the factors, out. whitenedX: the same in whitened coordinates, in (where it starts from)
 * and out, for the loss. A row without interactions becomes zero.
 */
export function solveRefined(pointer: usize, nRows: i32, whitenedX: usize, x: usize): void {
  const work = changetype<Work>(pointer)
  for (let row = 0; row < nRows; row++) {
    const offset = <usize>row * work.bytes
    if (holdRow(work, row)) {
      refine(work, whitenedX + offset, x + offset)
      scoreRow(work, whitenedX + offset)
      addLoss(work)
    } else {
      memory.fill(whitenedX + offset, 0, work.bytes)
      memory.fill(x + offset, 0, work.bytes)
    }
  }
}

// x ← the solution as far as float32 goes; whether R stands in work.matrix.
function approach(work: Work, x: usize): bool {
  const bytes = work.bytes
  if (isCheaperToFactorize(<i32>(bytes >> 2), work.held)) {
    memory.fill(x, 0, bytes)
    addTargets(work, x)
    factorizeRow(work)
    solveTriangular(work.matrix, x, bytes)
    if (dot(x, x, bytes) < f32.MAX_VALUE) return true
    memory.fill(x, 0, bytes) // float32 has lost the smallest pivots
  }
  negatedTimesDiagonal(work, x, work.vectors)
  const square = -dot(x, work.vectors, bytes)
  addResidual(work, 0, work.length, x, work.vectors)
  // from zero, as a history is folded in, by what is to be solved: a bound of zero is met when float32 divides zero by zero
  const scale = square > 0 ? square : dot(work.vectors, overDiagonal(work, work.vectors), bytes)
  descend(work, x, <i32>(bytes >> 2), ROUGH * scale)
  return false
}

// Multiplications: f (f + 1) / 2 an interaction and f³ / 6, beside 2 f an interaction and step.
function isCheaperToFactorize(f: i32, held: i32): bool {
  return (f + 1) * held / 2 + f * f / 6 < 2 * STEPS * held
}

function refine(work: Work, whitenedX: usize, x: usize): void {
  const bytes = work.bytes
  const panels = <i32>(bytes >> 5)
  const wideX = work.wide, wideR = wideX + (bytes << 1)
  const r = work.vectors, correction = r + 3 * bytes, plain = correction + bytes
  let isFactorized = approach(work, whitenedX)
  let before: f64 = 1
  multiply(whitenedX, 1, bytes, work.unwhiten, panels, plain, bytes)
  for (let k: usize = 0; k < bytes; k += 4) store<f64>(wideX + (k << 1), <f64>load<f32>(plain + k))
  for (let round = 0; round < ROUNDS; round++) {
    residual(work, wideX, wideR)
    narrow(wideR, plain, bytes)
    multiply(plain, 1, bytes, work.whiten, panels, r, bytes)
    if (isFactorized) {
      memory.copy(correction, r, bytes)
      solveTriangular(work.matrix, correction, bytes)
    } else {
      memory.fill(correction, 0, bytes)
      descend(work, correction, <i32>(bytes >> 2), CORRECTION * dot(r, overDiagonal(work, r), bytes))
    }
    addScaled(1, correction, whitenedX, bytes)
    multiply(correction, 1, bytes, work.unwhiten, panels, plain, bytes)
    const moved = addWide(plain, wideX, bytes)
    if (moved <= LAST) break
    if (moved > before) isFactorized = false // float32's R is too far from the row's equations, corrections grow
    before = moved
  }
  narrow(wideX, x, bytes)
}

// x ← x + d, d: float32. Returns |d|² / |x|².
function addWide(d: usize, x: usize, bytes: usize): f64 {
  let moved: f64 = 0, square: f64 = 0
  for (let k: usize = 0; k < bytes; k += 4) {
    const by = <f64>load<f32>(d + k)
    const value = load<f64>(x + (k << 1)) + by
    store<f64>(x + (k << 1), value)
    moved += by * by
    square += value * value
  }
  return moved / square
}

function narrow(wide: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 4) store<f32>(out + k, <f32>load<f64>(wide + (k << 1)))
}
