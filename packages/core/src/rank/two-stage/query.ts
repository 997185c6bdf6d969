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
  /** [sources], the source's scores of everything that is proposed, rising; without what it cannot score. */
  readonly among: readonly Float32Array[]
}

/** Of all that is proposed, or of some. candidates: rising. */
export const queryOf = (history: History, { scores, candidates: all }: Proposals, candidates: Int32Array): Query => ({
  history,
  candidates,
  scores: scores.map(of => picked(of, candidates)),
  among: scores.map(of => picked(of, all).filter(score => !Number.isNaN(score)).sort()),
})

function picked(values: Float32Array, items: Int32Array): Float32Array {
  const out = new Float32Array(items.length)
  for (let at = 0; at < items.length; at++) out[at] = values[items[at]]
  return out
}
