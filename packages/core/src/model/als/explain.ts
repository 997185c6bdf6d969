// A score taken apart by the history that it comes from: score = yᵢᵀ A⁻¹ Σ c y, a sum over the history (Hu, Koren, Volinsky 2008, §5).
import type { ItemIndex } from '../../base/index.ts'
import {
  addDiagonal, cholesky, confidence, gramOf, normalEquations, ridgeOf, rowRidge, solveCholesky, type HeldSide,
} from '../../kernels/index.ts'
import type { History } from '../contract.ts'

/** A history's equations, factorized. */
interface Equations extends History {
  /** [history] c / c0 */
  readonly confidences: Float64Array
  /** L with L Lᵀ = A, [n × n] */
  readonly lower: Float64Array
}

/** FittedModel.explain. The equations of the last history are kept: its next item costs but two triangular solves. */
export function explainer(side: HeldSide): (history: History, item: ItemIndex) => Float64Array {
  const { held, n, alpha, unobservedWeight } = side
  const nItems = held.length / n
  const ridge = ridgeOf(side, nItems)
  let gram: Float64Array | undefined // YᵀY, computed when first asked for
  let last: Equations | undefined

  // c and λ divided by c0
  const equationsOf = (history: History): Equations => {
    const [items, weights] = [Array.from(history.items), Array.from(history.weights)]
    const confidences = Float64Array.from(weights, weight => confidence(alpha, weight, unobservedWeight))
    const regularized = addDiagonal(gram ??= gramOf(held, nItems, n), n, rowRidge(ridge, items.length))
    const { a } = normalEquations(regularized, held, items, confidences, n)
    return { items, weights, confidences, lower: cholesky(a, n) }
  }

  return (history, item) => {
    const { confidences, lower } = last = last && isSame(last, history) ? last : equationsOf(history)
    const target = Float64Array.from(held.subarray(item * n, (item + 1) * n))
    const z = solveCholesky(lower, target, n)
    return Float64Array.from(history.items, (other, k) => {
      let product = 0
      for (let i = 0; i < n; i++) product += z[i] * held[other * n + i]
      return confidences[k] * product
    })
  }
}

const isSame = (a: History, b: History): boolean =>
  a.items.length === b.items.length && Array.from(a.items).every((item, at) => item === b.items[at] && a.weights[at] === b.weights[at])
