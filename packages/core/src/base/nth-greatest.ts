// One value by its place in the order, without sorting.

/** The n-th greatest value, 1 ≤ n ≤ length, none NaN; the values are put into another order (Hoare 1961, Algorithm 65). */
export function nthGreatest(values: Float64Array | Float32Array, n: number): number {
  let [low, high] = [0, values.length - 1]
  const wanted = values.length - n
  while (low < high) {
    const pivot = values[(low + high) >>> 1]
    let [left, right] = [low, high]
    while (left <= right) {
      while (values[left] < pivot) left++
      while (values[right] > pivot) right--
      if (left > right) break
      const swapped = values[left]
      values[left++] = values[right]
      values[right--] = swapped
    }
    if (wanted <= right) high = right
    else if (wanted >= left) low = left
    else break
  }
  return values[wanted]
}
