// What a model is asked for a measurement: where the hidden items stand, and what it would recommend.
import { inTurns, userIndex, type RunContext } from '../base/index.ts'
import { topK, type FittedModel } from '../model/index.ts'
import { rowIndices, type Csr } from '../sparse/index.ts'
import { pessimisticRanks } from './ranks.ts'
import { sampledRanks, type Sampling } from './sampled.ts'

/** The questions. */
export interface Questions {
  /** Rising. */
  readonly users: Int32Array
  /** [nUsers × nItems], the rows of `users`: what was hidden. */
  readonly relevant: Csr
  /** [nUsers × nItems], what is no candidate; nothing in common with `relevant`. */
  readonly known: Csr
  /** Ranks beyond may be given as Infinity. */
  readonly limit: number
  /** 0 where no lists are wanted. */
  readonly listLength: number
  readonly sampling?: Sampling
}

/** The best candidates of each user, in the order of the users. */
export interface ListsOfUsers {
  /** Length of each list. */
  readonly k: number
  /** [users × k] item indices, best first; −1 where a list is shorter. */
  readonly items: Int32Array
  /** [users × k] */
  readonly scores: Float32Array
}

/** Ranks by entry of `relevant`. */
export interface Answers {
  readonly ranks: Float64Array
  readonly lists?: ListsOfUsers
  readonly sampledRanks?: Float64Array
}

/** What the model cannot say without its scores is read off them, in one pass. Throws ERR_ABORTED, ERR_WORKER. */
export async function answersOf(model: FittedModel, questions: Questions, context: RunContext): Promise<Answers> {
  const { users, relevant, known, limit, listLength, sampling } = questions
  const readings: Reading[] = []
  const perEntry = (ranksOf: (scores: Float32Array, user: number) => Float64Array): Float64Array => {
    const ranks = new Float64Array(relevant.indices.length)
    readings.push((scores, user) => ranks.set(ranksOf(scores, user), relevant.indptr[user]))
    return ranks
  }
  const ranks = await model.rankUsers?.(users, relevant, known, limit, context)
    ?? perEntry((scores, user) => pessimisticRanks(scores, rowIndices(relevant, user), rowIndices(known, user)))
  const read = sampling && perEntry((scores, user) => sampledRanks(scores, user, rowIndices(relevant, user), rowIndices(known, user), sampling))
  const lists = listLength === 0
    ? undefined
    : await model.listUsers?.(users, listLength, { excludeByRow: known }, context) ?? listsByScores(questions, readings)
  if (readings.length > 0) await readScores(model, users, readings, context)
  return { ranks, ...(lists && { lists }), ...(read && { sampledRanks: read }) }
}

/**
 * The k best candidates of each user. users: rising; known: [nUsers × nItems], what is no candidate. Throws ERR_ABORTED, ERR_WORKER.
 */
export async function listsOfUsers(model: FittedModel, users: Int32Array, known: Csr, k: number, context: RunContext): Promise<ListsOfUsers> {
  const readings: Reading[] = []
  const lists = await model.listUsers?.(users, k, { excludeByRow: known }, context) ?? listsByScores({ users, known, listLength: k }, readings)
  if (readings.length > 0) await readScores(model, users, readings, context)
  return lists
}

/** Is given all scores of a user, [nItems], number `at` of the users; they are overwritten afterwards. */
export type Reading = (scores: Float32Array, user: number, at: number) => void

function listsByScores({ users, known, listLength: k }: Pick<Questions, 'users' | 'known' | 'listLength'>, readings: Reading[]): ListsOfUsers {
  const items = new Int32Array(users.length * k).fill(-1)
  const best = new Float32Array(users.length * k).fill(-Infinity)
  readings.push((scores, user, at) => {
    const list = topK(scores, k, rowIndices(known, user))
    items.set(list.indices, at * k)
    best.set(list.scores, at * k)
  })
  return { k, items, scores: best }
}

/** Reads all users' scores, batch after batch. Throws ERR_ABORTED. */
export async function readScores(model: FittedModel, users: Int32Array, readings: readonly Reading[], context: RunContext): Promise<void> {
  const { nItems, batch } = model
  const scores = new Float32Array(batch * nItems)
  await inTurns('rank', Math.ceil(users.length / batch), step => {
    const start = step * batch
    const part = Array.from(users.subarray(start, start + batch), userIndex)
    model.scoreUsers(part, scores)
    part.forEach((user, row) => {
      const own = scores.subarray(row * nItems, (row + 1) * nItems)
      for (const reading of readings) reading(own, user, start + row)
    })
  }, context)
}
