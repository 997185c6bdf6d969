// What is done once a sweep with a matrix of factors × factors, in float64. Rows have `bytes` = 8 · stride bytes; what lies
// right of a triangular matrix's diagonal is zero, so sums may run over it in pairs.

/** out ← Σ parts: [nParts][cells], in their order. */
export function sumParts(parts: usize, nParts: i32, cells: i32, out: usize): void {
  const bytes = <usize>cells << 3
  memory.copy(out, parts, bytes)
  for (let part = 1; part < nParts; part++) {
    parts += bytes
    for (let o: usize = 0; o < bytes; o += 16) v128.store(out + o, f64x2.add(v128.load(out + o), v128.load(parts + o)))
  }
}

/**
 * L with L Lᵀ = A, both [n × stride]; of A the lower triangle is read. Returns −1, or the first row whose pivot is no
 * number > 0; the pivot stands in that row's diagonal then.
 */
export function factorizeLower(a: usize, n: i32, bytes: usize, l: usize): i32 {
  memory.fill(l, 0, <usize>n * bytes)
  for (let i = 0; i < n; i++) {
    const row = l + <usize>i * bytes
    for (let j = 0; j <= i; j++) {
      const other = l + <usize>j * bytes, at = <usize>j << 3
      const sum = load<f64>(a + <usize>i * bytes + at) - dotPairs(row, other, at)
      if (j < i) {
        store<f64>(row + at, sum / load<f64>(other + at))
      } else if (sum > 0 && sum < Infinity) {
        store<f64>(row + at, sqrt<f64>(sum))
      } else {
        store<f64>(row + at, sum)
        return i
      }
    }
  }
  return -1
}

// a · b over [0, end); an odd last one is paired with a zero of a
function dotPairs(a: usize, b: usize, end: usize): f64 {
  let even = f64x2.splat(0), odd = f64x2.splat(0)
  let o: usize = 0
  for (; o + 32 <= end; o += 32) {
    even = f64x2.add(even, f64x2.mul(v128.load(a + o), v128.load(b + o)))
    odd = f64x2.add(odd, f64x2.mul(v128.load(a + o, 16), v128.load(b + o, 16)))
  }
  for (; o < end; o += 16) even = f64x2.add(even, f64x2.mul(v128.load(a + o), v128.load(b + o)))
  const sum = f64x2.add(even, odd)
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/** inverse ← L⁻¹, [n × stride]: row i is (e_i − Σ_{k < i} l_ik · row k) / l_ii. */
export function invertLower(l: usize, n: i32, bytes: usize, inverse: usize): void {
  memory.fill(inverse, 0, <usize>n * bytes)
  for (let i = 0; i < n; i++) {
    const row = inverse + <usize>i * bytes, factors = l + <usize>i * bytes
    let k = 0
    for (; k + 4 <= i; k += 4) {
      const from = inverse + <usize>k * bytes
      const a = f64x2.splat(load<f64>(factors + (<usize>k << 3))), b = f64x2.splat(load<f64>(factors + (<usize>k << 3), 8))
      const c = f64x2.splat(load<f64>(factors + (<usize>k << 3), 16)), d = f64x2.splat(load<f64>(factors + (<usize>k << 3), 24))
      for (let o: usize = 0; o <= <usize>(k + 3) << 3; o += 16) {
        const left = f64x2.add(f64x2.mul(a, v128.load(from + o)), f64x2.mul(b, v128.load(from + bytes + o)))
        const right = f64x2.add(f64x2.mul(c, v128.load(from + 2 * bytes + o)), f64x2.mul(d, v128.load(from + 3 * bytes + o)))
        v128.store(row + o, f64x2.sub(v128.load(row + o), f64x2.add(left, right)))
      }
    }
    for (; k < i; k++) {
      const from = inverse + <usize>k * bytes
      const a = f64x2.splat(load<f64>(factors + (<usize>k << 3)))
      for (let o: usize = 0; o <= <usize>k << 3; o += 16) v128.store(row + o, f64x2.sub(v128.load(row + o), f64x2.mul(a, v128.load(from + o))))
    }
    const pivot = load<f64>(factors + (<usize>i << 3))
    for (let o: usize = 0; o < <usize>i << 3; o += 8) store<f64>(row + o, load<f64>(row + o) / pivot)
    store<f64>(row + (<usize>i << 3), 1.0 / pivot)
  }
}

/** A [n × stride] float64 matrix, or its transpose, into panels of eight float32 columns as multiply() reads them. */
export function packPanels(matrix: usize, n: i32, bytes: usize, panels: usize, transposed: bool): void {
  const along: usize = transposed ? bytes : 8, down: usize = transposed ? 8 : bytes
  for (let column = 0; column < n; column++) {
    let from = matrix + <usize>column * along
    let to = panels + <usize>(column >> 3) * (bytes << 2) + (<usize>(column & 7) << 2)
    for (let k = 0; k < n; k++) {
      store<f32>(to, <f32>load<f64>(from))
      from += down
      to += 32
    }
  }
}
