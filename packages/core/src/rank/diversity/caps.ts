// Caps: how often a value of an attribute stands in a list, and whether another item may come.
import type { Attribute, Catalogue } from '../../dataset/index.ts'

/** Counts of one list. */
export interface CapCounts {
  /** Whether the list has room for the item. It never has again once it has not. */
  admits(item: number): boolean
  /** Counts an item that stands in the list. */
  add(item: number): void
}

/** caps: as Diversity has them. An item without the attribute has no value that counts. */
export function capCounts(caps: Readonly<Record<string, number>>, catalogue: Catalogue): CapCounts {
  const all = Object.entries(caps).map(([name, most]) => ({ name, most, counts: new Map<Attribute, number>() }))
  const valuesOf = (item: number, name: string): Iterable<Attribute> => {
    const { attributes } = catalogue[item]
    if (!Object.hasOwn(attributes, name)) return []
    const value = attributes[name]
    return Array.isArray(value) ? new Set(value as readonly string[]) : [value]
  }
  return {
    admits(item) {
      for (const { name, most, counts } of all) for (const value of valuesOf(item, name)) if ((counts.get(value) ?? 0) >= most) return false
      return true
    },
    add(item) {
      for (const { name, counts } of all) for (const value of valuesOf(item, name)) counts.set(value, (counts.get(value) ?? 0) + 1)
    },
  }
}
