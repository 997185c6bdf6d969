// How many items score at least as high as given ones, for each vector of a block: pessimistic ranks without a matrix of
// scores. The bound in whole numbers decides nearly every item; the rest is scored. docs/math/top-k.md
//
// What is sought for a vector is a list of (float32 score, int32 count), one at least, scores rising; counts are added to.
import { Block, errorBound, inverseScale, Items, limitBelow, outOfReach, scoreOf, screen, TILE } from './screen'

/** Goes on counting over tiles [from, to), until every count of a vector is above `limit`; false once no later tile matters. */
export function countAtLeast(pointer: usize, from: i32, to: i32, limit: i32): bool {
  const block = changetype<Block>(pointer)
  const items = changetype<Items>(block.items)
  let reached = false
  for (let tile = from; tile < to; tile++) {
    reached = false
    for (let v = 0; v < block.nVectors; v += 4) {
      if (outOfReach(items, block, tile, v) || areCounted(block, v, limit)) continue
      reached = true
      countTile(items, block, tile, v)
    }
    if (!reached) break
  }
  return reached
}

// Whether the highest score sought for each of the four vectors from `first`, which has the least count, was reached often enough.
function areCounted(block: Block, first: i32, limit: i32): bool {
  for (let v = first; v < min(first + 4, block.nVectors); v++) {
    const end = block.sought + <usize>load<u32>(block.starts + (<usize>v << 2), 4)
    if (load<i32>(end - 4) <= limit) return false
  }
  return true
}

// Most panels need no more than four comparisons a vector, and counts that stay in registers, a lane of items each.
function countTile(items: Items, block: Block, tile: i32, first: i32): void {
  const single = soughtOnce(block, first)
  const row = <usize>items.nPanels
  const blocked = block.blocked + <usize>first * row
  writeLimits(items, block, tile, first)
  let c0 = i32x4.splat(0), c1 = i32x4.splat(0), c2 = i32x4.splat(0), c3 = i32x4.splat(0)
  for (let panel = tile * TILE, end = min(panel + TILE, items.nPanels); panel < end; panel++) {
    screen(items, block, panel, first)
    const mask = blocked + <usize>panel
    const out = load<u8>(mask) | load<u8>(mask + row) | load<u8>(mask + 2 * row) | load<u8>(mask + 3 * row)
    const unsure = v128.or(v128.or(differ(block, 0, 0), differ(block, 32, 4)), v128.or(differ(block, 64, 8), differ(block, 96, 12)))
    if (!single || out != 0 || v128.any_true(unsure)) {
      countPanel(items, block, tile, panel, first)
      continue
    }
    c0 = i32x4.add(c0, tally(block, 0, 0))
    c1 = i32x4.add(c1, tally(block, 32, 4))
    c2 = i32x4.add(c2, tally(block, 64, 8))
    c3 = i32x4.add(c3, tally(block, 96, 12))
  }
  addCount(block, first, c0)
  addCount(block, first + 1, c1)
  addCount(block, first + 2, c2)
  addCount(block, first + 3, c3)
}

// Whether each of the four vectors from `first` is there and has one score sought.
function soughtOnce(block: Block, first: i32): bool {
  if (first + 4 > block.nVectors) return false
  const starts = block.starts + (<usize>first << 2)
  return load<u32>(starts, 16) - load<u32>(starts) == 32
}

// @ts-ignore: decorator
@inline
function writeLimits(items: Items, block: Block, tile: i32, first: i32): void {
  const at = <usize>first << 2
  const least = v128.load(block.least + at), caps = v128.load(block.caps + at)
  const error = errorBound(items, block, tile, first), scale = inverseScale(items, block, tile, first)
  v128.store(block.limits, limitBelow(f32x4.mul(f32x4.sub(least, error), scale), caps))
  v128.store(block.limits, sureAbove(f32x4.mul(f32x4.add(least, error), scale), caps), 16)
}

// Lanes between the two limits of the vector whose sums begin at `at` and whose limits stand at `lane`.
// @ts-ignore: decorator
@inline
function differ(block: Block, at: usize, lane: usize): v128 {
  const limit = v128.load32_splat(block.limits + lane), sure = v128.load32_splat(block.limits + lane, 16)
  const left = v128.load(block.sums + at), right = v128.load(block.sums + at, 16)
  return v128.or(v128.xor(i32x4.gt_s(left, limit), i32x4.gt_s(left, sure)), v128.xor(i32x4.gt_s(right, limit), i32x4.gt_s(right, sure)))
}

