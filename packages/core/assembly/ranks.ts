// How many items score at least as high as given ones, for each vector of a block: pessimistic ranks without a matrix of
// scores. The bound in whole numbers decides nearly every item; the rest is scored. docs/math/top-k.md
//
// What is sought for a vector is a list of (float32 score, int32 count), one at least, scores rising; counts are added to.
import { Block, errorBound, inverseScale, Items, limitBelow, outOfReach, scoreOf, screen } from './screen'

/** Goes on counting over panels [from, to); false once no later panel matters. */
export function countAtLeast(pointer: usize, from: i32, to: i32): bool {
  const block = changetype<Block>(pointer)
  const items = changetype<Items>(block.items)
  for (let panel = from; panel < to; panel++) {
    let reached = false
    for (let v = 0; v < block.nVectors; v += 4) {
      if (outOfReach(items, block, panel, v)) continue
      reached = true
      screen(items, block, panel, v)
      countPanel(items, block, panel, v)
    }
    if (!reached) return false
  }
  return true
}

function countPanel(items: Items, block: Block, panel: i32, first: i32): void {
  const at = <usize>first << 2
  const least = v128.load(block.least + at), caps = v128.load(block.caps + at)
  const error = errorBound(items, block, panel, first), scale = inverseScale(items, block, panel, first)
  v128.store(block.limits, limitBelow(f32x4.mul(f32x4.sub(least, error), scale), caps))
  v128.store(block.limits, sureAbove(f32x4.mul(f32x4.add(least, error), scale), caps), 16)
  for (let q = 0; q < min(4, block.nVectors - first); q++) {
    const v = first + q
    const sums = block.sums + (<usize>q << 5)
    const open = ~<i32>load<u8>(block.blocked + <usize>v * <usize>items.nPanels + <usize>panel)
    const may = open & above(sums, v128.load32_splat(block.limits + (<usize>q << 2)))
    const sure = may & above(sums, v128.load32_splat(block.limits + (<usize>q << 2), 16))
    const at = block.sought + <usize>load<u32>(block.starts + (<usize>v << 2))
    store<i32>(at, load<i32>(at, 4) + popcnt(sure), 4) // no branch: half of them would be mispredicted
    if (may != sure) countUnsure(items, block, panel, v, at, may & ~sure)
    const end = block.sought + <usize>load<u32>(block.starts + (<usize>v << 2), 4)
    if (at + 8 < end && may) countHigher(items, block, panel, v, sums, at + 8, end, may)
  }
}

// Scores sought beside the least, lowest first. Lanes of t: 0 may, 1 surely does.
function countHigher(items: Items, block: Block, panel: i32, v: i32, sums: usize, from: usize, end: usize, open: i32): void {
  const group = v & ~3
  const lane = <usize>(v & 3) << 2
  const caps = v128.load32_splat(block.caps + (<usize>v << 2))
  v128.store(block.limits, errorBound(items, block, panel, group), 32)
  v128.store(block.limits, inverseScale(items, block, panel, group), 48)
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
