// How much of the future a fit has seen: a split by users or at random trains on what came after what it asks for.
import type { Interactions } from '../dataset/index.ts'
import { role } from './contract.ts'

/** Buckets of the range of test moments: few moments in each, so that a row is compared with few. */
const BUCKETS = 65_536

/**
 * The mean over users with a test of the share of the fitted rows that are later than the user's first test row;
 * undefined without timestamps, or where nobody has a test. In one pass over the rows.
 */
export function trainingAfterTest({ users, nUsers, timestamps }: Interactions, roles: Uint8Array, isFitted: Uint8Array): number | undefined {
  if (!timestamps) return undefined
  const firsts = new Float64Array(nUsers).fill(Infinity)
  for (let row = 0; row < roles.length; row++) {
    if (roles[row] === role.test && timestamps[row] < firsts[users[row]]) firsts[users[row]] = timestamps[row]
  }
  const moments = firsts.filter(moment => moment < Infinity).sort()
  if (moments.length === 0) return undefined

  const countBefore = counterOf(moments)
  let [later, fitted] = [0, 0]
  for (let row = 0; row < roles.length; row++) {
    if (isFitted[row] === 0) continue
    fitted++
    later += countBefore(timestamps[row])
  }
  return fitted === 0 ? 0 : later / (fitted * moments.length)
}

// How many of the moments are before a time. moments: rising. The moments before a bucket are counted once.
function counterOf(moments: Float64Array): (time: number) => number {
  const [first, last] = [moments[0], moments[moments.length - 1]]
  const scale = (BUCKETS - 1) / (last - first || 1)
  const starts = new Uint32Array(BUCKETS + 1)
  for (const moment of moments) starts[Math.floor((moment - first) * scale) + 1]++
  for (let bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1] += starts[bucket]
  return time => {
    if (time <= first) return 0
    if (time > last) return moments.length
    const bucket = Math.floor((time - first) * scale)
    let n = starts[bucket]
    while (n < starts[bucket + 1] && moments[n] < time) n++
    return n
  }
}
