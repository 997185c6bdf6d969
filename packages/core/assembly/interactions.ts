// One row's interactions, and the passes over them that conjugate gradient is made of.
//
//   y   factors of the opposite side (whitened), one row an interaction
//   g   c / c0 − 1 = excess + alpha · weight, the confidence above that of a pair without an interaction
//   s   y · x, the interaction's score
//
// A pass reads the opposite side's rows where they lie, eight at a time: eight sums hide the latency of an addition,
// each load of p serves eight rows, and what the scores have brought into the cache the addition finds there.
// Copying the rows together first was measured too: no quicker, and one array more.

/** What one thread works with; laid out in memory by src/kernels/wasm/layout.ts, all fields 32 bits wide. */
// @ts-ignore: decorator
@unmanaged
export class Work {
  /** The opposite side's factors, float32 [n × stride]. */
  opposite: usize
  /** The chunk in work. `apart`: row r's interactions are [starts[r], starts[r + 1]) of indices and values, from starts[0]. */
  starts: usize
  indices: usize
  values: usize
  /** `together` = 1: row r's are lengths[r] from starts[r] on of the entries, each row padded to a multiple of 8. */
  together: i32
  lengths: usize
  /** Divided by c0, as everything. */
  alpha: f32
  /** Bytes of one row of factors. */
  bytes: usize
  /** Four arrays of `span` bytes each, one entry an interaction: pointer to the opposite row, g, score, score of the direction. */
  entries: usize
  span: usize
  /** The row in work: where its pointers begin, and how many interactions it has. Its other arrays lie `span` bytes apart. */
  rows: usize
  held: i32
  /** float32 [stride], zero: what the padding points to. */
  zeros: usize
  /** float32 [6 × stride] */
  vectors: usize
  /** float32 [3 × stride] and 32 bytes a row of a chunk whose rows are solved together. */
  states: usize
  /** Bytes of the opposite side that such a chunk goes over at a time. */
  tile: usize
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
  /** L⁻ᵀ and L⁻¹, or Q and Qᵀ, in panels for multiply(), float32 [stride × stride]. */
  whiten: usize
  unwhiten: usize
  /** 1 / c0 − 1 */
  excess: f32
  /** The eigenvalues of YᵀY + λI, float32 [stride], where rows have λ of their own; 0 where they have not. diagonal.ts */
  spectrum: usize
  /** What each of a row's interactions adds to its λ. */
  ridgePerInteraction: f32

  /** What the row in work has as λ beyond that of `gram`. */
  // @ts-ignore: decorator
  @inline
  get ridge(): f64 { return <f64>this.ridgePerInteraction * <f64>this.held }

  // @ts-ignore: decorator
  @inline
  get gains(): usize { return this.rows + this.span }

  // @ts-ignore: decorator
  @inline
  get scores(): usize { return this.rows + 2 * this.span }

  // @ts-ignore: decorator
  @inline
  get moves(): usize { return this.rows + 3 * this.span }

  /** Bytes of each of the row's arrays, its padding included. */
  // @ts-ignore: decorator
  @inline
  get length(): usize { return <usize>((this.held + 7) & ~7) << 2 }
}

/** Makes a row of the chunk the row in work: pointers to its interactions' factors, and g. False where it has none. */
export function holdRow(work: Work, row: i32): bool {
  const start = work.starts + (<usize>row << 2)
  let indices = work.indices, values = work.values
  if (work.together) {
    work.rows = work.entries + (<usize>load<i32>(start) << 2)
    work.held = load<i32>(work.lengths + (<usize>row << 2))
    indices = work.rows
    values = work.gains
  } else {
    const from = <usize>(load<i32>(start) - load<i32>(work.starts)) << 2
    work.rows = work.entries
    work.held = load<i32>(start, 4) - load<i32>(start)
    indices += from
    values += from
  }
  const end = <usize>work.held << 2
  for (let k: usize = 0; k < end; k += 4) {
    store<usize>(work.rows + k, work.opposite + <usize>load<i32>(indices + k) * work.bytes)
    store<f32>(work.gains + k, work.excess + work.alpha * load<f32>(values + k))
  }
  for (let k = end; k < work.length; k += 4) {
    store<usize>(work.rows + k, work.zeros)
    store<f32>(work.gains + k, 0)
  }
  return work.held > 0
}

