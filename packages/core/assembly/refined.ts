// A row's factors right to float32's last bits, by iterative refinement (Higham 2002, §12.1): the residual of the
// original equations is taken in float64, the correction is found by conjugate gradient in whitened coordinates.
//
//   x ← x + L⁻ᵀ d',   (I + Σ (c − 1) y' y'ᵀ) d' ≈ L⁻¹ r,   r = Σ c y − (YᵀY + λI) x − Σ (c − 1) y (y · x)
import { descend } from './conjugate-gradient'
import { addLoss, holdRow, scoreRow, Work } from './interactions'
import { multiply } from './multiply'
import { addScaled, dot } from './vector'

/** A correction is found until its squared residual is this share of what it was. */
const CORRECTION: f32 = 1e-6
/** Refinement ends when a squared correction is this share of the squared factors: below float32's resolution. */
const RESOLUTION: f32 = 1e-15
/** Far more than needed; an ill-conditioned row ends here. */
const ROUNDS: i32 = 30

/**
 * x: float32 [nRows × stride], the factors, in (where it starts from) and out. whitenedX: the same in whitened
 * coordinates, in and out, for the loss. A row without interactions becomes zero.
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

function refine(work: Work, whitenedX: usize, x: usize): void {
  const bytes = work.bytes
  const panels = <i32>(bytes >> 5)
  const wideX = work.wide, wideR = wideX + (bytes << 1)
  const r = work.vectors, correction = r + 3 * bytes, plain = correction + bytes
  for (let k: usize = 0; k < bytes; k += 4) store<f64>(wideX + (k << 1), <f64>load<f32>(x + k))
  for (let round = 0; round < ROUNDS; round++) {
    residual(work, wideX, wideR)
    narrow(wideR, plain, bytes)
    multiply(plain, 1, bytes, work.whiten, panels, r, bytes)
    memory.fill(correction, 0, bytes)
    descend(work, correction, <i32>(bytes >> 2), CORRECTION * dot(r, r, bytes))
    addScaled(1, correction, whitenedX, bytes)
    multiply(correction, 1, bytes, work.unwhiten, panels, plain, bytes)
    for (let k: usize = 0; k < bytes; k += 4) store<f64>(wideX + (k << 1), load<f64>(wideX + (k << 1)) + <f64>load<f32>(plain + k))
    if (dot(correction, correction, bytes) <= RESOLUTION * dot(whitenedX, whitenedX, bytes)) break
  }
  narrow(wideX, x, bytes)
}

function narrow(wide: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 4) store<f32>(out + k, <f32>load<f64>(wide + (k << 1)))
}

// r ← Σ c y − (YᵀY + λI) x − Σ (c − 1) y (y · x), all in float64
function residual(work: Work, x: usize, r: usize): void {
  const wideBytes = work.bytes << 1
  for (let k: usize = 0; k < wideBytes; k += 8) store<f64>(r + k, -wideDot(work.gram + (k >> 3) * wideBytes, x, wideBytes))
  const end = <usize>work.held << 2
  for (let k: usize = 0; k < end; k += 4) {
    const y = work.plain + (load<usize>(work.rows + k) - work.opposite)
    const gain = <f64>load<f32>(work.gains + k)
    const weight = f64x2.splat(1.0 + gain - gain * mixedDot(y, x, work.bytes))
    for (let o: usize = 0; o < work.bytes; o += 8) {
      const pair = f64x2.promote_low_f32x4(v128.load64_zero(y + o))
      v128.store(r + (o << 1), f64x2.add(v128.load(r + (o << 1)), f64x2.mul(weight, pair)))
    }
  }
}

function wideDot(a: usize, b: usize, wideBytes: usize): f64 {
  let sum = f64x2.splat(0)
  for (let o: usize = 0; o < wideBytes; o += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(a + o), v128.load(b + o)))
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

// float32 y · float64 x
function mixedDot(y: usize, x: usize, bytes: usize): f64 {
  let even = f64x2.splat(0), odd = f64x2.splat(0)
  for (let o: usize = 0; o < bytes; o += 16) {
    even = f64x2.add(even, f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(y + o)), v128.load(x + (o << 1))))
    odd = f64x2.add(odd, f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(y + o, 8)), v128.load(x + (o << 1), 16)))
  }
  const sum = f64x2.add(even, odd)
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}
