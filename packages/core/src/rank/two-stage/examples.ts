// What the ranker learns from: the last items of each user's sequence, each to be found from what was before it, by a first stage that was
// fitted without any of them. docs/math/two-stages.md
import { MatineeError, seededRandom } from '../../base/index.ts'
import { trainingSet, type Interactions, type Sequences, type TrainingSet } from '../../dataset/index.ts'
import { historyBetween, type Histories, type History } from '../../model/index.ts'

/** One item to be found. */
export interface Example {
  readonly user: number
  /** All that was before it. */
  readonly history: History
  /** The item's index. */
  readonly label: number
  /** Whether it is only looked at to know when to stop; all of a user's are or none. */
  readonly isValidation: boolean
}

/** What is learned from, and what the first stage behind it may know. */
export interface Cut {
  /** The training set without the items that are to be found. */
  readonly training: TrainingSet
  readonly examples: readonly Example[]
}

/** A user of so many is one of validation. */
const VALIDATION = 10
/** Items before the first to be found, at least. */
const LEAST = 2

/**
 * Cuts the last items off each sequence: `positions`, or as many fewer of each as make no more than `examples` together, one at least; and if
 * that is too much, of users drawn by the seed. sequences: those of the training set.
 * Throws ERR_EMPTY where no sequence is long enough.
 */
export function cutOff(training: TrainingSet, sequences: Sequences, { positions, examples }: { positions: number, examples: number }, seed: number): Cut {
  const { indptr } = sequences
  const histories = historiesOf(training, sequences)
  const nUsers = indptr.length - 1
  const ends = Uint32Array.from({ length: nUsers }, (_, user) => indptr[user + 1])
  const ofEach = Math.min(positions, Math.max(1, Math.floor(examples / nUsers)))
  const wanted: Example[] = []
  for (const user of inDrawnOrder(nUsers, seed)) {
    const [start, end] = [indptr[user], indptr[user + 1]]
    ends[user] = Math.max(Math.min(start + LEAST, end), end - Math.min(ofEach, examples - wanted.length))
    const isValidation = seededRandom(seed, user, 2).uniform() * VALIDATION < 1
    for (let at = ends[user]; at < end; at++) {
      wanted.push({ user, history: historyBetween(histories, start, at), label: histories.items[at], isValidation })
    }
  }
  if (wanted.length === 0) throw new MatineeError('ERR_EMPTY', `none of the ${nUsers} users has more than ${LEAST} interactions, and two stages learn from those who have.`)
  const isKept = new Uint8Array(histories.items.length)
  for (let user = 0; user < nUsers; user++) isKept.fill(1, indptr[user], ends[user])
  return { training: keptPart(training, sequences, histories, isKept), examples: wanted.sort((a, b) => a.user - b.user) }
}

/** Each user's history in order of time, with the weights of the training set, and the times where there are any. */
export function historiesOf({ byUser }: TrainingSet, { indptr, items, timestamps }: Sequences): Histories {
  const weights = new Float32Array(items.length)
  const ofItem = new Float32Array(byUser.nColumns)
  for (let user = 0; user + 1 < indptr.length; user++) {
    for (let at = byUser.indptr[user]; at < byUser.indptr[user + 1]; at++) ofItem[byUser.indices[at]] = byUser.values[at]
    for (let at = indptr[user]; at < indptr[user + 1]; at++) weights[at] = ofItem[items[at]]
  }
  return { indptr, items, weights, ...(timestamps && { times: timestamps }) }
}

// All users, in an order that the seed draws.
function inDrawnOrder(nUsers: number, seed: number): number[] {
  const keys = Float64Array.from({ length: nUsers }, (_, user) => seededRandom(seed, user, 1).uniform())
  return Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || a - b)
}

// The training set of the rows that are kept, of which each stands where it does in the sequences.
function keptPart(training: TrainingSet, { indptr, items, timestamps }: Sequences, { weights }: Histories, isKept: Uint8Array): TrainingSet {
  const nUsers = indptr.length - 1
  const users = new Int32Array(items.length)
  const starts = new Uint32Array(nUsers + 1)
  for (let user = 0; user < nUsers; user++) {
    users.fill(user, indptr[user], indptr[user + 1])
    let kept = 0
    for (let at = indptr[user]; at < indptr[user + 1]; at++) kept += isKept[at]
    starts[user + 1] = starts[user] + kept
  }
  const rows: Interactions = { nUsers, nItems: training.byItem.nRows, users, items, values: weights, valueKind: 'weight', ...(timestamps && { timestamps }) }
  const keep = (_: number, at: number): boolean => isKept[at] === 1
  const sequences = { indptr: starts, items: items.filter(keep), ...(timestamps && { timestamps: timestamps.filter(keep) as typeof timestamps }) }
  const { catalogue } = training
  return trainingSet(rows, training.weighting, { isKept, sequences, ...(catalogue && { catalogue }) })
}
