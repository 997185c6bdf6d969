// One row's interactions: the opposite side's factors gathered into a contiguous block, and what is done
// with such a work. Heavy rows go through several blocks, so scratch is bounded and stays in the cache.
//
//   y   factors of the opposite side (whitened), one row an interaction
//   g   c − 1 = alpha · weight, the confidence above 1

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
  /** The block: float32 [capacity × stride]. */
  block: usize
  /** The block's g: float32 [capacity]. */
  gains: usize
  /** Rows the block may hold, a multiple of 4. */
  capacity: i32
  /** Rows it holds, padded with zero rows to a multiple of 4. */
  held: i32
  /** The interactions it holds: [from, to) of the chunk; from = −1 when none. */
  from: i32
  to: i32
  /** float32 [5 × stride] */
  vectors: usize
  /** float32 [stride × stride] */
  matrix: usize
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

/** Fills the block with interactions [from, to) of the chunk: factors and g = alpha · weight. */
export function gather(work: Work, from: i32, to: i32): void {
  if (work.from == from && work.to == to) return
  const bytes = work.bytes
  let y = work.block
  let gain = work.gains
  for (let k = from; k < to; k++) {
    const source = work.opposite + <usize>load<i32>(work.indices + (<usize>k << 2)) * bytes
    for (let o: usize = 0; o < bytes; o += 32) {
      v128.store(y + o, v128.load(source + o))
      v128.store(y + o, v128.load(source + o, 16), 16)
    }
    store<f32>(gain, work.alpha * load<f32>(work.values + (<usize>k << 2)))
    y += bytes
    gain += 4
  }
  const held = (to - from + 3) & ~3
  const padding = <usize>(held - (to - from))
  memory.fill(y, 0, padding * bytes)
  memory.fill(gain, 0, padding << 2)
  work.held = held
  work.from = from
  work.to = to
}

/**
 * out ← out + Σ w y, where w = g (y · p), or w = c − g (y · p) when `residual`.
 *
 * A padding row is zero and adds nothing.
 */
export function addWeighted(work: Work, p: usize, out: usize, residual: bool): void {
  const bytes = work.bytes
  for (let k = 0; k < work.held; k += 4) {
    const y = work.block + <usize>k * bytes
    const g = v128.load(work.gains + (<usize>k << 2))
    let w = f32x4.mul(g, fourDots(y, p, bytes))
    if (residual) w = f32x4.sub(f32x4.add(g, f32x4.splat(1)), w)
    addFour(y, w, out, bytes)
  }
}

/** out ← out + Σ c y */
export function addTargets(work: Work, out: usize): void {
  for (let k = 0; k < work.held; k += 4) {
    const c = f32x4.add(v128.load(work.gains + (<usize>k << 2)), f32x4.splat(1))
    addFour(work.block + <usize>k * work.bytes, c, out, work.bytes)
  }
}

/** Scales each row of the block by √g; the block no longer holds the factors themselves. */
export function scaleByRootGain(work: Work): void {
  work.from = -1
  for (let k = 0; k < work.held; k++) {
    const y = work.block + <usize>k * work.bytes
    const root = f32x4.splat(sqrt<f32>(load<f32>(work.gains + (<usize>k << 2))))
    for (let o: usize = 0; o < work.bytes; o += 16) v128.store(y + o, f32x4.mul(root, v128.load(y + o)))
  }
}

/** Adds Σ c (1 − s)² and Σ s², s = y · x, over the interactions of the block to the sums. */
export function addLoss(work: Work, x: usize): void {
  const n = work.to - work.from
  let observed = load<f64>(work.sums)
  let squares = load<f64>(work.sums, 8)
  for (let k = 0; k < n; k += 4) {
    let s = fourDots(work.block + <usize>k * work.bytes, x, work.bytes)
    for (let lane = k; lane < min(k + 4, n); lane++) {
      const score = <f64>f32x4.extract_lane(s, 0)
      s = v128.shuffle<f32>(s, s, 1, 2, 3, 0)
      const confidence = 1.0 + <f64>load<f32>(work.gains + (<usize>lane << 2))
      observed += confidence * (1.0 - score) * (1.0 - score)
      squares += score * score
    }
  }
  store<f64>(work.sums, observed)
  store<f64>(work.sums, squares, 8)
}

// (y0 · p, y1 · p, y2 · p, y3 · p) of four rows in turn; each load of p serves four rows, and one transpose
// replaces four sums across lanes
function fourDots(y0: usize, p: usize, bytes: usize): v128 {
  const y1 = y0 + bytes, y2 = y1 + bytes, y3 = y2 + bytes
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0)
  for (let o: usize = 0; o < bytes; o += 16) {
    const v = v128.load(p + o)
    a0 = f32x4.add(a0, f32x4.mul(v, v128.load(y0 + o)))
    a1 = f32x4.add(a1, f32x4.mul(v, v128.load(y1 + o)))
    a2 = f32x4.add(a2, f32x4.mul(v, v128.load(y2 + o)))
    a3 = f32x4.add(a3, f32x4.mul(v, v128.load(y3 + o)))
  }
  const t0 = f32x4.add(v128.shuffle<f32>(a0, a1, 0, 4, 1, 5), v128.shuffle<f32>(a0, a1, 2, 6, 3, 7))
  const t1 = f32x4.add(v128.shuffle<f32>(a2, a3, 0, 4, 1, 5), v128.shuffle<f32>(a2, a3, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<f32>(t0, t1, 0, 1, 4, 5), v128.shuffle<f32>(t0, t1, 2, 3, 6, 7))
}

// out ← out + w0 y0 + w1 y1 + w2 y2 + w3 y3
function addFour(y0: usize, w: v128, out: usize, bytes: usize): void {
  const y1 = y0 + bytes, y2 = y1 + bytes, y3 = y2 + bytes
  const w0 = v128.shuffle<f32>(w, w, 0, 0, 0, 0), w1 = v128.shuffle<f32>(w, w, 1, 1, 1, 1)
  const w2 = v128.shuffle<f32>(w, w, 2, 2, 2, 2), w3 = v128.shuffle<f32>(w, w, 3, 3, 3, 3)
  for (let o: usize = 0; o < bytes; o += 16) {
    const first = f32x4.add(f32x4.mul(w0, v128.load(y0 + o)), f32x4.mul(w1, v128.load(y1 + o)))
    const second = f32x4.add(f32x4.mul(w2, v128.load(y2 + o)), f32x4.mul(w3, v128.load(y3 + o)))
    v128.store(out + o, f32x4.add(v128.load(out + o), f32x4.add(first, second)))
  }
}

