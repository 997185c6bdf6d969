// What the features are told of candidates.
import type { History } from '../../model/index.ts'
import type { Proposals } from './proposals.ts'

/** Candidates for somebody with this history. */
export interface Query {
  readonly history: History
  /** [candidates], rising. */
  readonly candidates: Int32Array
  /** [sources] of [candidates]; NaN where a source cannot score. */
  readonly scores: readonly Float32Array[]
  /** [sources] of [candidates], from 1; NaN for what a source did not propose. */
  readonly ranks: readonly Float32Array[]
}

/** Of all that is proposed, or of some. candidates: rising. */
export function queryOf(history: History, { scores, proposed }: Proposals, candidates: Int32Array): Query {
  return {
    history, candidates,
    scores: scores.map(of => Float32Array.from(candidates, item => of[item])),
    ranks: proposed.map(items => {
      const rankOf = new Map(Array.from(items, (item, at) => [item, at + 1]))
      return Float32Array.from(candidates, item => rankOf.get(item) ?? NaN)
    }),
  }
}
