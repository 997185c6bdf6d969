// The residual of a row's normal equations in float64, from float32 factors, four rows at a time.
import { Work } from './interactions'

/** r ← Σ c y − (YᵀY + λI) x − Σ (c − 1) y (y · x), λ that of the row; x, r: float64 [stride]. */
export function residual(work: Work, x: usize, r: usize): void {
  negatedProduct(work.gram, x, r, work.bytes << 1)
  if (work.spectrum) subtractRidge(work, x, r)
  const end = <usize>work.held << 2
  let k: usize = 0
  for (; k + 16 <= end; k += 16) addFour(work, k, x, r)
  for (; k < end; k += 4) addOne(work, k, x, r)
}

// r ← −G x, G: float64 [stride × stride]
function negatedProduct(gram: usize, x: usize, r: usize, wideBytes: usize): void {
  for (let i: usize = 0; i < wideBytes; i += 32) {
    const g0 = gram + (i >> 3) * wideBytes, g1 = g0 + wideBytes, g2 = g1 + wideBytes, g3 = g2 + wideBytes
    let a0 = f64x2.splat(0), a1 = f64x2.splat(0), a2 = f64x2.splat(0), a3 = f64x2.splat(0)
    for (let o: usize = 0; o < wideBytes; o += 16) {
      const u = v128.load(x + o)
      a0 = f64x2.sub(a0, f64x2.mul(u, v128.load(g0 + o)))
      a1 = f64x2.sub(a1, f64x2.mul(u, v128.load(g1 + o)))
      a2 = f64x2.sub(a2, f64x2.mul(u, v128.load(g2 + o)))
      a3 = f64x2.sub(a3, f64x2.mul(u, v128.load(g3 + o)))
    }
    v128.store(r + i, sumsOfTwo(a0, a1))
    v128.store(r + i, sumsOfTwo(a2, a3), 16)
  }
}

// r ← r − λ x, λ that of the row beyond the one in the gram matrix
function subtractRidge(work: Work, x: usize, r: usize): void {
  const ridge = f64x2.splat(work.ridge)
  for (let o: usize = 0; o < work.bytes << 1; o += 16) v128.store(r + o, f64x2.sub(v128.load(r + o), f64x2.mul(ridge, v128.load(x + o))))
}

// The four interactions from byte k of the row's arrays on.
function addFour(work: Work, k: usize, x: usize, r: usize): void {
  const y0 = plainRow(work, k), y1 = plainRow(work, k + 4), y2 = plainRow(work, k + 8), y3 = plainRow(work, k + 12)
  const bytes = work.bytes
  let a0 = f64x2.splat(0), a1 = f64x2.splat(0), a2 = f64x2.splat(0), a3 = f64x2.splat(0)
  let b0 = f64x2.splat(0), b1 = f64x2.splat(0), b2 = f64x2.splat(0), b3 = f64x2.splat(0)
  for (let o: usize = 0; o < bytes; o += 16) {
    const u = v128.load(x + (o << 1)), v = v128.load(x + (o << 1), 16)
    a0 = f64x2.add(a0, f64x2.mul(u, pair(y0 + o)))
    a1 = f64x2.add(a1, f64x2.mul(u, pair(y1 + o)))
    a2 = f64x2.add(a2, f64x2.mul(u, pair(y2 + o)))
    a3 = f64x2.add(a3, f64x2.mul(u, pair(y3 + o)))
    b0 = f64x2.add(b0, f64x2.mul(v, pair(y0 + o + 8)))
    b1 = f64x2.add(b1, f64x2.mul(v, pair(y1 + o + 8)))
    b2 = f64x2.add(b2, f64x2.mul(v, pair(y2 + o + 8)))
    b3 = f64x2.add(b3, f64x2.mul(v, pair(y3 + o + 8)))
  }
  const left = weights(sumsOfTwo(f64x2.add(a0, b0), f64x2.add(a1, b1)), work.gains + k)
  const right = weights(sumsOfTwo(f64x2.add(a2, b2), f64x2.add(a3, b3)), work.gains + k + 8)
  const w0 = v128.shuffle<f64>(left, left, 0, 0), w1 = v128.shuffle<f64>(left, left, 1, 1)
  const w2 = v128.shuffle<f64>(right, right, 0, 0), w3 = v128.shuffle<f64>(right, right, 1, 1)
  for (let o: usize = 0; o < bytes; o += 8) {
    const first = f64x2.add(f64x2.mul(w0, pair(y0 + o)), f64x2.mul(w1, pair(y1 + o)))
    const second = f64x2.add(f64x2.mul(w2, pair(y2 + o)), f64x2.mul(w3, pair(y3 + o)))
    const to = r + (o << 1)
    v128.store(to, f64x2.add(v128.load(to), f64x2.add(first, second)))
  }
}

function addOne(work: Work, k: usize, x: usize, r: usize): void {
  const y = plainRow(work, k)
  let sums = f64x2.splat(0)
  for (let o: usize = 0; o < work.bytes; o += 8) sums = f64x2.add(sums, f64x2.mul(v128.load(x + (o << 1)), pair(y + o)))
  const gain = <f64>load<f32>(work.gains + k)
  const weight = f64x2.splat(1 + gain - gain * (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)))
  for (let o: usize = 0; o < work.bytes; o += 8) {
    const to = r + (o << 1)
    v128.store(to, f64x2.add(v128.load(to), f64x2.mul(weight, pair(y + o))))
  }
}

// c − (c − 1) s of two interactions, whose gains c − 1 lie at `gains`
// @ts-ignore: decorator
@inline
function weights(scores: v128, gains: usize): v128 {
  const g = pair(gains)
  return f64x2.sub(f64x2.add(f64x2.splat(1), g), f64x2.mul(g, scores))
}

// The interaction's factors before whitening.
// @ts-ignore: decorator
@inline
function plainRow(work: Work, k: usize): usize {
  return work.plain + (load<usize>(work.rows + k) - work.opposite)
}

// Two float32 as float64.
// @ts-ignore: decorator
@inline
function pair(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address))
}

// (Σ of a's lanes, Σ of b's lanes)
// @ts-ignore: decorator
@inline
function sumsOfTwo(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3))
}
