// The scores of the model `random`, four users at a time, one in each lane: the numbers of seededRandom(seed, user) of
// src/base/random.ts (sfc32), in the order of the items, rounded to float32.

/** 2⁻⁵³ */
const UNIT: f32 = 1.1102230246251565e-16

/** out: float32 [nItems × 4]. known: float32 [nItems], 1, or NaN for an item without a score. users: int32 [4]. */
export function randomScores(known: usize, nItems: i32, seed: i32, users: usize, out: usize): void {
  let a = i32x4.splat(0x9e3779b9 ^ seed), b = i32x4.splat(0x243f6a88), c = i32x4.splat(0xb7e15162), counter = i32x4.splat(1)
  const one = i32x4.splat(1)
  for (let round = 0; round < 24; round++) {
    if (round == 12) a = v128.xor(a, v128.load(users))
    const sum = i32x4.add(i32x4.add(a, b), counter)
    counter = i32x4.add(counter, one)
    a = v128.xor(b, i32x4.shr_u(b, 9))
    b = i32x4.add(c, i32x4.shl(c, 3))
    c = i32x4.add(v128.or(i32x4.shl(c, 21), i32x4.shr_u(c, 11)), sum)
  }
  for (let item = 0; item < nItems; item++) {
    let sum = i32x4.add(i32x4.add(a, b), counter)
    const high = i32x4.shr_u(sum, 5)
    counter = i32x4.add(counter, one)
    a = v128.xor(b, i32x4.shr_u(b, 9))
    b = i32x4.add(c, i32x4.shl(c, 3))
    c = i32x4.add(v128.or(i32x4.shl(c, 21), i32x4.shr_u(c, 11)), sum)
    sum = i32x4.add(i32x4.add(a, b), counter)
    counter = i32x4.add(counter, one)
    a = v128.xor(b, i32x4.shr_u(b, 9))
    b = i32x4.add(c, i32x4.shl(c, 3))
    c = i32x4.add(v128.or(i32x4.shl(c, 21), i32x4.shr_u(c, 11)), sum)
    const low = i32x4.shr_u(sum, 6)
    const left = uniform(high, low)
    const right = uniform(v128.shuffle<i32>(high, high, 2, 3, 2, 3), v128.shuffle<i32>(low, low, 2, 3, 2, 3))
    const scores = f32x4.mul(v128.shuffle<i64>(left, right, 0, 2), f32x4.splat(UNIT))
    v128.store(out + (<usize>item << 4), f32x4.mul(scores, v128.load32_splat(known + (<usize>item << 2))))
  }
}

// 2⁵³ times the number in the two low lanes: high · 2²⁶ + low is exact in float64, and rounded once.
// @ts-ignore: decorator
@inline
function uniform(high: v128, low: v128): v128 {
  return f32x4.demote_f64x2_zero(f64x2.add(
    f64x2.mul(f64x2.convert_low_i32x4_s(high), f64x2.splat(67108864.0)), f64x2.convert_low_i32x4_s(low)))
}

/** counts: int32 [4] ← the number of scores [nItems × 4] that are at least the user's of `least`: float32 [4]. */
export function countReaching(scores: usize, nItems: i32, least: usize, counts: usize): void {
  const limit = v128.load(least)
  let negative = i32x4.splat(0)
  for (const end = scores + (<usize>nItems << 4); scores < end; scores += 16) negative = i32x4.add(negative, f32x4.ge(v128.load(scores), limit))
  v128.store(counts, i32x4.neg(negative))
}
