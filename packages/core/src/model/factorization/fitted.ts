// What fitted embeddings can do: score, find neighbours, find a place for somebody new.
import type { OptionValues } from '../../base/index.ts'
import type { FittedModel } from '../contract.ts'
import { byVectors, cosines } from '../vectors.ts'
import type { Embeddings } from './fit.ts'
import { foldInBy } from './fold-in.ts'
import type { options } from './options.ts'

/** The fitted model over its embeddings, which it keeps. model: its name in the registry. */
export async function fittedFactorization(model: string, embeddings: Embeddings, chosen: OptionValues<typeof options>): Promise<FittedModel> {
  const { userFactors, itemFactors, itemBiases } = embeddings
  const { factors } = chosen
  const [nUsers, nItems] = [userFactors.length / factors, itemBiases.length]
  const unscored = Array.from(itemBiases.keys()).filter(item => Number.isNaN(itemBiases[item]))
  const scoredItems = Int32Array.from(itemBiases.keys()).filter(item => !Number.isNaN(itemBiases[item]))
  // the bias is one factor more, and the user's is 1
  const userVectors = withLast(userFactors, factors, () => 1)
  const itemVectors = withLast(itemFactors, factors, item => Number.isNaN(itemBiases[item]) ? 0 : itemBiases[item])
  const foldIn = foldInBy(itemVectors, scoredItems, chosen)
  return {
    ...await byVectors(userVectors, itemVectors, factors + 1, unscored, foldIn),
    similarItems: (item, out) => cosines(itemFactors, item, factors, out),
    similarUsers: (user, out) => cosines(userFactors, user, factors, out),
    state: () => ({
      model,
      options: { ...chosen },
      tensors: {
        item_biases: { shape: [nItems], data: itemBiases },
        item_factors: { shape: [nItems, factors], data: itemFactors },
        user_factors: { shape: [nUsers, factors], data: userFactors },
      },
    }),
  }
}

// [rows × (n + 1)] from [rows × n]
function withLast(matrix: Float32Array, n: number, last: (row: number) => number): Float32Array {
  const nRows = matrix.length / n
  const result = new Float32Array(nRows * (n + 1))
  for (let row = 0; row < nRows; row++) {
    result.set(matrix.subarray(row * n, (row + 1) * n), row * (n + 1))
    result[row * (n + 1) + n] = last(row)
  }
  return result
}
