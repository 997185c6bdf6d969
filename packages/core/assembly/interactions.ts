// One row's interactions, and the passes over them that conjugate gradient is made of.
//
//   y   factors of the opposite side (whitened), one row an interaction
//   g   c − 1 = alpha · weight, the confidence above 1
//   s   y · x, the interaction's score
//
// A pass reads the opposite side's rows where they lie, eight at a time: eight sums hide the latency of an addition,
// each load of p serves eight rows, and what the scores have brought into the cache the addition finds there.
// Copying the rows together first was measured too: no quicker, and one array more.

import { sumLanes } from './vector'

/** What one thread works with; laid out in memory by src/kernels/wasm/layout.ts, all fields 32 bits wide. */
// @ts-ignore: decorator
@unmanaged
export class Work {
  /** The opposite side's factors, float32 [n × stride]. */
  opposite: usize
  /** uint32 [rows + 1] of the chunk in work; only differences count. */
  indptr: usize
  /** int32, the chunk's interactions. */
  indices: usize
  /** float32, the chunk's weights. */
  values: usize
  alpha: f32
  /** Bytes of one row of factors. */
  bytes: usize
  /** Of the row in work, padded to a multiple of 8: pointers to the opposite rows, and g. The padding is `zeros` and 0. */
  rows: usize
  gains: usize
  /** float32, as long: the scores of the row in work, and those of the direction in work. */
  scores: usize
  moves: usize
  /** The row's interactions: [from, from + held) of the chunk. */
  from: i32
  held: i32
  /** float32 [stride], zero. */
  zeros: usize
  /** float32 [6 × stride] */
  vectors: usize
  /** float32 [stride × stride] */
  matrix: usize
  /** The scaled rows of `exact`: float32 [capacity × stride]. */
  block: usize
  capacity: i32
  /** float64 [2]: Σ c (1 − s)² and Σ s² over the interactions solved. */
  sums: usize
  /** float64 [2 × stride] */
  wide: usize
  /** The opposite side's factors before whitening, float32 [n × stride]. */
  plain: usize
  /** YᵀY + λI, float64 [stride × stride], symmetric. */
  gram: usize
  /** L⁻ᵀ and L⁻¹ in panels for multiply(), float32 [stride × stride]. */
  whiten: usize
  unwhiten: usize
}

/** First interaction of a row, counted from the chunk's first. */
// @ts-ignore: decorator
@inline
export function rowStart(work: Work, row: i32): i32 {
  return load<i32>(work.indptr + (<usize>row << 2)) - load<i32>(work.indptr)
}

/** Makes interactions [from, to) of the chunk the row in work: pointers to their factors, and g. */
export function holdRow(work: Work, from: i32, to: i32): void {
  const n = to - from
  const indices = work.indices + (<usize>from << 2), values = work.values + (<usize>from << 2)
  for (let k: usize = 0; k < <usize>n << 2; k += 4) {
    store<usize>(work.rows + k, work.opposite + <usize>load<i32>(indices + k) * work.bytes)
    store<f32>(work.gains + k, work.alpha * load<f32>(values + k))
  }
  for (let k = n; k < ((n + 7) & ~7); k++) {
    store<usize>(work.rows + (<usize>k << 2), work.zeros)
    store<f32>(work.gains + (<usize>k << 2), 0)
  }
  work.from = from
  work.held = n
}

/** out ← out + Σ (c − g s) y, s = y · x into work.scores: with out = −x, the residual of the whitened equations. */
export function addResidual(work: Work, x: usize, out: usize): void {
  for (let k: usize = 0; k < <usize>work.held << 2; k += 32) {
    scoreEight(work.rows + k, x, work.bytes, work.scores + k)
    const left = v128.load(work.gains + k), right = v128.load(work.gains + k, 16)
    addEight(
      work.rows + k,
      f32x4.sub(f32x4.add(left, f32x4.splat(1)), f32x4.mul(left, v128.load(work.scores + k))),
      f32x4.sub(f32x4.add(right, f32x4.splat(1)), f32x4.mul(right, v128.load(work.scores + k, 16))),
      out, work.bytes,
    )
  }
}

