// The sum of trees for rows of features; the specification is src/kernels/reference/forest.ts, bit for bit.

/** A split over float32 values; 20 bytes. */
// @ts-ignore: decorator
@unmanaged
class ValueSplit {
  /** Byte offset of the feature within a row. */
  feature: usize
  threshold: f32
  /** 1: a missing value goes left. */
  missingLeft: i32
  /** ≥ 0: byte offset of a split from the tree's first; below: ~(byte offset of the leaf's value) */
  left: i32
  right: i32
}

/**
 * Adds one tree's values to n scores, a multiple of four. splits: of the tree; values: float64 of its leaves; rows: float32 [n × features], rowBytes apart;
 * scores: float64 [n].
 */
export function addLeaves(splits: usize, values: usize, rows: usize, rowBytes: usize, n: i32, scores: usize): void {
  for (const end = scores + (<usize>n << 3); scores < end; scores += 32) {
    // four rows at once: each waits for its own loads only
    let a = 0, b = 0, c = 0, d = 0
    const second = rows + rowBytes, third = second + rowBytes, fourth = third + rowBytes
    for (;;) {
      if (a >= 0) a = next(splits + a, rows)
      if (b >= 0) b = next(splits + b, second)
      if (c >= 0) c = next(splits + c, third)
      if (d >= 0) d = next(splits + d, fourth)
      if ((a & b & c & d) < 0) break
    }
    addValue(scores, values, a)
    addValue(scores + 8, values, b)
    addValue(scores + 16, values, c)
    addValue(scores + 24, values, d)
    rows = fourth + rowBytes
  }
}

// @ts-ignore: decorator
@inline
function next(at: usize, row: usize): i32 {
  const split = changetype<ValueSplit>(at)
  const value = load<f32>(row + split.feature)
  const goesLeft = <i32>(value <= split.threshold) | (<i32>(value != value) & split.missingLeft)
  return goesLeft ? split.left : split.right
}

// @ts-ignore: decorator
@inline
function addValue(score: usize, values: usize, leaf: i32): void {
  store<f64>(score, load<f64>(score) + load<f64>(values + <usize>~leaf))
}
