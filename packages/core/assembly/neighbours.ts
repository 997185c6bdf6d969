// The nearest items of eight items at a time: their products with all items, a lane an item, over the users of any of the
// eight; then the k best of each lane. docs/math/item-knn.md
import { keyOf, replaceWorst, scoreAt, sortHeap } from './heap'

/** Fields are written by nearest-thread.ts. */
// @ts-ignore: decorator
@unmanaged
export class Near {
  nItems: i32
  k: i32
  shrinkage: f32
  /** The vectors by user: int32 [nUsers + 1] where each begins, int32 items, float32 values. */
  starts: usize
  items: usize
  values: usize
  /** float32 [nItems], ‖v_j‖ */
  norms: usize
  /** int32 [8], the items in work, −1 for a lane without one; float32 [8], their norms */
  own: usize
  ownNorms: usize
  /** The vectors of the items in work, one after the other: int32 [9] where each begins, int32 users, float32 values. */
  ownStarts: usize
  ownUsers: usize
  ownValues: usize
  /** int32 [8], int32 [8], float32 [8]: where each lane stands, its user there, its value for the user in work */
  cursors: usize
  heads: usize
  lanes: usize
  /** int32 [users of any of the eight] */
  met: usize
  /** float32 [nItems][8], zero before and after */
  sums: usize
  /** float32 [8], what a similarity must reach to enter a lane's heap */
  least: usize
  /** int64 [8][k] */
  heaps: usize
}

/** No user has this index. */
const NOBODY = i32.MAX_VALUE
/** Of the positive numbers the least: similarities that are not positive are not kept. */
const TINY = reinterpret<f32>(1)

/** Leaves (float32 similarity, int32 item) in the heaps, best first, item −1 where there are fewer than k. */
export function nearestItems(pointer: usize): void {
  const near = changetype<Near>(pointer)
  memory.fill(near.heaps, 0, <usize>near.k << 6)
  v128.store(near.least, f32x4.splat(TINY))
  v128.store(near.least, f32x4.splat(TINY), 16)
  startLanes(near)
  let nMet = 0, visits = 0
  for (let user = nextUser(near); user != NOBODY; user = nextUser(near)) {
    store<i32>(near.met + (<usize>nMet << 2), user)
    nMet++
    visits += addUser(near, user)
  }
  if (visits < near.nItems) {
    for (let at = 0; at < nMet; at++) harvestUser(near, load<i32>(near.met + (<usize>at << 2)))
  } else {
    for (let item = 0; item < near.nItems; item++) harvest(near, item)
  }
  for (let lane = 0; lane < 8; lane++) sortHeap(heapOf(near, lane), near.k)
}

function startLanes(near: Near): void {
  for (let lane: usize = 0; lane < 32; lane += 4) {
    const start = load<i32>(near.ownStarts + lane)
    store<i32>(near.cursors + lane, start)
    store<i32>(near.heads + lane, start < load<i32>(near.ownStarts + lane, 4) ? load<i32>(near.ownUsers + (<usize>start << 2)) : NOBODY)
  }
}

// The least user at which a lane stands, with the lanes' values for it, zero where it has none; those lanes go on.
function nextUser(near: Near): i32 {
  const left = v128.load(near.heads), right = v128.load(near.heads, 16)
  let least = i32x4.min_s(left, right)
  least = i32x4.min_s(least, v128.shuffle<i32>(least, least, 2, 3, 0, 1))
  least = i32x4.min_s(least, v128.shuffle<i32>(least, least, 1, 0, 3, 2))
  const user = i32x4.extract_lane(least, 0)
  if (user == NOBODY) return user
  v128.store(near.lanes, i32x4.splat(0))
  v128.store(near.lanes, i32x4.splat(0), 16)
  let at = i32x4.bitmask(i32x4.eq(left, least)) | (i32x4.bitmask(i32x4.eq(right, least)) << 4)
  for (; at; at &= at - 1) {
    const lane = <usize>ctz(at) << 2
    const cursor = load<i32>(near.cursors + lane) + 1
    const entry = <usize>cursor << 2
    store<f32>(near.lanes + lane, load<f32>(near.ownValues + entry - 4))
    store<i32>(near.cursors + lane, cursor)
    store<i32>(near.heads + lane, cursor < load<i32>(near.ownStarts + lane, 4) ? load<i32>(near.ownUsers + entry) : NOBODY)
  }
  return user
}

// sums ← sums + lanes · v for each item of the user; how many these are
function addUser(near: Near, user: i32): i32 {
  const start = load<i32>(near.starts + (<usize>user << 2)), end = load<i32>(near.starts + (<usize>user << 2), 4)
  const left = v128.load(near.lanes), right = v128.load(near.lanes, 16)
  const values = near.values - near.items, sums = near.sums
  for (let at = near.items + (<usize>start << 2), last = near.items + (<usize>end << 2); at < last; at += 4) {
    const sum = sums + (<usize>load<i32>(at) << 5)
    const value = v128.load32_splat(at + values)
    v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(left, value)))
    v128.store(sum, f32x4.add(v128.load(sum, 16), f32x4.mul(right, value)), 16)
  }
  return end - start
}

function harvestUser(near: Near, user: i32): void {
  const start = load<i32>(near.starts + (<usize>user << 2)), end = load<i32>(near.starts + (<usize>user << 2), 4)
  for (let at = start; at < end; at++) harvest(near, load<i32>(near.items + (<usize>at << 2)))
}

// Offers an item to the lanes with s = v_i · v_j / (‖v_i‖ ‖v_j‖ + shrinkage), at most 1, and clears its sums.
// @ts-ignore: decorator
@inline
function harvest(near: Near, item: i32): void {
  const sum = near.sums + (<usize>item << 5)
  const left = v128.load(sum), right = v128.load(sum, 16)
  if (!v128.any_true(v128.or(left, right))) return
  v128.store(sum, f32x4.splat(0))
  v128.store(sum, f32x4.splat(0), 16)
  const norm = v128.load32_splat(near.norms + (<usize>item << 2)), shrinkage = f32x4.splat(near.shrinkage), one = f32x4.splat(1)
  const a = f32x4.min(f32x4.div(left, f32x4.add(f32x4.mul(norm, v128.load(near.ownNorms)), shrinkage)), one)
  const b = f32x4.min(f32x4.div(right, f32x4.add(f32x4.mul(norm, v128.load(near.ownNorms, 16)), shrinkage)), one)
  const hits = i32x4.bitmask(f32x4.ge(a, v128.load(near.least))) | (i32x4.bitmask(f32x4.ge(b, v128.load(near.least, 16))) << 4)
  if (hits) offer(near, item, hits, a, b)
}

function offer(near: Near, item: i32, hits: i32, a: v128, b: v128): void {
  v128.store(near.lanes, a)
  v128.store(near.lanes, b, 16)
  for (; hits; hits &= hits - 1) {
    const lane = ctz(hits), at = <usize>lane << 2
    if (load<i32>(near.own + at) == item) continue
    const heap = heapOf(near, lane)
    const key = keyOf(load<f32>(near.lanes + at), item)
    if (key <= load<i64>(heap)) continue
    replaceWorst(heap, near.k, key)
    store<f32>(near.least + at, max<f32>(scoreAt(heap), TINY))
  }
}

// @ts-ignore: decorator
@inline
function heapOf(near: Near, lane: i32): usize {
  return near.heaps + (<usize>(lane * near.k) << 3)
}
