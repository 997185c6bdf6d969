// What the neighbours had next. docs/math/neighbours.md
import type { Sequences } from '../../dataset/index.ts'
import type { Sums } from '../by-sums.ts'
import type { History, Neighbours } from '../contract.ts'

/** Σ over the neighbours v of n(v)² / (place_v(i) − anchor_v), of items at most W = window steps after the anchor; sums in float32. */
export function votesOver({ indptr, items }: Sequences, nItems: number, nearest: (history: History) => Neighbours, window: number): (history: History) => Sums {
  const [sums, isMet, met] = [new Float32Array(nItems), new Uint8Array(nItems), new Int32Array(nItems)]
  let nMet = 0
  return history => {
    for (let at = 0; at < nMet; at++) sums[met[at]] = isMet[met[at]] = 0
    nMet = 0
    const { n, users, anchors, nearness } = nearest(history)
    for (let at = 0; at < n; at++) {
      const user = users[at]
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
    return { sums, isMet, met, nMet }
  }
}
