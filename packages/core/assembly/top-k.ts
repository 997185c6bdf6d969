// The k best items of each vector of a block, without a matrix of scores: a panel of eight items against four vectors at a
// time, and only an item whose bound reaches the worst score of a full list is scored. docs/math/top-k.md
import { keyOf, replaceWorst, scoreAt, sortHeap } from './heap'
import { Block, errorBound, inverseScale, Items, limitBelow, outOfReach, scoresOf, screen, TILE } from './screen'

/** Heaps of `length` empty places each, one after the other from block.sought. */
export function startLists(pointer: usize, length: i32): void {
  const block = changetype<Block>(pointer)
  memory.fill(block.nWaiting, 0, <usize>block.nVectors << 2)
  const end = block.sought + ((<usize>block.nVectors * <usize>length) << 3)
  for (let at = block.sought; at < end; at += 8) store<i64>(at, keyOf(-Infinity, i32.MAX_VALUE))
}

/** Goes on with the lists over tiles [from, to); false once no later tile matters. */
export function addToLists(pointer: usize, length: i32, from: i32, to: i32): bool {
  const block = changetype<Block>(pointer)
  const items = changetype<Items>(block.items)
  let reached = false
  for (let tile = from; tile < to; tile++) {
    reached = false
    for (let v = 0; v < block.nVectors; v += 4) {
      if (outOfReach(items, block, tile, v)) continue
      reached = true
      addTile(items, block, length, tile, v)
    }
    if (!reached) break
  }
  return reached
}

function addTile(items: Items, block: Block, length: i32, tile: i32, v: i32): void {
  let t = limits(items, block, tile, v)
  let t0 = v128.shuffle<i32>(t, t, 0, 0, 0, 0), t1 = v128.shuffle<i32>(t, t, 1, 1, 1, 1)
  let t2 = v128.shuffle<i32>(t, t, 2, 2, 2, 2), t3 = v128.shuffle<i32>(t, t, 3, 3, 3, 3)
  for (let panel = tile * TILE, end = min(panel + TILE, items.nPanels); panel < end; panel++) {
    screen(items, block, panel, v)
    const hits = v128.or(v128.or(over(block, 0, t0), over(block, 32, t1)), v128.or(over(block, 64, t2), over(block, 96, t3)))
    if (!v128.any_true(hits)) continue
    v128.store(block.limits, t)
    if (!addPanel(items, block, length, panel, v)) continue
    t = limits(items, block, tile, v)
    t0 = v128.shuffle<i32>(t, t, 0, 0, 0, 0)
    t1 = v128.shuffle<i32>(t, t, 1, 1, 1, 1)
    t2 = v128.shuffle<i32>(t, t, 2, 2, 2, 2)
    t3 = v128.shuffle<i32>(t, t, 3, 3, 3, 3)
  }
}

// @ts-ignore: decorator
@inline
function limits(items: Items, block: Block, tile: i32, v: i32): v128 {
  const at = <usize>v << 2
  const rest = f32x4.sub(v128.load(block.least + at), errorBound(items, block, tile, v))
  return limitBelow(f32x4.mul(rest, inverseScale(items, block, tile, v)), v128.load(block.caps + at))
}

// @ts-ignore: decorator
@inline
function over(block: Block, at: usize, limit: v128): v128 {
  return v128.or(i32x4.gt_s(v128.load(block.sums + at), limit), i32x4.gt_s(v128.load(block.sums + at, 16), limit))
}

// Whether a list may have changed.
function addPanel(items: Items, block: Block, length: i32, panel: i32, first: i32): bool {
  let changed = false
  for (let q = 0; q < min(4, block.nVectors - first); q++) {
    const limit = v128.load32_splat(block.limits + (<usize>q << 2))
    const sums = block.sums + (<usize>q << 5)
    let hits = i32x4.bitmask(i32x4.gt_s(v128.load(sums), limit)) | (i32x4.bitmask(i32x4.gt_s(v128.load(sums, 16), limit)) << 4)
    const v = first + q
    if (hits) hits &= ~<i32>load<u8>(block.blocked + <usize>v * <usize>items.nPanels + <usize>panel)
    for (; hits; hits &= hits - 1) {
      const nWaiting = load<i32>(block.nWaiting + (<usize>v << 2))
      store<i32>(block.waiting + (<usize>v << 4) + (<usize>nWaiting << 2), (panel << 3) + ctz(hits))
      store<i32>(block.nWaiting + (<usize>v << 2), nWaiting + 1)
      if (nWaiting < 3) continue
      addWaiting(items, block, length, v)
      changed = true
    }
  }
  return changed
}

// Scores the places that wait, four at once, and adds them to the list.
function addWaiting(items: Items, block: Block, length: i32, v: i32): void {
  const bytes = <usize>items.stride << 2
  const waiting = block.waiting + (<usize>v << 4)
  const n = load<i32>(block.nWaiting + (<usize>v << 2))
  for (let at = n; at < 4; at++) store<i32>(waiting + (<usize>at << 2), 0)
  store<i32>(block.nWaiting + (<usize>v << 2), 0)
  const rows = items.rows
  let scores = scoresOf(block.vectors + <usize>v * bytes, rows + <usize>load<i32>(waiting) * bytes, rows + <usize>load<i32>(waiting, 4) * bytes,
    rows + <usize>load<i32>(waiting, 8) * bytes, rows + <usize>load<i32>(waiting, 12) * bytes, bytes)
  const heap = block.sought + ((<usize>v * <usize>length) << 3)
  for (let at = 0; at < n; at++) {
    const score = f32x4.extract_lane(scores, 0)
    scores = v128.shuffle<f32>(scores, scores, 1, 2, 3, 0)
    if (score != score) continue
    const key = keyOf(score, load<i32>(items.order + (<usize>load<i32>(waiting + (<usize>at << 2)) << 2)))
    if (key > load<i64>(heap)) replaceWorst(heap, length, key)
  }
  store<f32>(block.least + (<usize>v << 2), scoreAt(heap))
}

/** Sorts each list, best first; a key becomes (float32 score, int32 item), item −1 in a place that stayed empty. */
export function finishLists(pointer: usize, length: i32): void {
  const block = changetype<Block>(pointer)
  for (let v = 0; v < block.nVectors; v++) {
    addWaiting(changetype<Items>(block.items), block, length, v)
    const heap = block.sought + ((<usize>v * <usize>length) << 3)
    sortHeap(heap, length)
  }
}
