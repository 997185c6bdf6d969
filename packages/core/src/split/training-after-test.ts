// How much of the future a fit has seen: a split by users or at random trains on what came after what it asks for.
import type { Interactions } from '../dataset/index.ts'
import { fittedRoles, role } from './contract.ts'

/** Parts of the range of test moments: few moments in each, so that a row is compared with few. */
const BUCKETS = 16_384

/**
 * The mean over users with a test of the share of the fitted rows that are later than the user's first test row;
 * undefined without timestamps, or where nobody has a test. In one pass over the rows; roles: [n].
 */
export function trainingAfterTest({ users, nUsers, timestamps }: Interactions, roles: Uint8Array): number | undefined {
  if (!timestamps) return undefined
  const firsts = new Float64Array(nUsers).fill(Infinity)
  for (let row = 0; row < roles.length; row++) {
    if (roles[row] === role.test && timestamps[row] < firsts[users[row]]) firsts[users[row]] = timestamps[row]
  }
  const moments = firsts.filter(moment => moment < Infinity).sort()
  const n = moments.length
  if (n === 0) return undefined

  const [first, last] = [moments[0], moments[n - 1]]
  const scale = (BUCKETS - 1) / (last - first || 1)
  const starts = new Uint32Array(BUCKETS + 1) // of each bucket's moments
  for (const moment of moments) starts[Math.floor((moment - first) * scale) + 1]++
  for (let bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1] += starts[bucket]

  const isFitted = Uint8Array.from({ length: 256 }, (_, each) => fittedRoles.includes(each) ? 1 : 0)
  let [later, fitted] = [0, 0] // pairs of a fitted row and an earlier moment; fitted rows
  for (let row = 0; row < roles.length; row++) {
    if (isFitted[roles[row]] === 0) continue
    fitted++
    const time = timestamps[row]
    if (time <= first) continue
    if (time > last) {
      later += n
      continue
    }
    let at = starts[Math.floor((time - first) * scale)]
    while (moments[at] < time) at++
    later += at
  }
  return fitted === 0 ? 0 : later / (fitted * n)
}
