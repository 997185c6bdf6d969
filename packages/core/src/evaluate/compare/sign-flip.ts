// Whether a mean difference could be chance: the paired permutation test. Were the two models equal, each user's difference
// could as well have had the other sign (Fisher 1935; Smucker, Allan and Carterette 2007 for lists).
import { seededRandom } from '../../base/index.ts'

/** What is not of the users: how the mean would vary with other seeds and splits, [flips], each around 0. */
type RunNoise = ArrayLike<number>

/**
 * The two-sided p-value of the mean of `differences`, in (0, 1]: (1 + how many of the flips reach it) / (1 + flips).
 *
 * differences: [n ≥ 1], one a user. noise: added to the flipped means; by default none. Flips go by sizes: of the users
 * with one |difference| only how many are positive is drawn, and users without a difference need no draw.
 */
export function signFlipTest(differences: Float64Array, flips: number, seed: number, noise?: RunNoise): number {
  const sizes = sizesOf(differences)
  const n = differences.length
  const bits = bitCounter(seed)
  let observed = 0
  let largest = 0
  for (const { size, users, positive } of sizes) {
    observed += size * (2 * positive - users)
    largest += size * users
  }
  // sums that are equal as numbers may differ in their last bits, by the order of their terms
  const reached = (Math.abs(observed) - 1e-12 * largest) / n
  let asFar = 0
  for (let flip = 0; flip < flips; flip++) {
    let sum = 0
    for (const { size, users } of sizes) sum += size * (2 * bits(users) - users)
    if (Math.abs(sum / n + (noise?.[flip] ?? 0)) >= reached) asFar++
  }
  return (1 + asFar) / (1 + flips)
}

interface Size {
  /** > 0 */
  readonly size: number
  users: number
  /** Of them, those whose difference is above 0. */
  positive: number
}

// In rising order, so that the sums do not depend on the order of the users.
function sizesOf(differences: Float64Array): Size[] {
  const sizes = new Map<number, Size>()
  for (const difference of differences) {
    if (difference === 0) continue
    const size = Math.abs(difference)
    const known = sizes.get(size) ?? { size, users: 0, positive: 0 }
    known.users++
    if (difference > 0) known.positive++
    sizes.set(size, known)
  }
  return [...sizes.values()].sort((a, b) => a.size - b.size)
}

// How many of the next n random bits are 1.
function bitCounter(seed: number): (n: number) => number {
  const { uint32 } = seededRandom(seed, 2)
  let word = 0
  let left = 0
  return n => {
    let ones = 0
    while (n > 0) {
      if (left === 0) {
        word = uint32()
        left = 32
      }
      const take = Math.min(n, left)
      ones += onesIn(take === 32 ? word : word & ((1 << take) - 1))
      word = take === 32 ? 0 : word >>> take
      left -= take
      n -= take
    }
    return ones
  }
}

// The bits of a word that are 1, added in pairs, fours, bytes (Warren, Hacker's Delight, 5-1).
function onesIn(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555)
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333)
  sum = (sum + (sum >>> 4)) & 0x0f0f0f0f
  return Math.imul(sum, 0x01010101) >>> 24
}
