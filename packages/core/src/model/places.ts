// Where each item stands in the users' sequences.
import type { Sequences } from '../dataset/index.ts'

/** The places of item i are places[starts[i] … starts[i + 1]), rising. */
export interface Places {
  /** [nItems + 1] */
  readonly starts: Uint32Array
  /** [n], indices into the sequences' items. */
  readonly places: Uint32Array
  /** [n], the user to whose sequence a place belongs. */
  readonly users: Int32Array
}

/** Every item's places; O(n + nItems). */
export function placesOf({ indptr, items }: Sequences, nItems: number): Places {
  const starts = new Uint32Array(nItems + 1)
  for (let place = 0; place < items.length; place++) starts[items[place] + 1]++
  for (let item = 0; item < nItems; item++) starts[item + 1] += starts[item]
  const next = starts.slice(0, nItems)
  const [places, users] = [new Uint32Array(items.length), new Int32Array(items.length)]
  for (let user = 0; user + 1 < indptr.length; user++) {
    for (let place = indptr[user]; place < indptr[user + 1]; place++) {
      const at = next[items[place]]++
      places[at] = place
      users[at] = user
    }
  }
  return { starts, places, users }
}
