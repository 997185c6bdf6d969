// Draws from any distribution over n things with two random numbers, however large n is.
// Source: Walker 1977; built as in Vose 1991.
import type { Random } from '../base/index.ts'

export interface AliasTable {
  /** [n], of 2³²: how often a column keeps its own index. */
  readonly keep: Uint32Array
  /** [n], the index a column gives otherwise; its own where it gives no other. */
  readonly alias: Uint32Array
}

/** The table for weights ≥ 0, [n], whose sum is > 0. O(n). */
export function aliasTable(weights: Float64Array): AliasTable {
  const n = weights.length
  const keep = new Uint32Array(n).fill(0xffffffff)
  const alias = Uint32Array.from(weights.keys())
  let sum = 0
  for (let at = 0; at < n; at++) sum += weights[at]
  const scaled = weights.map(weight => (weight * n) / sum)
  // One stack from each end: columns below the average from the left, the others from the right.
  const stack = new Uint32Array(n)
  let [nSmall, nLarge] = [0, 0]
  for (let at = 0; at < n; at++) stack[scaled[at] < 1 ? nSmall++ : n - ++nLarge] = at
  while (nSmall > 0 && nLarge > 0) {
    const small = stack[--nSmall]
    const large = stack[n - nLarge]
    keep[small] = Math.min(0xffffffff, Math.floor(scaled[small] * 0x100000000))
    alias[small] = large
    scaled[large] -= 1 - scaled[small]
    if (scaled[large] >= 1) continue
    nLarge--
    stack[nSmall++] = large
  }
  return { keep, alias }
}

/** An index in [0, n). */
export function drawIndex({ keep, alias }: AliasTable, random: Random): number {
  const column = Math.floor((random.uint32() / 0x100000000) * keep.length)
  return random.uint32() < keep[column] ? column : alias[column]
}
