// Candidates for a history: the best of every source, together.
import { MatineeError } from '../../base/index.ts'
import { bestOf, type FittedModel, type History } from '../../model/index.ts'
import type { FirstStage } from './first-stage.ts'

/** Every item's score by every source, and who proposes whom. */
export interface Proposals {
  /** [sources] of [nItems]; NaN where a source cannot score. */
  readonly scores: readonly Float32Array[]
  /** [sources], what each proposes, best first, equal scores in the order of the items. */
  readonly proposed: readonly Int32Array[]
  /** The union, rising. */
  readonly candidates: Int32Array
}

/**
 * Asks the sources for candidates, over and over: what it returns is overwritten by the next history. An item that a source scores 0 or
 * less is none that it proposes, and nobody proposes what is in the history.
 */
export function proposer({ sources, nItems }: FirstStage): (history: History) => Proposals {
  const scores = sources.map(() => new Float32Array(nItems))
  const isSeen = new Uint8Array(nItems)
  const isCandidate = new Uint8Array(nItems)

  const best = (of: Float32Array, quota: number): Int32Array => {
    const chosen = bestOf(of, quota)
    for (let item = 0, floor = 0; item < nItems; item++) {
      if (!(of[item] > floor) || isSeen[item] === 1) continue
      chosen.add(item)
      floor = Math.max(0, chosen.floor())
    }
    return chosen.list().indices
  }
  const mark = (items: ArrayLike<number>, seen: 0 | 1): void => { for (let at = 0; at < items.length; at++) isSeen[items[at]] = seen }

  return history => {
    mark(history.items, 1)
    const proposed = sources.map(({ model, quota }, source) => {
      askedByHistory(model)(history, scores[source])
      return best(scores[source], quota)
    })
    mark(history.items, 0)
    let nCandidates = 0
    for (const items of proposed) {
      for (const item of items) {
        nCandidates += 1 - isCandidate[item]
        isCandidate[item] = 1
      }
    }
    const candidates = new Int32Array(nCandidates)
    for (let item = 0, at = 0; at < nCandidates; item++) {
      if (isCandidate[item] === 0) continue
      isCandidate[item] = 0
      candidates[at++] = item
    }
    return { scores, proposed, candidates }
  }
}

function askedByHistory(model: FittedModel): NonNullable<FittedModel['scoreHistory']> {
  if (model.scoreHistory) return model.scoreHistory
  throw new MatineeError('ERR_NOT_SUPPORTED', `the ${model.state().model} model cannot score a history, so it cannot propose candidates.`)
}
