// A row's factors right to float32's last bits: conjugate gradient in whitened coordinates as far as float32 goes, then
// iterative refinement (Higham 2002, §12.1). The residual of the original equations is taken in float64, the correction
// is found by conjugate gradient.
//
//   x ← x + L⁻ᵀ d',   (I + Σ (c − 1) y' y'ᵀ) d' ≈ L⁻¹ r,   r = Σ c y − (YᵀY + λI) x − Σ (c − 1) y (y · x)
import { descend } from './conjugate-gradient'
import { addLoss, addResidual, holdRow, scoreRow, Work } from './interactions'
import { multiply } from './multiply'
import { addScaled, dot, negate } from './vector'
import { residual } from './wide-residual'

/** Float32's own residual is brought down to this share of |x'|². */
const ROUGH: f32 = 1e-10
/** A correction is found until its squared residual is this share of what it was: to three digits. */
const CORRECTION: f32 = 1e-6
/** A squared correction of at most this share of |x|² was the last: three digits of it are all that float32 can hold. */
const LAST: f64 = 1e-10
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
      approach(work, whitenedX + offset)
      refine(work, whitenedX + offset, x + offset)
      scoreRow(work, whitenedX + offset)
      addLoss(work)
    } else {
      memory.fill(whitenedX + offset, 0, work.bytes)
      memory.fill(x + offset, 0, work.bytes)
    }
  }
}

function approach(work: Work, x: usize): void {
  const bytes = work.bytes
  negate(x, work.vectors, bytes)
  addResidual(work, 0, work.length, x, work.vectors)
  descend(work, x, <i32>(bytes >> 2), ROUGH * dot(x, x, bytes))
}

function refine(work: Work, whitenedX: usize, x: usize): void {
  const bytes = work.bytes
  const panels = <i32>(bytes >> 5)
  const wideX = work.wide, wideR = wideX + (bytes << 1)
  const r = work.vectors, correction = r + 3 * bytes, plain = correction + bytes
  multiply(whitenedX, 1, bytes, work.unwhiten, panels, plain, bytes)
  for (let k: usize = 0; k < bytes; k += 4) store<f64>(wideX + (k << 1), <f64>load<f32>(plain + k))
  for (let round = 0; round < ROUNDS; round++) {
    residual(work, wideX, wideR)
    narrow(wideR, plain, bytes)
    multiply(plain, 1, bytes, work.whiten, panels, r, bytes)
    memory.fill(correction, 0, bytes)
    const isFound = descend(work, correction, <i32>(bytes >> 2), CORRECTION * dot(r, r, bytes))
    addScaled(1, correction, whitenedX, bytes)
    multiply(correction, 1, bytes, work.unwhiten, panels, plain, bytes)
    if (addWide(plain, wideX, bytes) <= LAST && isFound) break
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
