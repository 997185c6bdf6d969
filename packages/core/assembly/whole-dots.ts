// Inner products of whole numbers, the loop in which nearly all of the time goes. 8 products an instruction; by
// Cauchy and Schwarz no partial sum leaves int32, since ‖x̂‖ ‖ŷ‖ < 2³¹ (src/kernels/wasm/quantize.ts).

/**
 * out: int32 [4][8] ← x̂ᵀŷ of four vectors, or of the first alone, and the eight items of a panel.
 *
 * x: int16 [stride / 2][4][2]. panel: int16 [stride / 2][8][2]. One address for four vectors and one for eight items:
 * with more, computing them would take longer than the products.
 */
export function sumsOf(x: usize, one: bool, bytes: usize, panel: usize, out: usize): void {
  if (one) ofOne(x, bytes, panel, out)
  else ofFour(x, bytes, panel, out)
}

function ofFour(x: usize, bytes: usize, panel: usize, out: usize): void {
  let a0 = i32x4.splat(0), a1 = i32x4.splat(0), a2 = i32x4.splat(0), a3 = i32x4.splat(0)
  let b0 = i32x4.splat(0), b1 = i32x4.splat(0), b2 = i32x4.splat(0), b3 = i32x4.splat(0)
  for (const end = x + (bytes << 2); x < end; x += 32) {
    let left = v128.load(panel), right = v128.load(panel, 16)
    let s = v128.load32_splat(x)
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(s, left))
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(s, right))
    s = v128.load32_splat(x, 4)
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(s, left))
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(s, right))
    s = v128.load32_splat(x, 8)
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(s, left))
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(s, right))
    s = v128.load32_splat(x, 12)
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(s, left))
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(s, right))
    left = v128.load(panel, 32)
    right = v128.load(panel, 48)
    s = v128.load32_splat(x, 16)
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(s, left))
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(s, right))
    s = v128.load32_splat(x, 20)
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(s, left))
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(s, right))
    s = v128.load32_splat(x, 24)
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(s, left))
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(s, right))
    s = v128.load32_splat(x, 28)
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(s, left))
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(s, right))
    panel += 64
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
  let a = i32x4.splat(0), b = i32x4.splat(0)
  for (const end = x + (bytes << 2); x < end; x += 64) {
    let s = v128.load32_splat(x)
    a = i32x4.add(a, i32x4.dot_i16x8_s(s, v128.load(panel)))
    b = i32x4.add(b, i32x4.dot_i16x8_s(s, v128.load(panel, 16)))
    s = v128.load32_splat(x, 16)
    a = i32x4.add(a, i32x4.dot_i16x8_s(s, v128.load(panel, 32)))
    b = i32x4.add(b, i32x4.dot_i16x8_s(s, v128.load(panel, 48)))
    s = v128.load32_splat(x, 32)
    a = i32x4.add(a, i32x4.dot_i16x8_s(s, v128.load(panel, 64)))
    b = i32x4.add(b, i32x4.dot_i16x8_s(s, v128.load(panel, 80)))
    s = v128.load32_splat(x, 48)
    a = i32x4.add(a, i32x4.dot_i16x8_s(s, v128.load(panel, 96)))
    b = i32x4.add(b, i32x4.dot_i16x8_s(s, v128.load(panel, 112)))
    panel += 128
  }
  v128.store(out, a)
  v128.store(out, b, 16)
}
