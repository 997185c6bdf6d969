// The eigenvalues and eigenvectors of a symmetric matrix in float64: Householder's reflections to a tridiagonal matrix, then
// QR steps with Wilkinson's shift (Golub and Van Loan 2013, §8.3). Rows have `bytes` = 8 · stride bytes, their padding is zero.
//
//   A = Qᵀ diag(d) Q, row k of Q the eigenvector of d_k
//   H_k = I − u uᵀ, |u|² = 2     T = diag(d) with e beside it, until e is zero

/** What beside the diagonal is no more than this share of the largest value is zero. */
const NOTHING: f64 = 1.2e-16
/** Steps that an eigenvalue may take; two or three are the rule. */
const STEPS: i32 = 30

/**
 * a: [n × stride], symmetric, is overwritten. vectors: [n × stride], out. values: [4 × stride], of which the first n are the
 * eigenvalues, in no order. False where there are none because a value of A is not finite.
 */
export function diagonalize(a: usize, n: i32, bytes: usize, vectors: usize, values: usize): bool {
  const e = values + bytes
  tridiagonalize(a, n, bytes, values, e, e + bytes)
  reflect(a, n, bytes, vectors)
  return sweepOut(n, bytes, values, e, vectors)
}

// d, e ← T; row k of A becomes u of H_k, zero up to the diagonal. w: scratch, [stride], after e.
function tridiagonalize(a: usize, n: i32, bytes: usize, d: usize, e: usize, w: usize): void {
  memory.fill(e, 0, 2 * bytes)
  for (let k = 0; k < n; k++) {
    const u = a + <usize>k * bytes, at = <usize>k << 3
    const from = (at + 8) & ~15
    store<f64>(d + at, load<f64>(u + at))
    memory.fill(u, 0, at + 8)
    if (k == n - 1) break
    const first = load<f64>(u + at, 8)
    store<f64>(u + at, 0, 8)
    const rest = dotFrom(u, u, from, bytes)
    if (rest == 0) {
      store<f64>(e + at, first)
      continue
    }
    const norm = sqrt<f64>(first * first + rest)
    store<f64>(e + at, first > 0 ? -norm : norm)
    store<f64>(u + at, first > 0 ? first + norm : first - norm, 8)
    scale(u, 1 / sqrt<f64>(norm * (norm + abs<f64>(first))), from, bytes)
    // H A H = A − u wᵀ − w uᵀ with w = p − (u · p / 2) u, p = A u
    store<f64>(w + at, 0)
    for (let i = at + 8; i < <usize>n << 3; i += 8) store<f64>(w + i, dotFrom(a + (i >> 3) * bytes, u, from, bytes))
    addTo(w, u, -0.5 * dotFrom(u, w, from, bytes), from, bytes)
    for (let i = at + 8; i < <usize>n << 3; i += 8) addTwoTo(a + (i >> 3) * bytes, u, -load<f64>(w + i), w, -load<f64>(u + i), from, bytes)
  }
}

// Q ← … H_1 H_0, from the reflections' u
function reflect(a: usize, n: i32, bytes: usize, q: usize): void {
  memory.fill(q, 0, <usize>n * bytes)
  for (let k = n - 1; k >= 0; k--) {
    store<f64>(q + <usize>k * (bytes + 8), 1)
    const u = a + <usize>k * bytes, from = (<usize>(k + 1) << 3) & ~15
    for (let i = k + 1; i < n; i++) {
      const row = q + <usize>i * bytes
      addTo(row, u, -dotFrom(row, u, from, bytes), from, bytes)
    }
  }
}

// QR steps on blocks of T whose e are not zero, from the last, until none is left.
function sweepOut(n: i32, bytes: usize, d: usize, e: usize, q: usize): bool {
  let largest: f64 = 0
  for (let o: usize = 0; o < <usize>n << 3; o += 8) largest = max(largest, max(abs<f64>(load<f64>(d + o)), abs<f64>(load<f64>(e + o))))
  const nothing = NOTHING * largest
  if (!(nothing < Infinity)) return false
  let last = <usize>(n - 1) << 3
  for (let step = 0; last > 0; step++) {
    if (step == STEPS * n) return false
    let first = last
    while (first > 0 && abs<f64>(load<f64>(e + first - 8)) > nothing) first -= 8
    if (first == last) last -= 8
    else stepThrough(first, last, bytes, d, e, q)
  }
  return true
}

