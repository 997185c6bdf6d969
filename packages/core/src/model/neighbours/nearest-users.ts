// Who has lately had the same, side by side. docs/math/neighbours.md
import { nthGreatest, pow } from '../../base/index.ts'
import type { Sequences } from '../../dataset/index.ts'
import type { History, Neighbours } from '../contract.ts'
import { placesOf } from '../places.ts'

/** How neighbours are found. */
export interface Nearness {
  /** L: items of a history that count, the last so many. */
  readonly lastItems: number
  /** γ: what an item of a history counts beside the one after it. */
  readonly decay: number
  /** β: an item counts by its popularity to the power of −β. */
  readonly normalisation: number
  /** s: steps from a neighbour's anchor at which an item in common counts half. */
  readonly scale: number
  /** Neighbours, the nearest so many; more where some are equally near. */
  readonly neighbours: number
}

/**
 * n(v) = Σ over the last L items j of the history that v had of γ^age(j) · people(j)^−β · s / (s + |place_v(j) − anchor_v|). On the caller's
 * thread; as long as the sequences of those who had these items, and at once for the same history object as the last time.
 */
export function nearestUsers(sequences: Sequences, nItems: number, { lastItems, decay, normalisation, scale, neighbours }: Nearness): (history: History) => Neighbours {
  const nUsers = sequences.indptr.length - 1
  const { starts, places, users } = placesOf(sequences, nItems)
  const worth = Float64Array.from({ length: nItems }, (_, item) => pow(Math.max(1, starts[item + 1] - starts[item]), -normalisation))

  const [nearness, anchors] = [new Float64Array(nUsers), new Int32Array(nUsers)]
  const [met, found, nearest] = [new Int32Array(nUsers), new Float64Array(nUsers), new Int32Array(nUsers)]
  let nMet = 0
  let last: { readonly history: History, readonly found: Neighbours } | undefined

  const meet = (history: History): void => {
    const length = history.items.length
    for (let age = 0, decayed = 1; age < lastItems && age < length; age++, decayed *= decay) {
      const item = history.items[length - 1 - age]
      const counts = worth[item] * decayed
      if (counts === 0) return // below what a number can hold, as all that is older
      for (let at = starts[item], end = starts[item + 1]; at < end; at++) {
        const user = users[at]
        const place = places[at]
        if (nearness[user] === 0) {
          anchors[user] = place
          met[nMet++] = user
          nearness[user] = counts
        } else {
          nearness[user] += counts * scale / (scale + Math.abs(place - anchors[user]))
        }
      }
    }
  }
  return history => {
    if (last?.history === history) return last.found
    for (let at = 0; at < nMet; at++) nearness[met[at]] = 0
    nMet = 0
    meet(history)
    for (let at = 0; at < nMet; at++) found[at] = nearness[met[at]]
    const least = nMet > neighbours ? nthGreatest(found.subarray(0, nMet), neighbours) : 0
    let n = 0
    for (let at = 0; at < nMet; at++) if (nearness[met[at]] >= least) nearest[n++] = met[at]
    last = { history, found: { n, users: nearest, anchors, nearness } }
    return last.found
  }
}
