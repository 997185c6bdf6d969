// What the last step (mmr, caps) changes: the lists before it and after it, by the same metrics, and the users' differences.
import type { RunContext } from '../base/index.ts'
import { topK, type FittedModel } from '../model/index.ts'
import { bestOfList, diversified, POOL, type Diversity, type ItemWorld } from '../rank/index.ts'
import { rowIndices, rowLength, type Csr } from '../sparse/index.ts'
import { listsOfUsers, readScores, type ListsOfUsers } from './answers.ts'
import { valuesByList } from './by-lists.ts'
import { rankedUsers, valuesByRank, type MetricValues } from './by-ranks.ts'
import type { ListWorld } from './list-metrics/contract.ts'

/** By metric@k. A rank is the place in the list, and what is not in it is a miss. */
export interface LastStepValues {
  readonly before: MetricValues
  readonly after: MetricValues
  /** after − before */
  readonly difference: MetricValues
}

/** What is measured. */
export interface LastStepInput {
  /** Rising. */
  readonly users: Int32Array
  /** [nUsers × nItems], the rows of `users`: what was hidden. */
  readonly relevant: Csr
  /** [nUsers × nItems], what is no candidate. */
  readonly known: Csr
  readonly ks: readonly number[]
  readonly diversity: Required<Diversity>
  readonly items: ItemWorld
  readonly lists: ListWorld & { readonly popularity: Uint32Array }
}

/** Users whose pools are held. */
const USERS_AT_A_TIME = 16_384

/** Throws ERR_ABORTED, ERR_WORKER. */
export async function valuesOfLastStep(model: FittedModel, input: LastStepInput, context: RunContext): Promise<LastStepValues> {
  const { users, ks } = input
  const k = Math.max(...ks)
  const before = new Int32Array(users.length * k).fill(-1)
  const after = before.slice()
  for (let start = 0; start < users.length; start += USERS_AT_A_TIME) {
    const some = users.subarray(start, start + USERS_AT_A_TIME)
    await fillLists(model, { ...input, users: some }, k, { before: before.subarray(start * k), after: after.subarray(start * k) }, context)
  }
  const [first, last] = [before, after].map(items => valuesOfLists({ k, items }, input))
  return { before: first, after: last, difference: difference(first, last) }
}

/** Lists of some users, [users × k], filled with −1. */
interface BothLists {
  readonly before: Int32Array
  readonly after: Int32Array
}

async function fillLists(
  model: FittedModel, { users, known, diversity, items }: LastStepInput, k: number, { before, after }: BothLists, context: RunContext,
): Promise<void> {
  const best = await listsOfUsers(model, users, known, Math.min(Math.max(k, POOL), model.nItems), context)
  const short: number[] = []
  users.forEach((_, at) => {
    const list = listOf(best, at)
    before.set(list.items.subarray(0, k), at * k)
    const shown = diversified(bestOfList(list), k, diversity, items).items
    after.set(shown, at * k)
    if (shown.length < k) short.push(at)
  })
  // the caps want candidates beyond the best: as they are served, from all scores
  if (short.length === 0) return
  await readScores(model, Int32Array.from(short, at => users[at]), [(scores, user, nth) => {
    const best = (n: number, passes?: (item: number) => boolean) => {
      const { indices, scores: own } = topK(scores, n, rowIndices(known, user), passes)
      return { items: indices, scores: own }
    }
    after.set(diversified(best, k, diversity, items).items, short[nth] * k)
  }], context)
}

function listOf({ k, items, scores }: ListsOfUsers, at: number): { items: Int32Array, scores: Float32Array } {
  const own = items.subarray(at * k, at * k + k)
  const end = own.indexOf(-1)
  const length = end < 0 ? k : end
  return { items: own.subarray(0, length), scores: scores.subarray(at * k, at * k + length) }
}

function valuesOfLists(lists: { readonly k: number, readonly items: Int32Array }, { users, relevant, known, ks, lists: world }: LastStepInput): MetricValues {
  const ranks = new Float64Array(relevant.indices.length)
  users.forEach((user, at) => {
    const own = lists.items.subarray(at * lists.k, (at + 1) * lists.k)
    const [start, end] = [relevant.indptr[user], relevant.indptr[user + 1]]
    for (let entry = start; entry < end; entry++) ranks[entry] = own.indexOf(relevant.indices[entry]) + 1 || Infinity
  })
  const nCandidates = Uint32Array.from(users, user => world.nItems - rowLength(known, user))
  const byRank = valuesByRank(rankedUsers(users, relevant, ranks, world.popularity, nCandidates), ks, false)
  const byList = valuesByList(lists, users, known, ks, world)
  return { metrics: { ...byRank.metrics, ...byList.metrics }, values: { ...byRank.values, ...byList.values } }
}

function difference(before: MetricValues, after: MetricValues): MetricValues {
  const names = Object.keys(before.metrics)
  const paired = Object.keys(before.values).map(name => [name, after.values[name].map((value, at) => value - before.values[name][at])] as const)
  return { metrics: Object.fromEntries(names.map(name => [name, after.metrics[name] - before.metrics[name]])), values: Object.fromEntries(paired) }
}
