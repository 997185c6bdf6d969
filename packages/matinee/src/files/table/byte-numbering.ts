// Numbers ids in the order in which they first appear, from their bytes: a row costs no string.
import { letGo } from '@matinee/core'

export interface ByteNumbering {
  /** position = index */
  readonly ids: readonly string[]
  /** The index of the id bytes[start … end); `hash` is `byteHash` of them. */
  indexOf(bytes: Buffer, start: number, end: number, hash: number): number
  /** Gives the memory back of all but the ids; no id can be asked for afterwards. */
  close(): void
}

/** The hash of no byte; for each byte b in turn, hash = nextHash(hash, b). */
export const EMPTY_HASH = 0x811c9dc5

/** FNV-1a (Fowler, Noll, Vo). */
export const nextHash = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193)

/** The ids so far, in an open-addressed table that is at most half full; their bytes lie one after another. */
export function byteNumbering(): ByteNumbering {
  const ids: string[] = []
  let slots = new Int32Array(1 << 12).fill(-1)
  let hashes = new Int32Array(1 << 11)
  let ends = new Uint32Array(1 << 11) // of each id within `store`
  let store: Buffer = Buffer.alloc(1 << 15)
  let last = -1 // files are often grouped by user
  const isAt = (index: number, bytes: Buffer, start: number, end: number): boolean => {
    const from = index === 0 ? 0 : ends[index - 1]
    const length = end - start
    if (ends[index] - from !== length) return false
    for (let at = 0; at < length; at++) if (store[from + at] !== bytes[start + at]) return false
    return true
  }
  const freeSlot = (table: Int32Array, hash: number): number => {
    let slot = spread(hash) & (table.length - 1)
    while (table[slot] >= 0) slot = (slot + 1) & (table.length - 1)
    return slot
  }
  const enlarge = (): void => {
    const larger = new Int32Array(2 * slots.length).fill(-1)
    for (let index = 0; index < ids.length; index++) larger[freeSlot(larger, hashes[index])] = index
    slots = larger
    hashes = resized(hashes, new Int32Array(slots.length / 2))
    ends = resized(ends, new Uint32Array(slots.length / 2))
  }
  const add = (bytes: Buffer, start: number, end: number, hash: number): number => {
    const index = ids.length
    if (2 * (index + 1) > slots.length) enlarge()
    const from = index === 0 ? 0 : ends[index - 1]
    if (from + end - start > store.length) store = resized(store, Buffer.alloc(2 * (from + end - start)))
    bytes.copy(store, from, start, end)
    hashes[index] = hash
    ends[index] = from + end - start
    slots[freeSlot(slots, hash)] = index
    return ids.push(bytes.toString('utf8', start, end)) - 1
  }
  return {
    ids,
    indexOf(bytes, start, end, hash) {
      if (last >= 0 && hashes[last] === hash && isAt(last, bytes, start, end)) return last
      const mask = slots.length - 1
      for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
        const index = slots[slot]
        if (index < 0) return last = add(bytes, start, end, hash)
        if (hashes[index] === hash && isAt(index, bytes, start, end)) return last = index
      }
    },
    close() {
      for (const array of [slots, hashes, ends, store]) letGo(array)
    },
  }
}

// the low bits of FNV-1a depend on the low bits of the bytes only
const spread = (hash: number): number => hash ^ (hash >>> 15)

function resized<Column extends Int32Array | Uint32Array | Buffer>(column: Column, larger: Column): Column {
  larger.set(column)
  return larger
}
