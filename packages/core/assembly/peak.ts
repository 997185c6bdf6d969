// The ceiling beside which the kernels are seen: what one core does in WebAssembly SIMD at best.

/** 24 operations × 4 lanes × rounds: twelve chains of multiply and add, so that latency is hidden. The result keeps them alive.
 *  factor is 0.999999, an argument because a constant would be loaded anew at each use. */
export function multiplyAdd(rounds: i32, factor: f32): f32 {
  const a = f32x4.splat(factor)
  let s0 = f32x4.splat(1), s1 = f32x4.splat(2), s2 = f32x4.splat(3), s3 = f32x4.splat(4)
  let s4 = f32x4.splat(5), s5 = f32x4.splat(6), s6 = f32x4.splat(7), s7 = f32x4.splat(8)
  let s8 = f32x4.splat(9), s9 = f32x4.splat(10), s10 = f32x4.splat(11), s11 = f32x4.splat(12)
  for (let round = 0; round < rounds; round++) {
    s0 = f32x4.add(f32x4.mul(s0, a), a)
    s1 = f32x4.add(f32x4.mul(s1, a), a)
    s2 = f32x4.add(f32x4.mul(s2, a), a)
    s3 = f32x4.add(f32x4.mul(s3, a), a)
    s4 = f32x4.add(f32x4.mul(s4, a), a)
    s5 = f32x4.add(f32x4.mul(s5, a), a)
    s6 = f32x4.add(f32x4.mul(s6, a), a)
    s7 = f32x4.add(f32x4.mul(s7, a), a)
    s8 = f32x4.add(f32x4.mul(s8, a), a)
    s9 = f32x4.add(f32x4.mul(s9, a), a)
    s10 = f32x4.add(f32x4.mul(s10, a), a)
    s11 = f32x4.add(f32x4.mul(s11, a), a)
  }
  const left = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(s4, s5))
  const right = f32x4.add(f32x4.add(f32x4.add(s6, s7), f32x4.add(s8, s9)), f32x4.add(s10, s11))
  return f32x4.extract_lane(f32x4.add(left, right), 0)
}
