// The gradients of LambdaRank, group by group; the specification is src/kernels/reference/lambdas.ts, bit for bit.
import { exp, log2 } from './elementary'

/** What is the same for all groups of one thread. Laid out by src/kernels/wasm/boost-layout.ts. */
// @ts-ignore: decorator
@unmanaged
class Lambdas {
  /** σ */
  sigmoid: f64
  truncation: i32
  isNormalized: i32
  /** float64 [rows] */
  scores: usize
  /** uint8 [rows] */
  labels: usize
  /** float64 [longest group] */
  discounts: usize
  /** float64 pairs [rows]: gradient, hessian */
  gradients: usize
  /** 16 bytes [longest group] twice: score as float64, row */
  order: usize
  spare: usize
  /** int32 [longest group]: places of rows with a label */
  labelled: usize
}

/** Rows [from, to) are a group; perDcg: 1 / ideal DCG, 0 where there is none. sums: two float64, Σ |gradient| and Σ hessian. */
export function lambdasOf(work: Lambdas, from: i32, to: i32, perDcg: f64, sums: usize): void {
  const n = to - from
  memory.fill(work.gradients + (<usize>from << 4), 0, <usize>n << 4)
  store<f64>(sums, 0)
  store<f64>(sums, 0, 8)
  if (perDcg == 0) return
  const order = sorted(work, from, n)
  const nLabelled = placeLabelled(work, order, n)
  const isSpread = load<f64>(order) != load<f64>(order + (<usize>(n - 1) << 4))
  const isDivided = work.isNormalized != 0 && isSpread
  let sum: f64 = 0
  let next = 0 // the first labelled place after i
  for (let i = 0, last = min(work.truncation, n - 1); i < last; i++) {
    while (next < nLabelled && load<i32>(work.labelled + (<usize>next << 2)) <= i) next++
    if (labelAt(work, order, i) != 0) {
      for (let j = i + 1; j < n; j++) sum += pair(work, order, i, j, perDcg, isDivided)
    } else {
      for (let at = next; at < nLabelled; at++) sum += pair(work, order, i, load<i32>(work.labelled + (<usize>at << 2)), perDcg, isDivided)
    }
  }
  const scale = work.isNormalized != 0 && sum > 0 ? log2(1 + sum) / sum : 1
  let gradient: f64 = 0, hessian: f64 = 0
  const factor = f64x2.splat(scale)
  for (let at = work.gradients + (<usize>from << 4), end = at + (<usize>n << 4); at < end; at += 16) {
    const scaled = f64x2.mul(v128.load(at), factor)
    v128.store(at, scaled)
    gradient += abs<f64>(f64x2.extract_lane(scaled, 0))
    hessian += abs<f64>(f64x2.extract_lane(scaled, 1))
  }
  store<f64>(sums, gradient)
  store<f64>(sums, hessian, 8)
}

// Places i < j in the order. Returns twice the pair's lambda, 0 where the labels are alike.
// @ts-ignore: decorator
@inline
function pair(work: Lambdas, order: usize, i: i32, j: i32, perDcg: f64, isDivided: bool): f64 {
  const first = order + (<usize>i << 4), second = order + (<usize>j << 4)
  const labelI = labelAt(work, order, i), labelJ = labelAt(work, order, j)
  if (labelI == labelJ) return 0
  const isHigh = labelI > labelJ
  const high = isHigh ? first : second, low = isHigh ? second : first
  const apart = load<f64>(high) - load<f64>(low)
  const gain = isHigh ? gainOf(labelI) - gainOf(labelJ) : gainOf(labelJ) - gainOf(labelI)
  let delta = gain * (load<f64>(work.discounts + (<usize>i << 3)) - load<f64>(work.discounts + (<usize>j << 3))) * perDcg
  if (isDivided) delta /= 0.01 + abs<f64>(apart)
  const miss = 1 / (1 + exp(work.sigmoid * apart))
  const lambda = work.sigmoid * delta * miss
  const hessian = work.sigmoid * work.sigmoid * delta * (miss * (1 - miss))
  add(work.gradients + (<usize>load<u32>(high, 8) << 4), -lambda, hessian)
  add(work.gradients + (<usize>load<u32>(low, 8) << 4), lambda, hessian)
  return 2 * lambda
}

// @ts-ignore: decorator
@inline
function add(at: usize, gradient: f64, hessian: f64): void {
  v128.store(at, f64x2.add(v128.load(at), f64x2.replace_lane(f64x2.splat(gradient), 1, hessian)))
}

// 2^label − 1
// @ts-ignore: decorator
@inline
function gainOf(label: i32): f64 {
  return <f64>((<i64>1 << <i64>label) - 1)
}

// @ts-ignore: decorator
@inline
function labelAt(work: Lambdas, order: usize, place: i32): i32 {
  return <i32>load<u8>(work.labels + <usize>load<u32>(order + (<usize>place << 4), 8))
}

function placeLabelled(work: Lambdas, order: usize, n: i32): i32 {
  let found = 0
  for (let place = 0; place < n; place++) {
    if (labelAt(work, order, place) == 0) continue
    store<i32>(work.labelled + (<usize>found << 2), place)
    found++
  }
  return found
}

/** Rows of a run that are put in order one by one. */
const RUN = 8

// The group's rows, the highest score first, equal ones in the order of the rows: runs by insertion, then merged.
function sorted(work: Lambdas, from: i32, n: i32): usize {
  let here = work.order, there = work.spare
  for (let at = 0; at < n; at++) {
    const row = from + at
    const score = load<f64>(work.scores + (<usize>row << 3))
    let place = here + (<usize>at << 4)
    for (const first = here + (<usize>(at & ~(RUN - 1)) << 4); place > first && load<f64>(place - 16) < score; place -= 16) {
      v128.store(place, v128.load(place - 16))
    }
    store<f64>(place, score)
    store<u32>(place, row, 8)
  }
  const bytes = <usize>n << 4
  for (let width: usize = RUN << 4; width < bytes; width <<= 1) {
    for (let start: usize = 0; start < bytes; start += 2 * width) {
      const middle = min(start + width, bytes), end = min(start + 2 * width, bytes)
      merge(here + start, here + middle, here + end, there + start)
    }
    const other = here
    here = there
    there = other
  }
  return here
}

function merge(a: usize, b: usize, end: usize, out: usize): void {
  const middle = b
  while (a < middle && b < end) {
    const isFirst = load<f64>(a) >= load<f64>(b)
    v128.store(out, v128.load(isFirst ? a : b))
    a += <usize>isFirst << 4
    b += <usize>!isFirst << 4
    out += 16
  }
  memory.copy(out, a, middle - a)
  memory.copy(out + (middle - a), b, end - b)
}
