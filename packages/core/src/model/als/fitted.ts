// What fitted factors can do: score, find neighbours, fold in a history, explain.
import { wasmKernels, type Regularization } from '../../kernels/index.ts'
import type { FittedModel, History, LossParts, ModelState } from '../contract.ts'
import { byVectors, cosines } from '../vectors.ts'
import { explainer } from './explain.ts'

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
  const { userFactors, itemFactors, factors } = parts
  const [nUsers, nItems] = [userFactors.length / factors, itemFactors.length / factors]
  // x = A⁻¹ Σ c y with the items held (Hu, Koren, Volinsky 2008, eq. 4)
  const side = { ...parts, held: itemFactors, n: factors }
  const solve = await wasmKernels.rowSolver(side)
  const foldIn = ({ items, weights }: History): Float32Array => solve(items, weights)

  return {
    ...await byVectors(userFactors, itemFactors, factors, zeroRows(itemFactors, nItems, factors), foldIn),
    similarItems: (item, out) => cosines(itemFactors, item, factors, out),
    similarUsers: (user, out) => cosines(userFactors, user, factors, out),
    explain: explainer(side),
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
