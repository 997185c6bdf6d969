// Scores bounded in whole numbers, so that only an item that may matter is scored in float32: docs/math/top-k.md.
//
//   x, y    a vector (a user's factors) and an item's factors       s   their score in float32, as multiply() sums it
//   x̂, ŷ    whole numbers with x ≈ a x̂, y ≈ b ŷ; b is the same for a tile of panels
//   B       with |s − a b x̂ᵀŷ| ≤ B = ‖x‖ · spread + error · reach + tiny, for every item of a tile
import { sumsOf } from './whole-dots'

/** Panels of a tile; with 64 factors they fill half of the first-level cache. Also in src/kernels/wasm/packed-items.ts. */
// @ts-ignore: decorator
@inline
export const TILE: i32 = 16

/** Items in panels of eight, longest first; written by src/kernels/wasm/packed-items.ts. All fields are 32 bits wide. */
// @ts-ignore: decorator
@unmanaged
export class Items {
  /** ŷ, int16 [nPanels][stride / 2][8][2] */
  panels: usize
  /** y, float32 [8 · nPanels × stride] */
  rows: usize
  /** int32 [8 · nPanels]: the item's index */
  order: usize
  /** float32 [nTiles × 4]: spread, reach, 1 / b, and `longest` with s ≤ ‖x‖ · longest + tiny from this tile on */
  bounds: usize
  nPanels: i32
  stride: i32
  /** What underflow may take from a score. */
  tiny: f32
}

/** A block of vectors and what is sought for each; written by src/kernels/wasm/ranker-thread.ts. */
// @ts-ignore: decorator
@unmanaged
export class Block {
  items: usize
  /** Vectors, then as many without effect as make the number a multiple of 4. */
  nVectors: i32
  /** x, float32 [nVectors × stride] */
  vectors: usize
  /** x̂, int16 [nVectors / 4][stride / 2][4][2] */
  wholes: usize
  /** float32 [nVectors]: an item with a smaller score does not matter. */
  least: usize
  /** float32 [nVectors]: ‖x‖, ‖x − a x̂‖, 1 / a */
  norms: usize
  errors: usize
  scales: usize
  /** int32 [nVectors]: the largest T that may be believed, INT_MIN where the scores may overflow. */
  caps: usize
  /** [nVectors × nPanels] bit j of byte p: item j of panel p is left out. */
  blocked: usize
  /** int32 [4][8]: x̂ᵀŷ of four vectors and a panel */
  sums: usize
  /** [4][4]: T of the four, and what else is kept a lane a vector */
  limits: usize
  /** What the kernel is after, [nVectors] pieces that begin at `starts`: uint32 [nVectors + 1] bytes from `sought`. */
  sought: usize
  starts: usize
  /** int32 [nVectors][4]: places that wait for their score; int32 [nVectors]: how many do */
  waiting: usize
  nWaiting: usize
}

/** Bytes of the `bounds` of a tile. */
const BOUNDS: usize = 16
/** Relative error of T, far above what its computation in float32 can have. */
const SLACK: f32 = 1.0 / 1048576.0
/** Above every x̂ᵀŷ. */
const MOST: f32 = 4294967296.0

// @ts-ignore: decorator
@inline
function bound(items: Items, tile: i32, at: usize): v128 {
  return v128.load32_splat(items.bounds + <usize>tile * BOUNDS + at)
}

/** Whether no item of this tile or a later one has a score that matters to any of the four vectors from `v`. */
// @ts-ignore: decorator
@inline
export function outOfReach(items: Items, block: Block, tile: i32, v: i32): bool {
  const at = <usize>v << 2
  const most = f32x4.add(f32x4.mul(v128.load(block.norms + at), bound(items, tile, 12)), f32x4.splat(items.tiny))
  return i32x4.all_true(f32x4.gt(v128.load(block.least + at), most))
}

/** Fills block.sums for the four vectors from `v`, or for the one there is. */
// @ts-ignore: decorator
@inline
export function screen(items: Items, block: Block, panel: i32, v: i32): void {
  const bytes = <usize>items.stride << 1
  sumsOf(block.wholes + <usize>v * bytes, block.nVectors == 1, bytes, items.panels + <usize>panel * (bytes << 3), block.sums)
}

/** B of four vectors from `v` and a tile. */
// @ts-ignore: decorator
@inline
export function errorBound(items: Items, block: Block, tile: i32, v: i32): v128 {
  const at = <usize>v << 2
  const spread = f32x4.mul(v128.load(block.norms + at), bound(items, tile, 0))
  return f32x4.add(f32x4.add(spread, f32x4.mul(v128.load(block.errors + at), bound(items, tile, 4))), f32x4.splat(items.tiny))
}

/** 1 / (a b) of four vectors from `v` and a tile. */
// @ts-ignore: decorator
@inline
export function inverseScale(items: Items, block: Block, tile: i32, v: i32): v128 {
  return f32x4.mul(v128.load(block.scales + (<usize>v << 2)), bound(items, tile, 8))
}

/** T, such that x̂ᵀŷ ≤ T implies a b x̂ᵀŷ < least − B. */
// @ts-ignore: decorator
@inline
export function limitBelow(t: v128, caps: v128): v128 {
  t = f32x4.pmin(t, f32x4.splat(MOST)) // so that the next line never has ∞ − ∞
  const slack = f32x4.add(f32x4.mul(f32x4.abs(t), f32x4.splat(SLACK)), f32x4.splat(2))
  return i32x4.min_s(i32x4.trunc_sat_f32x4_s(f32x4.sub(t, slack)), caps)
}

/** The score of one item, with the bits that multiply() gives. */
export function scoreOf(x: usize, y: usize, bytes: usize): f32 {
  let sum: f32 = 0
  for (let k: usize = 0; k < bytes; k += 4) sum += load<f32>(x + k) * load<f32>(y + k)
  return sum
}

/** The same of four items, a lane each: one sum has to wait for its last addition, four take no longer. */
export function scoresOf(x: usize, y0: usize, y1: usize, y2: usize, y3: usize, bytes: usize): v128 {
  let sums = f32x4.splat(0)
  for (let k: usize = 0; k < bytes; k += 16) {
    const a = v128.load(y0 + k), b = v128.load(y1 + k), c = v128.load(y2 + k), d = v128.load(y3 + k)
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    sums = f32x4.add(sums, f32x4.mul(v128.load32_splat(x + k), v128.shuffle<f32>(ab, cd, 0, 1, 4, 5)))
    sums = f32x4.add(sums, f32x4.mul(v128.load32_splat(x + k, 4), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7)))
    sums = f32x4.add(sums, f32x4.mul(v128.load32_splat(x + k, 8), v128.shuffle<f32>(AB, CD, 0, 1, 4, 5)))
    sums = f32x4.add(sums, f32x4.mul(v128.load32_splat(x + k, 12), v128.shuffle<f32>(AB, CD, 2, 3, 6, 7)))
  }
  return sums
}
