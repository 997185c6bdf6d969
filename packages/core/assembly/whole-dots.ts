// Inner products of whole numbers, the loop in which nearly all of the time goes. 8 products an instruction; by
// Cauchy and Schwarz no partial sum leaves int32, since ‖x̂‖ ‖ŷ‖ < 2³¹ (src/kernels/wasm/quantize.ts).

/**
 * out: int32 [4][8] ← x̂ᵀŷ of four vectors, or of one, and the eight items of a panel.
 *
 * x: int16 [4 × stride] or [stride], `bytes` a row. panel: int16 [stride / 2][8][2].
 */
export function sumsOf(x: usize, one: bool, bytes: usize, panel: usize, out: usize): void {
  if (one) ofOne(x, bytes, panel, out)
  else ofFour(x, bytes, panel, out)
}

function ofFour(x0: usize, bytes: usize, panel: usize, out: usize): void {
  const x1 = x0 + bytes, x2 = x1 + bytes, x3 = x2 + bytes
  let a0 = i32x4.splat(0), a1 = i32x4.splat(0), a2 = i32x4.splat(0), a3 = i32x4.splat(0)
  let b0 = i32x4.splat(0), b1 = i32x4.splat(0), b2 = i32x4.splat(0), b3 = i32x4.splat(0)
  for (let k: usize = 0; k < bytes; k += 4) {
    const left = v128.load(panel + (k << 3)), right = v128.load(panel + (k << 3), 16)
    let s = v128.load32_splat(x0 + k)
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(s, left))
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(s, right))
    s = v128.load32_splat(x1 + k)
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(s, left))
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(s, right))
    s = v128.load32_splat(x2 + k)
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(s, left))
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(s, right))
    s = v128.load32_splat(x3 + k)
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(s, left))
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(s, right))
  }
  v128.store(out, a0)
  v128.store(out, b0, 16)
  v128.store(out, a1, 32)
  v128.store(out, b1, 48)
  v128.store(out, a2, 64)
  v128.store(out, b2, 80)
  v128.store(out, a3, 96)
  v128.store(out, b3, 112)
}

function ofOne(x: usize, bytes: usize, panel: usize, out: usize): void {
  let a = i32x4.splat(0), b = i32x4.splat(0), c = i32x4.splat(0), d = i32x4.splat(0)
  for (let k: usize = 0; k < bytes; k += 8) {
    const even = v128.load32_splat(x + k), odd = v128.load32_splat(x + k, 4)
    a = i32x4.add(a, i32x4.dot_i16x8_s(even, v128.load(panel + (k << 3))))
    b = i32x4.add(b, i32x4.dot_i16x8_s(even, v128.load(panel + (k << 3), 16)))
    c = i32x4.add(c, i32x4.dot_i16x8_s(odd, v128.load(panel + (k << 3), 32)))
    d = i32x4.add(d, i32x4.dot_i16x8_s(odd, v128.load(panel + (k << 3), 48)))
  }
  v128.store(out, i32x4.add(a, c))
  v128.store(out, i32x4.add(b, d), 16)
}
