// Each user's last n interactions are the test, the n before them the validation, the rest is training.
import { type OptionSpecs, resolveOptions } from '../base/index.ts'
import { type Dataset, groupRows, rowReader, tieOrder, type TieOrder, type Timestamps } from '../dataset/index.ts'
import { role, type Split, type SplitterDefinition } from './contract.ts'
import { splitOf } from './parts.ts'
import { tieOptions } from './shared-options.ts'

const options = {
  ...tieOptions,
  n: { kind: 'integer', default: 1, min: 1, max: 2 ** 31 - 1, help: 'Interactions of a user in test, and as many in validation.' },
} as const satisfies OptionSpecs

/**
 * Leave-last-n. Training keeps at least one interaction of every user: of one interaction none is held out, of two
 * one is the test and none the validation.
 *
 * A user's order is that of the timestamps, then of `ties`; without timestamps it is the order of arrival. With
 * `ties` = hash the split depends on ids and times only, not on the order of rows or the numbering of indices.
 */
export const leaveLastN = {
  help: 'The last n interactions of each user are the test, the n before them the validation.',
  options,
  split(dataset: Dataset, given: Readonly<Record<string, unknown>> = {}): Split {
    const { ties, seed, n } = resolveOptions(options, given)
    const { interactions } = dataset
    const rowsOfUser = rowReader(groupRows(interactions.users, interactions.nUsers))
    const roles = new Uint8Array(interactions.users.length)
    const markLatest = interactions.timestamps
      ? latestByTime(interactions.timestamps, tieOrder(dataset, { ties, seed }), roles)
      : latestByArrival(roles)
    const decidedByTies = new Uint8Array(interactions.nUsers)
    for (let user = 0; user < interactions.nUsers; user++) {
      const history = rowsOfUser(user)
      const nTest = Math.min(n, Math.max(history.length - 1, 0))
      const nValidation = Math.min(n, Math.max(history.length - 1 - nTest, 0))
      if (nTest === 0) continue
      if (nValidation > 0) markLatest(history, nTest + nValidation, role.validation)
      if (markLatest(history, nTest, role.test)) decidedByTies[user] = 1
    }
    const protocol = { split: 'leave-last-n', n, ties, ...(ties === 'hash' && interactions.timestamps && { seed }) } // where it had a say
    return splitOf(interactions, roles, { protocol, ...(interactions.timestamps && { decidedByTies }) })
  },
} as const satisfies SplitterDefinition

/**
 * Gives a role to the `count` latest rows of a history, 1 ≤ count < its length; rows: in order of arrival.
 * Returns whether the first of them shares its time with a row that is not among them.
 */
type MarkLatest = (history: Uint32Array, count: number, as: number) => boolean

const latestByArrival = (roles: Uint8Array): MarkLatest => (history, count, as) => {
  for (const row of history.subarray(history.length - count)) roles[row] = as
  return false
}

/** As many latest times are found without sorting all. */
const FEW = 16

function latestByTime(timestamps: Timestamps, latestFirst: TieOrder, roles: Uint8Array): MarkLatest {
  return (history, count, as) => {
    const boundary = latestTime(timestamps, history, count)
    let wanted = count
    const tied: number[] = [] // the latest arrival first
    for (let at = history.length - 1; at >= 0; at--) {
      const row = history[at]
      if (timestamps[row] === boundary) tied.push(row)
      if (timestamps[row] <= boundary) continue
      roles[row] = as
      wanted--
    }
    const isDecidedByTies = tied.length > wanted
    const order = isDecidedByTies ? latestFirst(tied) : tied
    for (const row of order.slice(0, wanted)) roles[row] = as
    return isDecidedByTies
  }
}

// The count-th greatest time of a history. For few: the greatest so far, rising, and each time put in its place among them.
function latestTime(timestamps: Timestamps, history: Uint32Array, count: number): number {
  if (count > FEW) return Float64Array.from(history, row => timestamps[row]).sort()[history.length - count]
  const latest = new Float64Array(count).fill(-Infinity)
  for (let at = 0; at < history.length; at++) {
    const time = timestamps[history[at]]
    if (!(time > latest[0])) continue
    let place = 0
    for (; place + 1 < count && latest[place + 1] < time; place++) latest[place] = latest[place + 1]
    latest[place] = time
  }
  return latest[0]
}
