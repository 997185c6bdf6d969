// What fitted factors can do: score, find neighbours, fold in a history, explain.
import type { ItemIndex } from '../../base/index.ts'
import {
  addDiagonal, cholesky, confidence, gramOf, normalEquations, ridgeOf, rowRidge, solveCholesky, solveRow, type Regularization,
} from '../../kernels/index.ts'
import type { FittedModel, History, LossParts, ModelState } from '../contract.ts'
import { byVectors, cosines } from '../vectors.ts'

export interface AlsParts extends Regularization {
  /** [nUsers × factors] */
  readonly userFactors: Float32Array
  /** [nItems × factors]; a row of zeros is an item without training interactions */
  readonly itemFactors: Float32Array
  readonly factors: number
  readonly alpha: number
  readonly losses: readonly LossParts[]
}

/** The fitted model over its parts, which it keeps. */
export async function fittedAls(parts: AlsParts, options: ModelState['options']): Promise<FittedModel> {
  const { userFactors, itemFactors, factors, alpha, unobservedWeight } = parts
  const [nUsers, nItems] = [userFactors.length / factors, itemFactors.length / factors]
  // YᵀY, computed when first asked for
  let gram: Float64Array | undefined
  const ridge = ridgeOf(parts, nItems)
  const regularized = ({ items }: History): Float64Array =>
    addDiagonal(gram ??= gramOf(itemFactors, nItems, factors), factors, rowRidge(ridge, items.length))
  const confidences = ({ weights }: History): Float64Array => Float64Array.from(weights, weight => confidence(alpha, weight, unobservedWeight))

  // x = A⁻¹ Σ c y with the items held (Hu, Koren, Volinsky 2008, eq. 4); c and λ divided by c0
  const foldIn = (history: History): Float32Array =>
    Float32Array.from(solveRow(regularized(history), itemFactors, Array.from(history.items), confidences(history), factors))

  // score = yᵢᵀ A⁻¹ Σ c y, a sum over the history (Hu, Koren, Volinsky 2008, §5)
  const explain = (history: History, item: ItemIndex): Float64Array => {
    const items = Array.from(history.items)
    const c = confidences(history)
    const { a } = normalEquations(regularized(history), itemFactors, items, c, factors)
    const target = Float64Array.from(itemFactors.subarray(item * factors, (item + 1) * factors))
    const z = solveCholesky(cholesky(a, factors), target, factors)
    return Float64Array.from(items, (other, k) => {
      let product = 0
      for (let i = 0; i < factors; i++) product += z[i] * itemFactors[other * factors + i]
      return c[k] * product
    })
  }

  return {
    ...await byVectors(userFactors, itemFactors, factors, zeroRows(itemFactors, nItems, factors), foldIn),
    similarItems: (item, out) => cosines(itemFactors, item, factors, out),
    similarUsers: (user, out) => cosines(userFactors, user, factors, out),
    explain,
    losses: parts.losses,
    state: () => ({
      model: 'als',
      options,
      tensors: {
        item_factors: { shape: [nItems, factors], data: itemFactors },
        user_factors: { shape: [nUsers, factors], data: userFactors },
      },
    }),
  }
}

function zeroRows(matrix: Float32Array, nRows: number, n: number): number[] {
  const isZero = (row: number): boolean => matrix.subarray(row * n, (row + 1) * n).every(value => value === 0)
  return Array.from({ length: nRows }, (_, row) => row).filter(isZero)
}
