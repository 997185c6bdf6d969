// What is known of items or users, as indicators: who has which feature.
import { buildCsr, type Csr } from '../sparse/index.ts'
import type { Attribute, Catalogue } from './catalogue.ts'

/** Features of items or of users, each had by two of them at least: of one alone it tells nothing that the one does not. */
export interface Features {
  /** [nItems × nFeatures] or [nUsers × nFeatures], all values 1. */
  readonly matrix: Csr
  /** [nFeatures], e.g. `genres=Drama`, `year=1990–1994`. */
  readonly names: readonly string[]
}

/** Bins of a number at most. */
const BINS = 10

/**
 * A list has a feature for each element, a string, true and false one each; numbers fall into at most ten bins with about
 * equally many of them, one for each value where there are no more.
 */
export function featuresOf(catalogue: Catalogue): Features {
  const binOf = binsOf(catalogue)
  const itemsOf = new Map<string, number[]>()
  catalogue.forEach(({ attributes }, item) => {
    const names = Object.entries(attributes).flatMap(([name, value]) =>
      valuesOf(value).map(text => `${name}=${text ?? binOf(name, value as number)}`))
    for (const name of new Set(names)) entryOf(itemsOf, name).push(item)
  })
  const names = [...itemsOf.keys()].filter(name => entryOf(itemsOf, name).length > 1).sort()
  const entries = names.flatMap((name, feature) => entryOf(itemsOf, name).map(item => ({ item, feature })))
  const column = (key: 'item' | 'feature'): Int32Array => Int32Array.from(entries, entry => entry[key])
  const ones = new Float32Array(entries.length).fill(1)
  return { matrix: buildCsr(column('item'), column('feature'), ones, catalogue.length, names.length), names }
}

function entryOf(lists: Map<string, number[]>, name: string): number[] {
  const list = lists.get(name) ?? []
  lists.set(name, list)
  return list
}

// undefined: a number, which falls into a bin
function valuesOf(value: Attribute): readonly (string | undefined)[] {
  if (typeof value === 'object') return value
  return [typeof value === 'number' ? undefined : String(value)]
}

function binsOf(catalogue: Catalogue): (name: string, value: number) => string {
  const numbers = new Map<string, number[]>()
  for (const { attributes } of catalogue) {
    for (const [name, value] of Object.entries(attributes)) if (typeof value === 'number') entryOf(numbers, name).push(value)
  }
  const bins = new Map(Array.from(numbers, ([name, values]) => [name, binned(values.sort((a, b) => a - b))]))
  return (name, value) => {
    const [least, most] = (bins.get(name) ?? []).findLast(([from]) => from <= value) ?? [value, value]
    return least === most ? String(least) : `${least}–${most}`
  }
}

// The least and the greatest value of each bin; rising: all values.
function binned(rising: readonly number[]): (readonly [number, number])[] {
  const distinct = [...new Set(rising)]
  const quantiles = Array.from({ length: BINS }, (_, bin) => rising[Math.floor(bin / BINS * rising.length)])
  const starts = distinct.length <= BINS ? distinct : [...new Set(quantiles)]
  return starts.map((start, bin) => [start, distinct.findLast(value => bin + 1 === starts.length || value < starts[bin + 1]) as number])
}
