// Rows on their way into leaves: values to bins, gradients to whole steps, rows to the left and right of a cut, values to scores.

/** The number of borders below each value; 255 for NaN. values: float32 [n]; borders: float32 [256], +∞ from the last on; out: a byte every fourth. */
export function binValues(values: usize, n: i32, borders: usize, out: usize): void {
  for (const end = values + (<usize>n << 2); values < end; values += 4, out += 4) {
    const value = load<f32>(values)
    let at: usize = borders
    for (let step: usize = 512; step >= 4; step >>= 1) at += load<f32>(at + step - 4) < value ? step : 0
    store<u8>(out, value != value ? 255 : <u8>((at - borders) >> 2))
  }
}

/** Rows [from, to): float64 pairs of gradient and hessian become int32 × 4, the two in steps, 1 and 0; rows: uint32 [to − from] gets their numbers. */
export function toSteps(gradients: usize, from: i32, to: i32, gradientStep: f64, hessianStep: f64, rows: usize): void {
  const steps = f64x2.replace_lane(f64x2.splat(gradientStep), 1, hessianStep)
  for (let row = from; row < to; row++, rows += 4) {
    const at = gradients + (<usize>row << 4)
    const rounded = f64x2.floor(f64x2.add(f64x2.div(v128.load(at), steps), f64x2.splat(0.5)))
    v128.store(at, i32x4.replace_lane(i32x4.trunc_sat_f64x2_s_zero(rounded), 2, 1))
    store<i32>(rows, row)
  }
}

/** Those of the n rows whose byte is at most `bin` go to `left`, the others to `right`; missing values, 255, where they are sent. Returns how many go left. */
export function cutRows(rows: usize, n: i32, bytes: usize, bin: i32, missingLeft: i32, left: usize, right: usize): i32 {
  const first = left
  for (const end = rows + (<usize>n << 2); rows < end; rows += 4) {
    const row = load<u32>(rows)
    const goesLeft = <usize>(((<i32>load<u8>(bytes + (<usize>row << 2)) + missingLeft) & 255) <= bin + missingLeft)
    store<u32>(left, row)
    store<u32>(right, row)
    left += goesLeft << 2
    right += (1 - goesLeft) << 2
  }
  return <i32>((left - first) >> 2)
}

/** scores: float64 [all rows]; value is added to those of the n rows. */
export function addToRows(rows: usize, n: i32, scores: usize, value: f64): void {
  for (const end = rows + (<usize>n << 2); rows < end; rows += 4) {
    const at = scores + (<usize>load<u32>(rows) << 3)
    store<f64>(at, load<f64>(at) + value)
  }
}

/** A split of a tree over bins; 20 bytes. */
// @ts-ignore: decorator
@unmanaged
class BinSplit {
  /** Of the feature's bytes, one every fourth. */
  bytes: usize
  bin: i32
  missingLeft: i32
  /** ≥ 0: a split; below: ~leaf */
  left: i32
  right: i32
}

/** Adds to the scores of rows [from, to) the values of the leaves in which they end. values: float64 [leaves] */
export function addTree(splits: usize, values: usize, from: i32, to: i32, scores: usize): void {
  for (let row = from; row < to; row++) {
    let next = 0
    while (next >= 0) {
      const split = changetype<BinSplit>(splits + <usize>next * 20)
      const byte = <i32>load<u8>(split.bytes + (<usize>row << 2))
      next = ((byte + split.missingLeft) & 255) <= split.bin + split.missingLeft ? split.left : split.right
    }
    const at = scores + (<usize>row << 3)
    store<f64>(at, load<f64>(at) + load<f64>(values + (<usize>~next << 3)))
  }
}
