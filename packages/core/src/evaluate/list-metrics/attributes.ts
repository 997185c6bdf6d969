// What the catalogue says of items, as sets that can be compared.
import type { Catalogue } from '../../dataset/index.ts'
import { buildCsr, type Csr } from '../../sparse/index.ts'

/**
 * [nItems × distinct attributes], from the attributes that are lists of texts (MovieLens: `genres`), each once; undefined
 * where no item has one. What is a number or one text tells items apart too well to make two alike.
 */
export function attributeSets(catalogue: Catalogue): Csr | undefined {
  const numbers = new Map<string, number>()
  const [items, columns]: [number[], number[]] = [[], []]
  catalogue.forEach(({ attributes }, item) => {
    const own = new Set<string>()
    for (const [name, value] of Object.entries(attributes)) if (Array.isArray(value)) for (const text of value) own.add(JSON.stringify([name, text]))
    for (const text of own) {
      if (!numbers.has(text)) numbers.set(text, numbers.size)
      items.push(item)
      columns.push(numbers.get(text) ?? 0)
    }
  })
  if (items.length === 0) return undefined
  return buildCsr(Int32Array.from(items), Int32Array.from(columns), new Float32Array(items.length), catalogue.length, numbers.size)
}
