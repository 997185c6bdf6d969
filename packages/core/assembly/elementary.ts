// eˣ and the logarithm with the bits of src/base/math.ts, from which the constants and the order of operations are.

const LN2_HI: f64 = 6.93147180369123816490e-1
const LN2_LO: f64 = 1.90821492927058770002e-10

/** eˣ; 0 below −745.2, ∞ above 709.8. */
export function exp(x: f64): f64 {
  if (x > 709.782712893383973096) return Infinity
  if (x < -745.13321910194110842) return 0
  const k = trunc<f64>(1.44269504088896338700 * x + (x < 0 ? -0.5 : 0.5))
  const hi = x - k * LN2_HI
  const lo = k * LN2_LO
  const r = hi - lo
  const t = r * r
  const c = r - t * (1.66666666666666019037e-1 + t * (-2.77777777770155933842e-3 + t * (6.61375632143793436117e-5 + t * (-1.65339022054652515390e-6 + t * 4.13813679705723846039e-8))))
  const y = 1 - (lo - (r * c) / (2 - c) - hi)
  if (k == 0) return y
  if (k >= -1021) return k == 1024 ? y * 2 * 8.98846567431158e307 : raised(y, <i64>k)
  return raised(y, <i64>k + 1000) * 9.33263618503218878990e-302
}

/** log₂ x for a normal x > 0. */
export function log2(x: f64): f64 {
  const bits = reinterpret<u64>(x)
  let high = <i32>(bits >> 32)
  let exponent = (high >> 20) - 1023
  high &= 0x000fffff
  const round = (high + 0x95f64) & 0x100000
  const reduced = reinterpret<f64>((<u64><u32>(high | (round ^ 0x3ff00000)) << 32) | (bits & 0xffffffff))
  exponent += round >> 20
  const f = reduced - 1
  const s = f / (2 + f)
  const halfSquare = 0.5 * f * f
  const scale = <f64>exponent
  return (scale * LN2_HI - (halfSquare - (s * (halfSquare + tail(s)) + scale * LN2_LO) - f)) / 0.693147180559945309417
}

// @ts-ignore: decorator
@inline
function raised(y: f64, k: i64): f64 {
  return reinterpret<f64>(reinterpret<i64>(y) + (k << 52))
}

function tail(s: f64): f64 {
  const z = s * s
  const w = z * z
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1))
  const odd = z * (6.666666666666735130e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860510658591e-1)))
  return even + odd
}
