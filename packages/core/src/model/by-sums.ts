// What models share whose score is a sum over what a history meets: lists and ranks by the items met.
import { inTurns, type UserIndex } from '../base/index.ts'
import { rowIndices, rowLength, type Csr } from '../sparse/index.ts'
import { byHistory, type Histories } from './by-history.ts'
import { byLists } from './by-lists.ts'
import type { FittedModel, History } from './contract.ts'
import { bestOf, type TopK } from './top-k.ts'

/** The sums of the last history. The arrays are the same each time. */
export interface Sums {
  /** [nItems], 0 for what was not met. */
  readonly sums: Float32Array
  /** [nItems], 1 for an item that was met. */
  readonly isMet: Uint8Array
  /** [nItems], the items met in its first `nMet` places, in the order in which they were. */
  readonly met: Int32Array
  readonly nMet: number
}

/** known: [nItems], 1 for an item with training interactions; the others score NaN, and a known one that is not met 0. */
export function bySums(known: Uint8Array, histories: Histories, sumsOf: (history: History) => Sums) {
  const nItems = known.length
  const nKnown = known.reduce((n, one) => n + one, 0)
  const unmet = Float32Array.from(known, one => one === 1 ? 0 : NaN)

  const scoreHistory = (history: History, out: Float32Array): void => {
    const { sums, met, nMet } = sumsOf(history)
    out.set(unmet)
    for (let at = 0; at < nMet; at++) out[met[at]] = sums[met[at]]
  }
  const base = byHistory(histories, nItems, scoreHistory)

  // Among the items met, and among the rest only where these do not fill the list with scores above 0.
  const list = (history: History, k: number, isCandidate: (item: number) => boolean): TopK => {
    const { sums, isMet, met, nMet } = sumsOf(history)
    const best = bestOf(sums, k)
    const offer = (item: number): void => { if (best.admits(item) && isCandidate(item)) best.add(item) }
    for (let at = 0; at < nMet; at++) offer(met[at])
    const { scores } = best.list()
    if (scores.length === k && scores[k - 1] > 0) return best.list()
    for (let item = 0; item < nItems; item++) if (isMet[item] === 0 && known[item] === 1) offer(item)
    return best.list()
  }

  // Ranks of the user's relevant items: how many of the items met score as much, and the rest where 0 does.
  const ranksOf = (user: number, relevant: Csr, excluded: Int32Array): Float64Array => {
    const { sums, isMet, met, nMet } = sumsOf(base.historyOf(user as UserIndex))
    const nUnmetExcluded = excluded.reduce((n, item) => n + (isMet[item] === 0 && known[item] === 1 ? 1 : 0), 0)
    const nUnmet = nKnown - nMet - nUnmetExcluded
    return Float64Array.from(rowIndices(relevant, user), item => {
      if (known[item] === 0) return Infinity
      let rank = sums[item] <= 0 ? nUnmet : 0
      for (let at = 0; at < nMet; at++) if (sums[met[at]] >= sums[item]) rank++
      for (const other of excluded) if (isMet[other] === 1 && sums[other] >= sums[item]) rank--
      return rank
    })
  }

  return {
    ...base,
    ...byLists(base, list),
    async rankUsers(users, relevant, exclude, _limit, context) {
      const starts = new Uint32Array(users.length + 1)
      for (let at = 0; at < users.length; at++) starts[at + 1] = starts[at] + rowLength(relevant, users[at])
      const ranks = new Float64Array(starts[users.length])
      await inTurns('rank', users.length, at => ranks.set(ranksOf(users[at], relevant, rowIndices(exclude, users[at])), starts[at]), context)
      return ranks
    },
  } satisfies Partial<FittedModel>
}