// −(number of items surely above) in four lanes
// @ts-ignore: decorator
@inline
function tally(block: Block, at: usize, lane: usize): v128 {
  const sure = v128.load32_splat(block.limits + lane, 16)
  return i32x4.add(i32x4.gt_s(v128.load(block.sums + at), sure), i32x4.gt_s(v128.load(block.sums + at, 16), sure))
}

function addCount(block: Block, v: i32, tallied: v128): void {
  if (v >= block.nVectors) return
  const at = block.sought + <usize>load<u32>(block.starts + (<usize>v << 2))
  const n = i32x4.extract_lane(tallied, 0) + i32x4.extract_lane(tallied, 1) + i32x4.extract_lane(tallied, 2) + i32x4.extract_lane(tallied, 3)
  store<i32>(at, load<i32>(at, 4) - n, 4)
}

// The same with everything that may come up.
function countPanel(items: Items, block: Block, tile: i32, panel: i32, first: i32): void {
  for (let q = 0; q < min(4, block.nVectors - first); q++) {
    const v = first + q
    const sums = block.sums + (<usize>q << 5)
    const open = ~<i32>load<u8>(block.blocked + <usize>v * <usize>items.nPanels + <usize>panel)
    const may = open & above(sums, v128.load32_splat(block.limits + (<usize>q << 2)))
    if (may == 0) continue // nor does any reach a higher score that is sought
    const sure = may & above(sums, v128.load32_splat(block.limits + (<usize>q << 2), 16))
    const at = block.sought + <usize>load<u32>(block.starts + (<usize>v << 2))
    const end = block.sought + <usize>load<u32>(block.starts + (<usize>v << 2), 4)
    store<i32>(at, load<i32>(at, 4) + popcnt(sure), 4)
    if (may != sure) countUnsure(items, block, panel, v, at, may & ~sure)
    if (at + 8 < end) countHigher(items, block, tile, panel, v, sums, at + 8, end, may)
  }
}

// Scores sought beside the least, lowest first. Lanes of t: 0 may, 1 surely does.
function countHigher(items: Items, block: Block, tile: i32, panel: i32, v: i32, sums: usize, from: usize, end: usize, open: i32): void {
  const group = v & ~3
  const lane = <usize>(v & 3) << 2
  const caps = v128.load32_splat(block.caps + (<usize>v << 2))
  v128.store(block.limits, errorBound(items, block, tile, group), 32)
  v128.store(block.limits, inverseScale(items, block, tile, group), 48)
  const error = v128.load32_splat(block.limits + lane, 32), scale = v128.load32_splat(block.limits + lane, 48)
  for (let at = from; at < end; at += 8) {
    const score = v128.load32_splat(at)
    const may = open & above(sums, limitBelow(f32x4.mul(f32x4.sub(score, error), scale), caps))
    if (may == 0) return
    const sure = may & above(sums, sureAbove(f32x4.mul(f32x4.add(score, error), scale), caps))
    store<i32>(at, load<i32>(at, 4) + popcnt(sure), 4)
    countUnsure(items, block, panel, v, at, may & ~sure)
  }
}

function countUnsure(items: Items, block: Block, panel: i32, v: i32, at: usize, unsure: i32): void {
  const bytes = <usize>items.stride << 2
  const x = block.vectors + <usize>v * bytes
  for (; unsure; unsure &= unsure - 1) {
    const reaches = scoreOf(x, items.rows + <usize>((panel << 3) + ctz(unsure)) * bytes, bytes) >= load<f32>(at)
    if (reaches) store<i32>(at, load<i32>(at, 4) + 1, 4)
  }
}

/** T, such that x̂ᵀŷ > T implies a b x̂ᵀŷ ≥ the sought score + B: −x̂ᵀŷ ≤ L ⇔ x̂ᵀŷ > ~L. */
// @ts-ignore: decorator
@inline
function sureAbove(t: v128, caps: v128): v128 {
  return v128.not(limitBelow(f32x4.neg(t), caps))
}

// @ts-ignore: decorator
@inline
function above(sums: usize, limit: v128): i32 {
  return i32x4.bitmask(i32x4.gt_s(v128.load(sums), limit)) | (i32x4.bitmask(i32x4.gt_s(v128.load(sums, 16), limit)) << 4)
}
