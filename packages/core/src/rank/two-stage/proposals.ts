// Candidates for a history: the best of every source, together.
import { MatineeError, nthGreatest } from '../../base/index.ts'
import type { FittedModel, History } from '../../model/index.ts'
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
  const open = new Float32Array(nItems)
  const isCandidate = new Uint8Array(nItems)
  const best = (of: Float32Array, history: History, quota: number): Int32Array => {
    open.set(of)
    for (let at = 0; at < history.items.length; at++) open[history.items[at]] = 0
    let nOpen = 0
    for (let item = 0; item < nItems; item++) if (open[item] > 0) open[nOpen++] = open[item]
    const least = nOpen > quota ? nthGreatest(open.subarray(0, nOpen), quota) : 0
    for (let at = 0; at < history.items.length; at++) isCandidate[history.items[at]] = 2
    const items: number[] = []
    for (let item = 0; item < nItems; item++) if (of[item] >= least && of[item] > 0 && isCandidate[item] !== 2) items.push(item)
    for (let at = 0; at < history.items.length; at++) isCandidate[history.items[at]] = 0
    return Int32Array.from(items.sort((a, b) => of[b] - of[a] || a - b).slice(0, quota))
  }
  return history => {
    const proposed = sources.map(({ model, quota }, source) => {
      askedByHistory(model)(history, scores[source])
      return best(scores[source], history, quota)
    })
    for (const items of proposed) for (const item of items) isCandidate[item] = 1
    const candidates: number[] = []
    for (let item = 0; item < nItems; item++) if (isCandidate[item] === 1) candidates.push(item)
    for (const item of candidates) isCandidate[item] = 0
    return { scores, proposed, candidates: Int32Array.from(candidates) }
  }
}

function askedByHistory(model: FittedModel): NonNullable<FittedModel['scoreHistory']> {
  if (model.scoreHistory) return model.scoreHistory
  throw new MatineeError('ERR_NOT_SUPPORTED', `the ${model.state().model} model cannot score a history, so it cannot propose candidates.`)
}
