// Ranks among a few random items instead of all: an extra, for comparing with papers that ranked so, never the number.
//
// Krichene and Rendle 2020: such numbers are not those of the full ranking and do not even order models alike.
import { seededRandom } from '../base/index.ts'
import { pessimisticRanks } from './ranks.ts'

/** How many items are drawn for each user, and the seed. */
export interface Sampling {
  readonly negatives: number
  readonly seed: number
}

/**
 * Pessimistic ranks of the user's relevant items among themselves and `negatives` other items, drawn without replacement
 * from all that are neither relevant nor known; all of these where there are fewer.
 */
export function sampledRanks(
  scores: Float32Array, user: number, relevant: Int32Array, known: Int32Array, { negatives, seed }: Sampling,
): Float64Array {
  const drawn = drawNegatives(scores.length, [relevant, known], negatives, seededRandom(seed, user))
  const few = Float32Array.from([...relevant, ...drawn], item => scores[item])
  return pessimisticRanks(few, relevant.map((_, at) => at), [])
}

// The first n of a shuffle (Fisher and Yates) of the items that are not taken.
function drawNegatives(nItems: number, taken: readonly Int32Array[], n: number, { below }: ReturnType<typeof seededRandom>): Int32Array {
  const isTaken = new Uint8Array(nItems)
  for (const items of taken) for (const item of items) isTaken[item] = 1
  const free = Int32Array.from({ length: nItems }, (_, item) => item).filter(item => isTaken[item] === 0)
  const length = Math.min(n, free.length)
  for (let at = 0; at < length; at++) {
    const other = at + below(free.length - at)
    const drawn = free[other]
    free[other] = free[at]
    free[at] = drawn
  }
  return free.subarray(0, length)
}
