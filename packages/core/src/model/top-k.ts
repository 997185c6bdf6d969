// The k best of a list of scores, exactly.

/** Best first; equal scores in the order of their index. */
export interface TopK {
  readonly indices: Int32Array
  readonly scores: Float32Array
}

/**
 * The k highest scores among the allowed indices; fewer when fewer are allowed. NaN is never chosen.
 *
 * scores: [n]. exclude: indices that are left out. allow: asked only for an index that would enter the list.
 * O(n + k log k · log n) on average.
 */
export function topK(scores: Float32Array, k: number, exclude: Iterable<number> = [], allow?: (index: number) => boolean): TopK {
  const excluded = new Uint8Array(scores.length)
  for (const index of exclude) excluded[index] = 1
  const best = bestOf(scores, k)
  for (let index = 0; index < scores.length; index++) {
    if (Number.isNaN(scores[index]) || excluded[index] === 1 || !best.admits(index)) continue
    if (!allow || allow(index)) best.add(index)
  }
  return best.list()
}

/** The k best of the indices that are offered, one by one and in any order; none twice, none with a score NaN. */
export function bestOf(scores: Float32Array, k: number) {
  // A heap whose root is the worst of the chosen: `before` is the order of the list.
  const heap: number[] = []
  const before = (a: number, b: number): boolean => scores[a] > scores[b] || (scores[a] === scores[b] && a < b)
  return {
    /** Whether the index would enter the list. */
    admits: (index: number): boolean => heap.length < k || (k > 0 && before(index, heap[0])),
    /** A later index is admitted if its score is above. */
    floor: (): number => heap.length < k ? -Infinity : scores[heap[0]],
    /** Puts in an index that is admitted. */
    add(index: number): void {
      if (heap.length < k) siftUp(heap, index, before)
      else siftDown(heap, index, before)
    },
    list(): TopK {
      const left = heap.slice()
      const list = { indices: new Int32Array(heap.length), scores: new Float32Array(heap.length) }
      for (let at = heap.length - 1; at >= 0; at--) { // the worst first, to the end
        list.indices[at] = left[0]
        list.scores[at] = scores[left[0]]
        const last = left.pop() as number
        if (at > 0) siftDown(left, last, before)
      }
      return list
    },
  }
}

function siftUp(heap: number[], index: number, before: (a: number, b: number) => boolean): void {
  let at = heap.push(index) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!before(heap[parent], index)) break
    heap[at] = heap[parent]
    at = parent
  }
  heap[at] = index
}

// Puts the index in place of the root, the worst, and restores the heap.
function siftDown(heap: number[], index: number, before: (a: number, b: number) => boolean): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(heap[child], heap[child + 1])) child++
    if (!before(index, heap[child])) break
    heap[at] = heap[child]
    at = child
  }
  heap[at] = index
}
