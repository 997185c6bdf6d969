// Numbers ids in the order in which they first appear, from the raw strings of DuckDB's vectors.
//
// A string there is 16 bytes: its length, then 12 bytes of text, or if it is longer 4 bytes and a pointer. Short
// ids are compared as those four 32-bit words, so that a row costs no string; 5 M rows of two ids take 0.2 s.

export interface Numbering {
  /** position = index */
  readonly ids: readonly string[]
  /** The index of the string at `row` of `words` (four a row); `textAt` gives it as a string. */
  indexOf(words: Int32Array, row: number, textAt: (row: number) => string): number
}

const INLINE_BYTES = 12

export function numbering(): Numbering {
  const ids: string[] = []
  const long = new Map<string, number>()
  let nShort = 0
  let keys = new Int32Array(4 * 1024) // [index, 4], the words of a short id
  let slots = new Int32Array(4096).fill(-1) // open addressing; the index, or −1

  const slotOf = (a: number, b: number, c: number, d: number): number => {
    const mask = slots.length - 1
    for (let slot = hash(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const index = slots[slot]
      if (index < 0) return slot
      const key = 4 * index
      if (keys[key] === a && keys[key + 1] === b && keys[key + 2] === c && keys[key + 3] === d) return slot
    }
  }
  const addShort = (slot: number, a: number, b: number, c: number, d: number, id: string): number => {
    const index = ids.push(id) - 1
    if (4 * index + 4 > keys.length) keys = grown(keys, 8 * index + 8)
    keys.set([a, b, c, d], 4 * index)
    slots[slot] = index
    if (++nShort * 2 > slots.length) rehash()
    return index
  }
  const rehash = (): void => {
    const old = slots
    slots = new Int32Array(2 * old.length).fill(-1)
    for (const index of old) {
      if (index < 0) continue
      const [a, b, c, d] = keys.subarray(4 * index, 4 * index + 4)
      slots[slotOf(a, b, c, d)] = index
    }
  }
  return {
    ids,
    indexOf(words, row, textAt) {
      const at = 4 * row
      const [a, b, c, d] = [words[at], words[at + 1], words[at + 2], words[at + 3]]
      if (a <= INLINE_BYTES) {
        const slot = slotOf(a, b, c, d)
        return slots[slot] >= 0 ? slots[slot] : addShort(slot, a, b, c, d, textAt(row))
      }
      const id = textAt(row)
      const known = long.get(id)
      if (known !== undefined) return known
      const index = ids.push(id) - 1
      long.set(id, index)
      return index
    },
  }
}

function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul((mixed ^ (mixed >>> 15)) + c, 0xc2b2ae35)
  mixed = Math.imul((mixed ^ (mixed >>> 13)) + d, 0x27d4eb2f)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function grown(column: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length)
  larger.set(column)
  return larger
}
