// What the candidate has in common with the history: genres, years, whatever the catalogue says.
import { MatineeError } from '../../base/index.ts'
import { featuresOf, type Catalogue } from '../../dataset/index.ts'
import { patternOf, patternTensors, tensorData, type Tensor } from '../../model/index.ts'
import { rowLength, type Csr } from '../../sparse/index.ts'
import type { FeatureGroup } from './contract.ts'

const LATELY = 10
/** A number beyond this counts as not known: its difference from another may be none of float32. */
const LARGEST = 1e38

/** Mean over the last item, the last 10, all of cos(A_j, A_c), A: sets of attribute values; and of each number x: x_c, x_c − x of the last, − mean of the last 10. */
export const attributeFeatures: FeatureGroup = {
  summary: 'attributes in common with the last item, the last 10 and all of the history; numbers such as the year, and their distance from those of the last items',
  fit({ catalogue }) {
    if (!catalogue) return undefined
    const sets = featuresOf(catalogue).matrix
    const names = numberNames(catalogue)
    if (sets.nColumns === 0 && names.length === 0) return undefined
    const numbers = Float32Array.from(names.flatMap(name => catalogue.map(({ attributes: { [name]: value } }) => typeof value === 'number' && Math.abs(value) < LARGEST ? value : NaN)))
    return { ...patternTensors('sets', sets), numbers: { shape: [names.length, catalogue.length], data: numbers }, names: textTensor(JSON.stringify(names)) }
  },
  over(tensors, { nItems }) {
    const names = namesOf(tensors.names)
    const sets = patternOf('sets', tensors, nItems)
    const numbers = tensorData(tensors, 'numbers', names.length * nItems)
    const shared = sharedOver(sets)
    return {
      names: ['attributes_last_1', 'attributes_last_10', 'attributes_all', ...names.map(featureName).flatMap(name => [name, `${name}_beyond_last`, `${name}_beyond_last_10`])],
      fill({ history: { items }, candidates }, columns) {
        [1, LATELY, items.length].forEach((n, column) => shared(items, n, candidates, columns[column]))
        names.forEach((_, number) => {
          const values = numbers.subarray(number * nItems, (number + 1) * nItems)
          const [own, beyondLast, beyondLately] = columns.slice(3 + 3 * number, 6 + 3 * number)
          const last = items.length > 0 ? values[items[items.length - 1]] : NaN
          const lately = meanOfKnown(values, items)
          for (let row = 0; row < candidates.length; row++) {
            const value = values[candidates[row]]
            own[row] = value
            beyondLast[row] = value - last
            beyondLately[row] = value - lately
          }
        })
      },
    }
  },
}

const numberNames = (catalogue: Catalogue): string[] =>
  [...new Set(catalogue.flatMap(({ attributes }) => Object.entries(attributes).filter(([, value]) => typeof value === 'number').map(([name]) => name)))].sort()

// As LightGBM's text can hold it; two that become alike stay two.
const featureName = (name: string, at: number): string => {
  const plain = name.replace(/[^\p{L}\p{N}_]/gu, '_')
  return plain === name && name !== '' ? `attribute_${name}` : `attribute_${plain}_${at}`
}

const textTensor = (text: string) => {
  const data = new TextEncoder().encode(text)
  return { shape: [data.length], data }
}

function namesOf(tensor: Tensor | undefined): string[] {
  let names: unknown
  try {
    names = JSON.parse(new TextDecoder().decode(Uint8Array.from(tensor?.data ?? [])))
  } catch {
    // told below
  }
  if (Array.isArray(names) && names.every(name => typeof name === 'string')) return names
  throw new MatineeError('ERR_FORMAT', 'the names of the numbers that items have are missing or no list of texts.')
}

function meanOfKnown(values: Float32Array, items: ArrayLike<number>): number {
  let [sum, n] = [0, 0]
  for (let age = 1; age <= LATELY && age <= items.length; age++) {
    const value = values[items[items.length - age]]
    if (Number.isNaN(value)) continue
    sum += value
    n++
  }
  return n > 0 ? sum / n : NaN
}

// out[c] ← mean over the last n items j of |A_j ∩ A_c| / √(|A_j| |A_c|)
function sharedOver(sets: Csr) {
  const weights = new Float64Array(sets.nColumns)
  return (items: ArrayLike<number>, wanted: number, candidates: Int32Array, out: Float32Array): void => {
    weights.fill(0)
    const n = Math.min(wanted, items.length)
    for (let age = 1; age <= n; age++) {
      const item = items[items.length - age]
      const share = 1 / (n * Math.sqrt(Math.max(1, rowLength(sets, item))))
      for (let at = sets.indptr[item]; at < sets.indptr[item + 1]; at++) weights[sets.indices[at]] += share
    }
    for (let row = 0; row < candidates.length; row++) {
      const item = candidates[row]
      let sum = 0
      for (let at = sets.indptr[item]; at < sets.indptr[item + 1]; at++) sum += weights[sets.indices[at]]
      out[row] = sum / Math.sqrt(Math.max(1, rowLength(sets, item)))
    }
  }
}
