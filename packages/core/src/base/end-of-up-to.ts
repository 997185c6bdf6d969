// Where a value stands among rising ones.

/** The first place in [start, end) with a greater value, or end; the values rise there. */
export function endOfUpTo(value: number, rising: ArrayLike<number>, start = 0, end = rising.length): number {
  let [low, high] = [start, end]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rising[middle] <= value) low = middle + 1
    else high = middle
  }
  return low
}
