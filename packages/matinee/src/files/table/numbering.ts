// Numbers ids in the order in which they first appear, from the raw strings of DuckDB's vectors.
//
// A string there is 16 bytes: its length, then 12 bytes of text, or if it is longer 4 bytes and a pointer. An id is
// known again by four 32-bit words: a short one by those 16 bytes, a long one by its MD5, which the query gives.
// So a row costs no string; only the first of each id becomes one.

export interface Numbering {
  /** position = index */
  readonly ids: readonly string[]
  /**
   * The index of the id at `row`. `strings` and `digests` hold four words a row (16 bytes of string; MD5, read for
   * ids over 12 bytes only); `textAt` gives the id as a string.
   */
  indexOf(strings: Int32Array, digests: Int32Array, row: number, textAt: (row: number) => string): number
}

/** Longer strings are not within their 16 bytes. */
export const INLINE_BYTES = 12

export function numbering(): Numbering {
  const ids: string[] = []
  const short = wordTable()
  const long = wordTable()
  return {
    ids,
    indexOf(strings, digests, row, textAt) {
      const isShort = strings[4 * row] <= INLINE_BYTES
      const index = isShort ? short(strings, 4 * row, ids.length) : long(digests, 4 * row, ids.length)
      if (index === ids.length) ids.push(textAt(row))
      return index
    },
  }
}

/** From four words, at `at` of `words`, to the number given when they first came: open addressing, at most half full. */
function wordTable(): (words: Int32Array, at: number, next: number) => number {
  let size = 0
  let mask = 1023
  let indices = new Int32Array(mask + 1).fill(-1)
  let keys = new Int32Array(4 * (mask + 1)) // [slot, 4]
  const slotOf = (words: Int32Array, at: number): number => {
    for (let slot = hash(words, at) & mask; ; slot = (slot + 1) & mask) {
      const key = 4 * slot
      if (indices[slot] < 0) return slot
      const isHalf = keys[key] === words[at] && keys[key + 1] === words[at + 1]
      if (isHalf && keys[key + 2] === words[at + 2] && keys[key + 3] === words[at + 3]) return slot
    }
  }
  const put = (words: Int32Array, at: number, slot: number, index: number): void => {
    for (let word = 0; word < 4; word++) keys[4 * slot + word] = words[at + word]
    indices[slot] = index
  }
  const enlarge = (): void => {
    const [oldIndices, oldKeys] = [indices, keys]
    mask = 2 * mask + 1
    indices = new Int32Array(mask + 1).fill(-1)
    keys = new Int32Array(4 * (mask + 1))
    oldIndices.forEach((index, slot) => {
      if (index >= 0) put(oldKeys, 4 * slot, slotOf(oldKeys, 4 * slot), index)
    })
  }
  return (words, at, next) => {
    const slot = slotOf(words, at)
    if (indices[slot] >= 0) return indices[slot]
    put(words, at, slot, next)
    if (2 * ++size > mask) enlarge()
    return next
  }
}

function hash(words: Int32Array, at: number): number {
  let mixed = Math.imul(words[at] ^ Math.imul(words[at + 1], 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul((mixed ^ (mixed >>> 15)) + words[at + 2], 0xc2b2ae35)
  mixed = Math.imul((mixed ^ (mixed >>> 13)) + words[at + 3], 0x27d4eb2f)
  return mixed ^ (mixed >>> 16)
}