/** out ← out + Σ g t y, t = y · d into work.moves. Returns Σ g t². */
export function addImage(work: Work, d: usize, out: usize): f32 {
  let curvature = f32x4.splat(0)
  for (let k: usize = 0; k < <usize>work.held << 2; k += 32) {
    scoreEight(work.rows + k, d, work.bytes, work.moves + k)
    const left = v128.load(work.moves + k), right = v128.load(work.moves + k, 16)
    const weighted = f32x4.mul(left, v128.load(work.gains + k)), others = f32x4.mul(right, v128.load(work.gains + k, 16))
    curvature = f32x4.add(curvature, f32x4.add(f32x4.mul(left, weighted), f32x4.mul(right, others)))
    addEight(work.rows + k, weighted, others, out, work.bytes)
  }
  return sumLanes(curvature)
}

/** t = y · d into work.moves. Returns Σ g t², with the bits of addImage. */
export function curvatureAlong(work: Work, d: usize): f32 {
  let curvature = f32x4.splat(0)
  for (let k: usize = 0; k < <usize>work.held << 2; k += 32) {
    scoreEight(work.rows + k, d, work.bytes, work.moves + k)
    const left = v128.load(work.moves + k), right = v128.load(work.moves + k, 16)
    const weighted = f32x4.mul(left, v128.load(work.gains + k)), others = f32x4.mul(right, v128.load(work.gains + k, 16))
    curvature = f32x4.add(curvature, f32x4.add(f32x4.mul(left, weighted), f32x4.mul(right, others)))
  }
  return sumLanes(curvature)
}

/** s = y · x into work.scores. */
export function scoreRow(work: Work, x: usize): void {
  for (let k: usize = 0; k < <usize>work.held << 2; k += 32) scoreEight(work.rows + k, x, work.bytes, work.scores + k)
}

/** out ← out + Σ c y */
export function addTargets(work: Work, out: usize): void {
  const one = f32x4.splat(1)
  for (let k: usize = 0; k < <usize>work.held << 2; k += 32) {
    addEight(work.rows + k, f32x4.add(v128.load(work.gains + k), one), f32x4.add(v128.load(work.gains + k, 16), one), out, work.bytes)
  }
}

/** work.block ← √g y for `n` interactions of the row in work, from its `first` on. */
export function scaledRows(work: Work, first: i32, n: i32): void {
  let to = work.block
  for (let k = <usize>first << 2; k < <usize>(first + n) << 2; k += 4) {
    const y = load<usize>(work.rows + k)
    const root = f32x4.splat(sqrt<f32>(load<f32>(work.gains + k)))
    for (let o: usize = 0; o < work.bytes; o += 16) v128.store(to + o, f32x4.mul(root, v128.load(y + o)))
    to += work.bytes
  }
}

/** Adds Σ c (1 − s)² and Σ s² over the row in work, from its scores, to the sums. */
export function addLoss(work: Work): void {
  let observed = load<f64>(work.sums)
  let squares = load<f64>(work.sums, 8)
  for (let k: usize = 0; k < <usize>work.held << 2; k += 4) {
    const score = <f64>load<f32>(work.scores + k)
    const miss = 1.0 - score
    observed += (1.0 + <f64>load<f32>(work.gains + k)) * miss * miss
    squares += score * score
  }
  store<f64>(work.sums, observed)
  store<f64>(work.sums, squares, 8)
}