/**
 * out ← out + Σ (c − g s) y, s = y · x into the scores: with out = −D x, the residual of the equations (diagonal.ts).
 * Over the row's entries [from, to) in bytes, multiples of 32, as all passes.
 */
export function addResidual(work: Work, from: usize, to: usize, x: usize, out: usize): void {
  const one = f32x4.splat(1)
  for (let k = from; k < to; k += 32) {
    const gains = work.gains + k, scores = work.scores + k
    scoreEight(work.rows + k, x, work.bytes, scores)
    const left = v128.load(gains), right = v128.load(gains, 16)
    const wLeft = f32x4.sub(f32x4.add(left, one), f32x4.mul(left, v128.load(scores)))
    const wRight = f32x4.sub(f32x4.add(right, one), f32x4.mul(right, v128.load(scores, 16)))
    addEight(work.rows + k, wLeft, wRight, out, work.bytes)
  }
}

/** t = y · d into the moves; out ← out + Σ g t y unless out is 0. Returns `sums` + Σ g t², in four lanes. */
export function addImage(work: Work, from: usize, to: usize, d: usize, out: usize, sums: v128): v128 {
  for (let k = from; k < to; k += 32) {
    const gains = work.gains + k, moves = work.moves + k
    scoreEight(work.rows + k, d, work.bytes, moves)
    const left = v128.load(moves), right = v128.load(moves, 16)
    const wLeft = f32x4.mul(left, v128.load(gains)), wRight = f32x4.mul(right, v128.load(gains, 16))
    sums = f32x4.add(sums, f32x4.add(f32x4.mul(left, wLeft), f32x4.mul(right, wRight)))
    if (out) addEight(work.rows + k, wLeft, wRight, out, work.bytes)
  }
  return sums
}

/** s = y · x into the scores. */
export function scoreRow(work: Work, x: usize): void {
  for (let k: usize = 0; k < work.length; k += 32) scoreEight(work.rows + k, x, work.bytes, work.scores + k)
}

/** out ← out + Σ c y */
export function addTargets(work: Work, out: usize): void {
  const one = f32x4.splat(1)
  for (let k: usize = 0; k < work.length; k += 32) {
    const gains = work.gains + k
    addEight(work.rows + k, f32x4.add(v128.load(gains), one), f32x4.add(v128.load(gains, 16), one), out, work.bytes)
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
  let observed = f64x2.splat(0), squares = f64x2.splat(0)
  const end = <usize>work.held << 2
  for (let k: usize = 0; k + 8 <= end; k += 8) {
    const s = f64x2.promote_low_f32x4(v128.load64_zero(work.scores + k))
    const g = f64x2.promote_low_f32x4(v128.load64_zero(work.gains + k))
    const miss = f64x2.sub(f64x2.splat(1), s)
    observed = f64x2.add(observed, f64x2.mul(f64x2.add(f64x2.splat(1), g), f64x2.mul(miss, miss)))
    squares = f64x2.add(squares, f64x2.mul(s, s))
  }
  let loss = load<f64>(work.sums) + f64x2.extract_lane(observed, 0) + f64x2.extract_lane(observed, 1)
  let all = load<f64>(work.sums, 8) + f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1)
  if (work.held & 1) {
    const s = <f64>load<f32>(work.scores + end - 4)
    loss += (1.0 + <f64>load<f32>(work.gains + end - 4)) * (1.0 - s) * (1.0 - s)
    all += s * s
  }
  store<f64>(work.sums, loss)
  store<f64>(work.sums, all, 8)
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
