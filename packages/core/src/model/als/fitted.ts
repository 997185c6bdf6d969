// What fitted factors can do: score, find neighbours, fold in a history, explain.
import type { ItemIndex, UserIndex } from '../../base/index.ts'
import {
  addDiagonal, cholesky, confidence, gramOf, normalEquations, ridgeOf, rowRidge, solveCholesky, solveRow, wasmKernels, type Regularization,
} from '../../kernels/index.ts'
import type { FittedModel, History, LossParts, ModelState } from '../contract.ts'

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
  const nUsers = userFactors.length / factors
  const nItems = itemFactors.length / factors
  const scorer = await wasmKernels.scorer(itemFactors, nItems, factors)
  const unseen = zeroRows(itemFactors, nItems, factors)
  const ranker = await wasmKernels.ranker(itemFactors, nItems, factors, others(unseen, nItems))
  // YᵀY, computed when first asked for
  let gram: Float64Array | undefined
  const ridge = ridgeOf(parts, nItems)
  const regularized = ({ items }: History): Float64Array =>
    addDiagonal(gram ??= gramOf(itemFactors, nItems, factors), factors, rowRidge(ridge, items.length))
  const confidences = ({ weights }: History): Float64Array => Float64Array.from(weights, weight => confidence(alpha, weight, unobservedWeight))
  const scoreVectors = (vectors: Float32Array, n: number, out: Float32Array): void => {
    scorer.score(vectors, n, out)
    for (const item of unseen) for (let v = 0; v < n; v++) out[v * nItems + item] = NaN
  }

  const scoreUsers = (users: readonly UserIndex[], out: Float32Array): void => {
    const vectors = new Float32Array(users.length * factors)
    users.forEach((user, row) => vectors.set(userFactors.subarray(user * factors, (user + 1) * factors), row * factors))
    scoreVectors(vectors, users.length, out)
  }

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
    nUsers,
    nItems,
    batch: scorer.batch,
    scoreUsers,
    scoreHistory: (history, out) => scoreVectors(foldIn(history), 1, out),
    listUsers: (users, k, candidates, context) => ranker.lists({ vectors: userFactors, rows: users, ...candidates }, k, context),
    listUser: (user, k, candidates) => ranker.listsNow({ vectors: userFactors, rows: [user], ...candidates }, k),
    listHistory: (history, k, candidates) => ranker.listsNow({ vectors: foldIn(history), rows: [0], ...candidates }, k),
    rankUsers: (users, relevant, exclude, limit, context) =>
      ranker.ranks({ vectors: userFactors, rows: users, excludeByRow: exclude }, relevant, limit, context),
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

// The indices below n that are not among the given ones, which rise.
function others(given: readonly number[], n: number): Int32Array {
  const rest = new Int32Array(n - given.length)
  for (let index = 0, at = 0; index < n; index++) {
    if (given[at] === index) at++
    else rest[index - at] = index
  }
  return rest
}

// out[r] ← cosine of rows `row` and r; NaN when one of them is zero
function cosines(matrix: Float32Array, row: number, n: number, out: Float32Array): void {
  const product = (a: number, b: number): number => {
    let sum = 0
    for (let k = 0; k < n; k++) sum += matrix[a * n + k] * matrix[b * n + k]
    return sum
  }
  const square = product(row, row)
  for (let other = 0; other < out.length; other++) {
    const norms = Math.sqrt(square * product(other, other))
    out[other] = norms > 0 ? product(row, other) / norms : NaN
  }
}
