// The k-core of the user–item graph: what is left when thin users and items are removed until none is left.
import { groupRows } from './group-rows.ts'
import type { Interactions } from './interactions.ts'

/**
 * Clears `kept` for every row outside the k-core and returns how many that were.
 *
 * kept: [n], 1 for rows that count; changed in place. Each row is visited a bounded number of times, however
 * long the chain of removals is (a user's removal thins items, which thins users …): O(n).
 */
export function keepCore({ users, items, nUsers, nItems }: Interactions, kept: Uint8Array, k: number): number {
  const userSide = side(users, nUsers, kept)
  const itemSide = side(items, nItems, kept)
  let removed = 0
  let [here, there] = [userSide, itemSide]
  here.thin = thinKeys(here.degrees, k)
  there.thin = thinKeys(there.degrees, k)
  while (here.thin.length + there.thin.length > 0) {
    for (const key of here.thin) {
      for (let at = here.groups.starts[key]; at < here.groups.starts[key + 1]; at++) {
        const row = here.groups.rows ? here.groups.rows[at] : at
        if (!kept[row]) continue
        kept[row] = 0
        removed++
        const other = there.keys[row]
        // The crossing of k happens once a key; those below it at the start are listed already.
        if (there.degrees[other]-- === k) there.thin.push(other)
      }
    }
    here.thin = []
    ;[here, there] = [there, here]
  }
  return removed
}

function side(keys: Int32Array, nKeys: number, kept: Uint8Array) {
  const degrees = new Int32Array(nKeys)
  for (let row = 0; row < keys.length; row++) degrees[keys[row]] += kept[row]
  return { keys, degrees, groups: groupRows(keys, nKeys), thin: [] as number[] }
}

function thinKeys(degrees: Int32Array, k: number): number[] {
  const thin: number[] = []
  degrees.forEach((degree, key) => {
    if (degree > 0 && degree < k) thin.push(key)
  })
  return thin
}
