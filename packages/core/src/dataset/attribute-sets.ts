// What the catalogue says of items, as sets that can be compared.
import { buildCsr, type Csr } from '../sparse/index.ts'
import type { Catalogue } from './catalogue.ts'

/**
 * [nItems × distinct attributes], from the attributes that are lists of texts (MovieLens: `genres`), each once; undefined
 * where no item has one. What is a number or one text tells items apart too well to make two alike.
 */
export function attributeSets(catalogue: Catalogue): Csr | undefined {
  const numbers = new Map<string, Map<string, number>>() // by name, then by text
  let nNumbers = 0
  const numberOf = (name: string, text: string): number => {
    let ofName = numbers.get(name)
    if (!ofName) numbers.set(name, ofName = new Map<string, number>())
    let number = ofName.get(text)
    if (number === undefined) ofName.set(text, number = nNumbers++)
    return number
  }
  const [items, columns]: [number[], number[]] = [[], []]
  catalogue.forEach(({ attributes }, item) => {
    const own = new Set<number>()
    for (const [name, value] of Object.entries(attributes)) if (Array.isArray(value)) for (const text of value) own.add(numberOf(name, text))
    for (const number of own) {
      items.push(item)
      columns.push(number)
    }
  })
  if (items.length === 0) return undefined
  return buildCsr(Int32Array.from(items), Int32Array.from(columns), new Float32Array(items.length), catalogue.length, nNumbers)
}

/** |in both| / |in either| (Jaccard 1901), in [0, 1]; 1 for two empty sets. Both rise. */
export function jaccard(first: Int32Array, second: Int32Array): number {
  let common = 0
  for (let a = 0, b = 0; a < first.length && b < second.length;) {
    if (first[a] === second[b]) common++
    const [left, right] = [first[a], second[b]]
    if (left <= right) a++
    if (right <= left) b++
  }
  const either = first.length + second.length - common
  return either === 0 ? 1 : common / either
}
