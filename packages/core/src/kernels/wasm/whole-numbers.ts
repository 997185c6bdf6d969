// Vectors rounded to whole numbers of a step, small enough that no inner product of two of them leaves int32, and how far
// the rounding is off. docs/math/top-k.md

/** √2³¹ less one, before rounding has lengthened anything: ‖x̂‖ ‖ŷ‖ < 2³¹ holds for any two. */
const LONGEST = 46_339
/** Steps outside these bounds would leave float32 where the kernels multiply or divide by two of them. */
const LARGEST_STEP = 1_152_921_504_606_846_976 // 2⁶⁰
const SMALLEST_STEP = 1 / LARGEST_STEP

/** A bound as float32, not below `value`: far more is added than computing and rounding it can have lost. */
export const upwards = (value: number): number => value * (1 + 1 / 65_536) + 1.1754943508222875e-38 // 2⁻¹²⁶

/** Euclidean norm of values[from … from + n), in float64. */
export function normOf(values: Float32Array, from: number, n: number): number {
  let sum = 0
  for (let k = from; k < from + n; k++) sum += values[k] * values[k]
  return Math.sqrt(sum)
}

/** The step for a vector of that norm; Infinity where there is none. */
export function stepFor(values: Float32Array, from: number, n: number, norm: number): number {
  let most = 0
  for (let k = from; k < from + n; k++) most = Math.max(most, Math.abs(values[k]))
  const step = Math.max(most / 32_767, norm / (LONGEST - Math.sqrt(n) / 2), SMALLEST_STEP)
  return step <= LARGEST_STEP ? step : Infinity
}

/**
 * Writes the whole numbers in pairs: k goes to out[at + (k >> 1) · apart + (k & 1)]. Returns ‖values − step · whole‖².
 */
export function roundTo(step: number, values: Float32Array, from: number, n: number, out: Int16Array, at: number, apart: number): number {
  let error = 0
  const scale = 1 / step
  for (let k = 0; k < n; k++) {
    const whole = Math.floor(values[from + k] * scale + 0.5)
    const off = values[from + k] - step * whole
    out[at + (k >> 1) * apart + (k & 1)] = whole
    error += off * off
  }
  return error
}
