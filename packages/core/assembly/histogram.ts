// Histograms of rows by the bins of four features, and the best cut that they show; the specification is
// src/kernels/reference/histogram.ts. Sums are whole numbers: the same in any order.
//
// A bin is four int32: Σ gradient, Σ hessian, rows, 0. A feature has 256 bins, the last for missing values; four features follow
// each other. A row's four bins are four bytes.

const FEATURE_BYTES: usize = 4096
const BLOCK_BYTES: usize = 4 * FEATURE_BYTES
const MISSING: usize = 255 << 4

/** Copies the gradients of n rows to where they follow each other. gradients, out: int32 × 4. */
export function gatherGradients(gradients: usize, rows: usize, n: i32, out: usize): void {
  for (const end = rows + (<usize>n << 2); rows < end; rows += 4, out += 16) v128.store(out, v128.load(gradients + (<usize>load<u32>(rows) << 4)))
}

/** bins: four bytes [all rows]; rows: uint32 [n], those that are meant; gradients: int32 × 4 [n], theirs. */
export function fillHistogram(bins: usize, gradients: usize, rows: usize, n: i32, histogram: usize): void {
  memory.fill(histogram, 0, BLOCK_BYTES)
  for (const end = rows + (<usize>n << 2); rows < end; rows += 4, gradients += 16) {
    const row = <usize>load<u32>(rows)
    const four = load<u32>(bins + (row << 2))
    const sums = v128.load(gradients)
    const a = histogram + ((four << 4) & 0xff0), b = histogram + ((four >> 4) & 0xff0)
    const c = histogram + ((four >> 12) & 0xff0), d = histogram + ((four >> 20) & 0xff0)
    v128.store(a, i32x4.add(v128.load(a), sums))
    v128.store(b, i32x4.add(v128.load(b, 4096), sums), 4096)
    v128.store(c, i32x4.add(v128.load(c, 8192), sums), 8192)
    v128.store(d, i32x4.add(v128.load(d, 12288), sums), 12288)
  }
}

/** whole ← whole − part */
export function subtractHistogram(whole: usize, part: usize): void {
  for (let at: usize = 0; at < BLOCK_BYTES; at += 16) v128.store(whole + at, i32x4.sub(v128.load(whole + at), v128.load(part + at)))
}

/** When a leaf is split, and the leaf. Laid out by src/kernels/wasm/boost-layout.ts. */
// @ts-ignore: decorator
@unmanaged
class Search {
  lambda: f64
  minGain: f64
  minHessian: f64
  gradientStep: f64
  hessianStep: f64
  minCount: i32
  /** Of the leaf. */
  gradient: i32
  hessian: i32
  count: i32
}

/** A cut that was found. */
// @ts-ignore: decorator
@unmanaged
class Cut {
  gain: f64
  /** Of the block; −1 where there is none. */
  feature: i32
  bin: i32
  missingLeft: i32
  gradient: i32
  hessian: i32
  count: i32
}

/** The best cut by one of four features. nBins: int32 [4], 0 for a feature that may not be used. */
export function bestCut(search: Search, histogram: usize, nBins: usize, best: Cut): void {
  best.feature = -1
  best.gain = search.minGain
  for (let feature = 0; feature < 4; feature++, histogram += FEATURE_BYTES) {
    const n = load<i32>(nBins + (<usize>feature << 2))
    if (n > 0) byFeature(search, histogram, n, feature, best)
  }
}

function byFeature(search: Search, histogram: usize, nBins: i32, feature: i32, best: Cut): void {
  const missing = v128.load(histogram + MISSING)
  const nMissing = i32x4.extract_lane(missing, 2)
  const ofLeaf = worth(search, search.gradient, search.hessian)
  let left = i32x4.splat(0)
  let isBetter = false
  for (let bin = 0; bin < nBins; bin++) {
    const sums = v128.load(histogram + (<usize>bin << 4))
    if (bin > 0 && i32x4.extract_lane(sums, 2) == 0) continue // what the bin before has said
    left = i32x4.add(left, sums)
    if (consider(search, left, ofLeaf, feature, bin, 0, best)) isBetter = true
    if (nMissing > 0 && bin < nBins - 1 && consider(search, i32x4.add(left, missing), ofLeaf, feature, bin, 1, best)) isBetter = true
  }
  if (isBetter && nMissing == 0) best.missingLeft = <i32>(best.count > search.count - best.count)
}

// @ts-ignore: decorator
@inline
function consider(search: Search, left: v128, ofLeaf: f64, feature: i32, bin: i32, missingLeft: i32, best: Cut): bool {
  const gradient = i32x4.extract_lane(left, 0), hessian = i32x4.extract_lane(left, 1), count = i32x4.extract_lane(left, 2)
  if (!isLeaf(search, hessian, count) || !isLeaf(search, search.hessian - hessian, search.count - count)) return false
  const gain = worth(search, gradient, hessian) + worth(search, search.gradient - gradient, search.hessian - hessian) - ofLeaf
  if (!(gain > best.gain)) return false
  best.gain = gain
  best.feature = feature
  best.bin = bin
  best.missingLeft = missingLeft
  best.gradient = gradient
  best.hessian = hessian
  best.count = count
  return true
}

// @ts-ignore: decorator
@inline
function isLeaf(search: Search, hessian: i32, count: i32): bool {
  return count >= search.minCount && hessian > 0 && <f64>hessian * search.hessianStep >= search.minHessian
}

// G² / (H + λ)
// @ts-ignore: decorator
@inline
function worth(search: Search, gradient: i32, hessian: i32): f64 {
  const sum = <f64>gradient * search.gradientStep
  return sum * sum / (<f64>hessian * search.hessianStep + search.lambda)
}
