// What people had next who had lately had the same, side by side. docs/math/neighbours.md
import { nthGreatest, pow } from '../../base/index.ts'
import type { Sequences } from '../../dataset/index.ts'
import type { Sums } from '../by-sums.ts'
import type { History } from '../contract.ts'
import { placesOf } from './places.ts'

/** How neighbours are found, and what they vote for. */
export interface Voting {
  /** L: items of a history that count, the last so many. */
  readonly lastItems: number
  /** γ: what an item of a history counts beside the one after it. */
  readonly decay: number
  /** β: an item counts by its popularity to the power of −β. */
  readonly normalisation: number
  /** s: steps from a neighbour's anchor at which an item in common counts half. */
  readonly scale: number
  /** Neighbours that vote, the nearest so many. */
  readonly neighbours: number
  /** W: steps from the anchor to an item that is voted for, at most. */
  readonly window: number
}

/** The votes for a history; what it returns is overwritten by the next one. In float64 but for the sums. */
export function votesOver(sequences: Sequences, nItems: number, voting: Voting): (history: History) => Sums {
  const { lastItems, decay, normalisation, scale, neighbours, window } = voting
  const { indptr, items } = sequences
  const nUsers = indptr.length - 1
  const { starts, places, users } = placesOf(sequences, nItems)
  const worth = Float64Array.from({ length: nItems }, (_, item) => pow(Math.max(1, starts[item + 1] - starts[item]), -normalisation))
  const decays = new Float64Array(lastItems).fill(1)
  for (let age = 1; age < lastItems; age++) decays[age] = decays[age - 1] * decay

  const [nearness, anchors] = [new Float64Array(nUsers), new Int32Array(nUsers)]
  const [found, metUsers] = [new Float64Array(nUsers), new Int32Array(nUsers)]
  const [sums, isMet, met] = [new Float32Array(nItems), new Uint8Array(nItems), new Int32Array(nItems)]
  let [nUsersMet, nMet] = [0, 0]

  // A user's anchor is the latest item of the history that the user had; the others count the more the nearer to it they stand.
  const meet = (history: History): void => {
    const length = history.items.length
    for (let age = 0; age < lastItems && age < length; age++) {
      const item = history.items[length - 1 - age]
      const counts = worth[item] * decays[age]
      for (let at = starts[item], end = starts[item + 1]; at < end; at++) {
        const user = users[at]
        const place = places[at]
        if (nearness[user] === 0) {
          anchors[user] = place
          metUsers[nUsersMet++] = user
          nearness[user] = counts
        } else {
          nearness[user] += counts * scale / (scale + Math.abs(place - anchors[user]))
        }
      }
    }
  }
  const vote = (user: number): void => {
    const anchor = anchors[user]
    const weight = nearness[user] * nearness[user]
    const end = Math.min(indptr[user + 1], anchor + window + 1)
    for (let place = anchor + 1, step = 1; place < end; place++, step++) {
      const item = items[place]
      const before = sums[item]
      if (before === 0 && isMet[item] === 0) {
        isMet[item] = 1
        met[nMet++] = item
      }
      sums[item] = before + weight / step
    }
  }

  return history => {
    for (let at = 0; at < nMet; at++) sums[met[at]] = isMet[met[at]] = 0
    nUsersMet = nMet = 0
    meet(history)
    for (let at = 0; at < nUsersMet; at++) found[at] = nearness[metUsers[at]]
    const least = nUsersMet > neighbours ? nthGreatest(found.subarray(0, nUsersMet), neighbours) : 0
    for (let at = 0; at < nUsersMet; at++) {
      const user = metUsers[at]
      if (nearness[user] >= least) vote(user)
      nearness[user] = 0
    }
    return { sums, isMet, met, nMet }
  }
}
