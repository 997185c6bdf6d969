// What models share that make a list for a history by themselves: the same for users, one or many, on the caller's thread.
import { inTurns, type UserIndex } from '../base/index.ts'
import type { Candidates, Lists } from '../kernels/index.ts'
import { rowIndices } from '../sparse/index.ts'
import type { FittedModel, History } from './contract.ts'
import type { TopK } from './top-k.ts'

/** The k best of the items that are candidates, equal scores in the order of their index. */
export type ListOfHistory = (history: History, k: number, isCandidate: (item: number) => boolean) => TopK

/** FittedModel's lists, by what makes one. */
export function byLists({ nItems, historyOf }: { nItems: number, historyOf: (user: UserIndex) => History }, list: ListOfHistory) {
  const lists = (rows: ArrayLike<number>, historyOfRow: (row: number) => History, k: number, candidates: Candidates) => {
    const result: Lists = { k, items: new Int32Array(rows.length * k).fill(-1), scores: new Float32Array(rows.length * k).fill(-Infinity) }
    const candidatesOf = candidateTest(candidates, nItems)
    const fill = (at: number): void => {
      const { indices, scores } = list(historyOfRow(rows[at]), k, candidatesOf(rows[at]))
      result.items.set(indices, at * k)
      result.scores.set(scores, at * k)
    }
    return { result, fill }
  }
  const listsNow = (history: History, row: number, k: number, candidates: Candidates): Lists => {
    const { result, fill } = lists([row], () => history, k, candidates)
    fill(0)
    return result
  }
  return {
    async listUsers(users, k, candidates, context) {
      const { result, fill } = lists(users, row => historyOf(row as UserIndex), k, candidates)
      await inTurns('list', users.length, fill, context)
      return result
    },
    listUser: (user, k, candidates) => listsNow(historyOf(user), user, k, candidates),
    listHistory: (history, k, candidates) => listsNow(history, 0, k, candidates),
  } satisfies Partial<FittedModel>
}

// Whether an item is a candidate of a row, row after row.
function candidateTest({ excludeByRow, exclude, allow }: Candidates, nItems: number): (row: number) => (item: number) => boolean {
  const isOpen = new Uint8Array(nItems).fill(allow ? 0 : 1)
  for (let at = 0; allow && at < allow.length; at++) isOpen[allow[at]] = 1
  for (let at = 0; exclude && at < exclude.length; at++) isOpen[exclude[at]] = 0
  if (!excludeByRow) return () => item => isOpen[item] === 1
  const excludedFor = new Int32Array(nItems).fill(-1)
  return row => {
    for (const item of rowIndices(excludeByRow, row)) excludedFor[item] = row
    return item => isOpen[item] === 1 && excludedFor[item] !== row
  }
}