// out[0 … 7] ← y · p of eight rows; one transpose replaces four sums across lanes
function scoreEight(rows: usize, p: usize, bytes: usize, out: usize): void {
  // as distances from p, so that one moving pointer serves all
  const y0 = load<usize>(rows) - p, y1 = load<usize>(rows, 4) - p, y2 = load<usize>(rows, 8) - p, y3 = load<usize>(rows, 12) - p
  const y4 = load<usize>(rows, 16) - p, y5 = load<usize>(rows, 20) - p, y6 = load<usize>(rows, 24) - p, y7 = load<usize>(rows, 28) - p
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0)
  let a4 = f32x4.splat(0), a5 = f32x4.splat(0), a6 = f32x4.splat(0), a7 = f32x4.splat(0)
  for (const end = p + bytes; p < end; p += 32) {
    const u = v128.load(p), v = v128.load(p, 16)
    a0 = f32x4.add(f32x4.add(a0, f32x4.mul(u, v128.load(p + y0))), f32x4.mul(v, v128.load(p + y0, 16)))
    a1 = f32x4.add(f32x4.add(a1, f32x4.mul(u, v128.load(p + y1))), f32x4.mul(v, v128.load(p + y1, 16)))
    a2 = f32x4.add(f32x4.add(a2, f32x4.mul(u, v128.load(p + y2))), f32x4.mul(v, v128.load(p + y2, 16)))
    a3 = f32x4.add(f32x4.add(a3, f32x4.mul(u, v128.load(p + y3))), f32x4.mul(v, v128.load(p + y3, 16)))
    a4 = f32x4.add(f32x4.add(a4, f32x4.mul(u, v128.load(p + y4))), f32x4.mul(v, v128.load(p + y4, 16)))
    a5 = f32x4.add(f32x4.add(a5, f32x4.mul(u, v128.load(p + y5))), f32x4.mul(v, v128.load(p + y5, 16)))
    a6 = f32x4.add(f32x4.add(a6, f32x4.mul(u, v128.load(p + y6))), f32x4.mul(v, v128.load(p + y6, 16)))
    a7 = f32x4.add(f32x4.add(a7, f32x4.mul(u, v128.load(p + y7))), f32x4.mul(v, v128.load(p + y7, 16)))
  }
  v128.store(out, sumsOfFour(a0, a1, a2, a3))
  v128.store(out, sumsOfFour(a4, a5, a6, a7), 16)
}

// @ts-ignore: decorator
@inline
function sumsOfFour(a0: v128, a1: v128, a2: v128, a3: v128): v128 {
  const t0 = f32x4.add(v128.shuffle<f32>(a0, a1, 0, 4, 1, 5), v128.shuffle<f32>(a0, a1, 2, 6, 3, 7))
  const t1 = f32x4.add(v128.shuffle<f32>(a2, a3, 0, 4, 1, 5), v128.shuffle<f32>(a2, a3, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<f32>(t0, t1, 0, 1, 4, 5), v128.shuffle<f32>(t0, t1, 2, 3, 6, 7))
}

// out ← out + Σ w y over eight rows, w = (left, right)
function addEight(rows: usize, left: v128, right: v128, out: usize, bytes: usize): void {
  const y0 = load<usize>(rows) - out, y1 = load<usize>(rows, 4) - out, y2 = load<usize>(rows, 8) - out, y3 = load<usize>(rows, 12) - out
  const y4 = load<usize>(rows, 16) - out, y5 = load<usize>(rows, 20) - out, y6 = load<usize>(rows, 24) - out, y7 = load<usize>(rows, 28) - out
  const w0 = v128.shuffle<f32>(left, left, 0, 0, 0, 0), w1 = v128.shuffle<f32>(left, left, 1, 1, 1, 1)
  const w2 = v128.shuffle<f32>(left, left, 2, 2, 2, 2), w3 = v128.shuffle<f32>(left, left, 3, 3, 3, 3)
  const w4 = v128.shuffle<f32>(right, right, 0, 0, 0, 0), w5 = v128.shuffle<f32>(right, right, 1, 1, 1, 1)
  const w6 = v128.shuffle<f32>(right, right, 2, 2, 2, 2), w7 = v128.shuffle<f32>(right, right, 3, 3, 3, 3)
  for (const end = out + bytes; out < end; out += 16) {
    const first = f32x4.add(f32x4.mul(w0, v128.load(out + y0)), f32x4.mul(w1, v128.load(out + y1)))
    const second = f32x4.add(f32x4.mul(w2, v128.load(out + y2)), f32x4.mul(w3, v128.load(out + y3)))
    const third = f32x4.add(f32x4.mul(w4, v128.load(out + y4)), f32x4.mul(w5, v128.load(out + y5)))
    const fourth = f32x4.add(f32x4.mul(w6, v128.load(out + y6)), f32x4.mul(w7, v128.load(out + y7)))
    v128.store(out, f32x4.add(v128.load(out), f32x4.add(f32x4.add(first, second), f32x4.add(third, fourth))))
  }
}
