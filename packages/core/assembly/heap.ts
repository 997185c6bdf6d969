// Lists as heaps of keys with the worst at the root. A key is one int64 that orders as the list does: the score's bits
// above, the item's index reversed below, so the lower index wins among equal scores.

/** No score is −0: sums begin at +0 and are rounded to nearest. */
// @ts-ignore: decorator
@inline
export function keyOf(score: f32, item: i32): i64 {
  const bits = reinterpret<i32>(score)
  return (<i64>(bits ^ ((bits >> 31) & i32.MAX_VALUE)) << 32) | <i64>(i32.MAX_VALUE - item)
}

/** The score of the key at an address. */
// @ts-ignore: decorator
@inline
export function scoreAt(key: usize): f32 {
  const bits = load<i32>(key, 4)
  return reinterpret<f32>(bits ^ ((bits >> 31) & i32.MAX_VALUE))
}

/** Puts the key in place of the root of a heap of n keys and restores the heap. */
export function replaceWorst(heap: usize, n: i32, key: i64): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= n) break
    let least = load<i64>(heap + (<usize>child << 3))
    if (child + 1 < n) {
      const right = load<i64>(heap + (<usize>child << 3), 8)
      if (right < least) {
        least = right
        child++
      }
    }
    if (key <= least) break
    store<i64>(heap + (<usize>at << 3), least)
    at = child
  }
  store<i64>(heap + (<usize>at << 3), key)
}

/** Sorts the heap, best first; a key becomes (float32 score, int32 item), item −1 in a place that stayed empty. */
export function sortHeap(heap: usize, length: i32): void {
  for (let n = length - 1; n > 0; n--) {
    const worst = load<i64>(heap), last = heap + (<usize>n << 3)
    replaceWorst(heap, n, load<i64>(last))
    store<i64>(last, worst)
  }
  for (let at = heap; at < heap + (<usize>length << 3); at += 8) {
    const score = scoreAt(at)
    const item = i32.MAX_VALUE - load<i32>(at)
    store<f32>(at, score)
    store<i32>(at, item == i32.MAX_VALUE ? -1 : item, 4)
  }
}
