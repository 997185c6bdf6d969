// Sums over the items that a history meets, in sparse rows: what is not met is never visited.
import type { Csr } from '../../sparse/index.ts'
import type { Sums } from '../by-sums.ts'
import type { History } from '../contract.ts'

/** weights: [from item × to item]. strengths: what each item of a history counts. */
export function sumsOver(weights: Csr, strengths: (history: History) => ArrayLike<number>): (history: History) => Sums {
  const { indptr, indices, values, nColumns } = weights
  const [sums, isMet, met] = [new Float32Array(nColumns), new Uint8Array(nColumns), new Int32Array(nColumns)]
  let nMet = 0
  return history => {
    for (let at = 0; at < nMet; at++) {
      sums[met[at]] = 0
      isMet[met[at]] = 0
    }
    nMet = 0
    const strength = strengths(history)
    for (let k = 0; k < history.items.length; k++) {
      const counts = strength[k]
      if (counts === 0) continue
      const from = history.items[k]
      for (let at = indptr[from]; at < indptr[from + 1]; at++) {
        const item = indices[at]
        const before = sums[item]
        if (before === 0 && isMet[item] === 0) {
          isMet[item] = 1
          met[nMet++] = item
        }
        sums[item] = before + counts * values[at]
      }
    }
    return { sums, isMet, met, nMet }
  }
}
