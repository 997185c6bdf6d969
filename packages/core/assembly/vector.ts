// Vectors of float32 in SIMD lanes. Lengths are in bytes and multiples of 32 (eight factors).

/** Σ of the four lanes, in a fixed order. */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3)
}

/** a · b */
export function dot(a: usize, b: usize, bytes: usize): f32 {
  let even = f32x4.splat(0)
  let odd = f32x4.splat(0)
  for (let o: usize = 0; o < bytes; o += 32) {
    even = f32x4.add(even, f32x4.mul(v128.load(a + o), v128.load(b + o)))
    odd = f32x4.add(odd, f32x4.mul(v128.load(a + o, 16), v128.load(b + o, 16)))
  }
  return sumLanes(f32x4.add(even, odd))
}

/** y ← y + scale · x */
export function addScaled(scale: f32, x: usize, y: usize, bytes: usize): void {
  const s = f32x4.splat(scale)
  for (let o: usize = 0; o < bytes; o += 16) {
    v128.store(y + o, f32x4.add(v128.load(y + o), f32x4.mul(s, v128.load(x + o))))
  }
}

/** y ← x + scale · y */
export function scaleAndAdd(scale: f32, y: usize, x: usize, bytes: usize): void {
  const s = f32x4.splat(scale)
  for (let o: usize = 0; o < bytes; o += 16) {
    v128.store(y + o, f32x4.add(v128.load(x + o), f32x4.mul(s, v128.load(y + o))))
  }
}

/** y ← −x */
export function negate(x: usize, y: usize, bytes: usize): void {
  for (let o: usize = 0; o < bytes; o += 16) v128.store(y + o, f32x4.neg(v128.load(x + o)))
}