// One QR step on T from `first` to `last`, byte offsets; its rotations of T's rows are those of Q's.
function stepThrough(first: usize, last: usize, bytes: usize, d: usize, e: usize, q: usize): void {
  const before = load<f64>(e + last - 8), end = load<f64>(d + last)
  const half = (load<f64>(d + last - 8) - end) / 2
  const root = sqrt<f64>(half * half + before * before)
  const shift = end - before * before / (half > 0 ? half + root : half - root)
  let x = load<f64>(d + first) - shift, bulge = load<f64>(e + first)
  for (let k = first; k < last; k += 8) {
    const r = sqrt<f64>(x * x + bulge * bulge)
    const c: f64 = r > 0 ? x / r : 1, s: f64 = r > 0 ? bulge / r : 0
    if (k > first) store<f64>(e + k - 8, r)
    const upper = load<f64>(d + k), lower = load<f64>(d + k, 8), beside = load<f64>(e + k)
    store<f64>(d + k, c * c * upper + 2 * c * s * beside + s * s * lower)
    store<f64>(d + k, s * s * upper - 2 * c * s * beside + c * c * lower, 8)
    x = c * s * (lower - upper) + (c * c - s * s) * beside
    store<f64>(e + k, x)
    if (k + 8 < last) {
      const next = load<f64>(e + k, 8)
      bulge = s * next
      store<f64>(e + k, c * next, 8)
    }
    rotate(q + (k >> 3) * bytes, bytes, c, s)
  }
}

// The row and the one after it ← c row + s next, c next − s row
function rotate(row: usize, bytes: usize, cosine: f64, sine: f64): void {
  const c = f64x2.splat(cosine), s = f64x2.splat(sine)
  for (const end = row + bytes; row < end; row += 16) {
    const u = v128.load(row), v = v128.load(row + bytes)
    v128.store(row, f64x2.add(f64x2.mul(c, u), f64x2.mul(s, v)))
    v128.store(row + bytes, f64x2.sub(f64x2.mul(c, v), f64x2.mul(s, u)))
  }
}

// a · b over the bytes [from, end), an even number of values
function dotFrom(a: usize, b: usize, from: usize, end: usize): f64 {
  let s0 = f64x2.splat(0), s1 = f64x2.splat(0), s2 = f64x2.splat(0), s3 = f64x2.splat(0)
  let o = from
  for (; o + 64 <= end; o += 64) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a + o), v128.load(b + o)))
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a + o, 16), v128.load(b + o, 16)))
    s2 = f64x2.add(s2, f64x2.mul(v128.load(a + o, 32), v128.load(b + o, 32)))
    s3 = f64x2.add(s3, f64x2.mul(v128.load(a + o, 48), v128.load(b + o, 48)))
  }
  for (; o < end; o += 16) s0 = f64x2.add(s0, f64x2.mul(v128.load(a + o), v128.load(b + o)))
  const sum = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3))
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

// u ← by · u over [from, end)
function scale(u: usize, by: f64, from: usize, end: usize): void {
  const s = f64x2.splat(by)
  for (let o = from; o < end; o += 16) v128.store(u + o, f64x2.mul(s, v128.load(u + o)))
}

// y ← y + by · x over [from, end)
function addTo(y: usize, x: usize, by: f64, from: usize, end: usize): void {
  const s = f64x2.splat(by)
  for (let o = from; o < end; o += 16) v128.store(y + o, f64x2.add(v128.load(y + o), f64x2.mul(s, v128.load(x + o))))
}

// y ← y + a · u + b · v over [from, end)
function addTwoTo(y: usize, u: usize, a: f64, v: usize, b: f64, from: usize, end: usize): void {
  const s = f64x2.splat(a), t = f64x2.splat(b)
  for (let o = from; o < end; o += 16) {
    const sum = f64x2.add(f64x2.mul(s, v128.load(u + o)), f64x2.mul(t, v128.load(v + o)))
    v128.store(y + o, f64x2.add(v128.load(y + o), sum))
  }
}
