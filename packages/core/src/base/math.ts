// log, log1p, exp and pow with the same bits everywhere.
//
// ECMAScript leaves the last bits of Math.log and its like to the engine, and Math.pow gives other bits on
// Node 22 than on Node 24 (docs/decisions/0004). What reaches factors, scores or splits uses these instead:
// they need only + − × ÷ and the bits of a double, which IEEE 754 fixes.
// Source: fdlibm 5.3 (Sun Microsystems, 1993), e_log.c, s_log1p.c, e_exp.c; error < 1 ulp.

const view = new DataView(new ArrayBuffer(8))
const highWord = (x: number): number => (view.setFloat64(0, x), view.getInt32(0))
const withHighWord = (x: number, high: number): number => (view.setFloat64(0, x), view.setInt32(0, high), view.getFloat64(0))

const LN2_HI = 6.93147180369123816490e-1
const LN2_LO = 1.90821492927058770002e-10
const TWO54 = 18014398509481984

// Lg(s²): the odd part of log((1+s)/(1−s)) − 2s, divided by s (e_log.c)
function logTail(s: number): number {
  const z = s * s
  const w = z * z
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1))
  const odd = z * (6.666666666666735130e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)))
  return even + odd
}

/** Natural logarithm; −∞ at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return x
  let exponent = 0
  if (x < 2.2250738585072014e-308) {
    exponent -= 54
    x *= TWO54
  }
  let high = highWord(x)
  exponent += (high >> 20) - 1023
  high &= 0x000fffff
  const round = (high + 0x95f64) & 0x100000
  x = withHighWord(x, high | (round ^ 0x3ff00000)) // x or x/2, in [√½, √2)
  exponent += round >> 20
  const f = x - 1
  const s = f / (2 + f)
  const halfSquare = 0.5 * f * f
  return exponent * LN2_HI - (halfSquare - (s * (halfSquare + logTail(s)) + exponent * LN2_LO) - f)
}

/** ln(1 + x) without losing small x; −∞ at −1, NaN below. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN
  if (x === Infinity) return x
  const u = 1 + x
  if (u === 1) return x
  // log(u) corrected for the rounding of 1 + x (Goldberg 1991, theorem 4, by its first-order term)
  return log(u) + (x - (u - 1)) / u
}

/** eˣ; 0 below −745.2, ∞ above 709.8. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.782712893383973096) return Infinity
  if (x < -745.13321910194110842) return 0
  const k = Math.trunc(1.44269504088896338700 * x + (x < 0 ? -0.5 : 0.5))
  const hi = x - k * LN2_HI
  const lo = k * LN2_LO
  const r = hi - lo
  const t = r * r
  const c = r - t * (1.66666666666666019037e-1 + t * (-2.77777777770155933842e-3 + t * (6.61375632143793436117e-5 + t * (-1.65339022054652515390e-6 + t * 4.13813679705723846039e-8))))
  const y = 1 - (lo - (r * c) / (2 - c) - hi)
  if (k === 0) return y
  if (k >= -1021) return k === 1024 ? y * 2 * 8.98846567431158e307 : withHighWord(y, highWord(y) + (k << 20))
  return withHighWord(y, highWord(y) + ((k + 1000) << 20)) * 9.33263618503218878990e-302
}

/** x^y for x > 0, as exp(y · log x); relative error about 1e-15 · |y · log x|. 0^y is 0 for y > 0 and ∞ for y < 0. */
export function pow(x: number, y: number): number {
  return y === 0 ? 1 : exp(y * log(x))
}

/** log₂(x). */
export const log2 = (x: number): number => log(x) / 0.693147180559945309417
