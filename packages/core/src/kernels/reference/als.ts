// ALS as the specification: one row of normal equations after the other, float64, no cleverness.
//
//   A = YᵀY + λI + Σ (c − 1) y yᵀ     b = Σ c y     x = A⁻¹ b      (Hu, Koren, Volinsky 2008, eq. 4)
//
// with c and λ, which may be another for each row, in units of an unobserved pair's confidence (../ridge.ts).
// Factors are stored as float32, as everywhere.
import { throwIfAborted, type RunContext } from '../../base/index.ts'
import { rowIndices, rowLength, rowValues, type Csr } from '../../sparse/index.ts'
import { otherSide, type AlsProblem, type AlsWork, type HeldSide, type ObservedSums, type RowSolver, type Side, type Solver } from '../contract.ts'
import { confidence, nColumnsOf, ridgeOf, rowRidge } from '../ridge.ts'
import { addDiagonal, cholesky, gramOf, solveCholesky } from './linear-algebra.ts'

/** The plain TypeScript implementation; one thread, whatever the context says. */
export function referenceAls(problem: AlsProblem, context: RunContext): AlsWork {
  const { factors: n, alpha, unobservedWeight = 1 } = problem
  const interactions: Record<Side, Csr> = { users: problem.byUser, items: problem.byItem }
  const factors: Record<Side, Float32Array> = {
    users: new Float32Array(problem.byUser.nRows * n),
    items: new Float32Array(problem.byItem.nRows * n),
  }
  let rowsSolved = 0

  const solve = (side: Side, gram: Float64Array, solver: Solver): ObservedSums => {
    const matrix = interactions[side]
    const opposite = factors[otherSide(side)]
    const ridge = ridgeOf(problem, nColumnsOf(problem, side))
    const shared = new Map<number, Shared>() // by the row's interactions, as far as they matter
    const sharedBy = (nInteractions: number): Shared => {
      const lambda = rowRidge(ridge, nInteractions)
      const known = shared.get(lambda) ?? sharedPart(addDiagonal(gram, n, lambda), n)
      shared.set(lambda, known)
      return known
    }
    let loss = 0
    let squares = 0
    for (let row = 0; row < matrix.nRows; row++) {
      throwIfAborted(context.signal)
      const x = factors[side].subarray(row * n, (row + 1) * n)
      const confidences = Float64Array.from(rowValues(matrix, row), weight => confidence(alpha, weight, unobservedWeight))
      const items = rowIndices(matrix, row)
      const nInteractions = rowLength(matrix, row)
      if (nInteractions === 0) x.fill(0)
      else if (solver.kind === 'cg') x.set(conjugateGradient(sharedBy(nInteractions), opposite, items, confidences, x, n, solver.steps))
      else x.set(solveRow(sharedBy(nInteractions).regularized, opposite, items, confidences, n))
      items.forEach((item, k) => {
        const score = dot(x, opposite.subarray(item * n, (item + 1) * n))
        loss += confidences[k] * (1 - score) ** 2
        squares += score * score
      })
      rowsSolved++
    }
    return { loss: unobservedWeight * loss, squares }
  }

  return {
    readFactors: side => factors[side],
    writeFactors: (side, values) => factors[side].set(values),
    extrapolate: (side, before, share) => extrapolate(factors[side], before, share),
    gram: async side => gramOf(factors[side], interactions[side].nRows, n),
    solve: async (side, gram, solver) => solve(side, gram, solver),
    rowsSolved: () => [rowsSolved],
    close: () => {},
  }
}

/** y ← y + share · (y − before), and before ← the y that was; arrays of one length. */
export function extrapolate(y: Float32Array, before: Float32Array, share: number): void {
  for (let k = 0; k < y.length; k++) {
    const now = y[k]
    y[k] = now + share * (now - before[k])
    before[k] = now
  }
}

/**
 * One row's exact factors, float64 [n].
 *
 * regularized: YᵀY + λI, [n × n]. opposite: [rows × n], of which `items` are the row's. confidences: [items].
 */
function solveRow(regularized: Float64Array, opposite: Float32Array, items: ArrayLike<number>, confidences: ArrayLike<number>, n: number): Float64Array {
  const { a, b } = normalEquations(regularized, opposite, items, confidences, n)
  return solveCholesky(cholesky(a, n), b, n)
}

/** x = A⁻¹ b of one row after the other, with the held side's gram matrix summed once. */
export function referenceRowSolver({ held, n, alpha, ...side }: HeldSide): RowSolver {
  const nRows = held.length / n
  const gram = gramOf(held, nRows, n)
  const ridge = ridgeOf(side, nRows)
  return (rows, weights) => {
    const confidences = Float64Array.from(weights, weight => confidence(alpha, weight, side.unobservedWeight))
    return Float32Array.from(solveRow(addDiagonal(gram, n, rowRidge(ridge, rows.length)), held, rows, confidences, n))
  }
}

/** A [n × n] and b [n] of a row's normal equations; arguments as in solveRow. */
export function normalEquations(
  regularized: Float64Array, opposite: Float32Array, items: ArrayLike<number>, confidences: ArrayLike<number>, n: number,
): { a: Float64Array, b: Float64Array } {
  const a = Float64Array.from(regularized)
  const b = new Float64Array(n)
  for (let k = 0; k < items.length; k++) {
    const y = opposite.subarray(items[k] * n, (items[k] + 1) * n)
    for (let i = 0; i < n; i++) {
      const weighted = (confidences[k] - 1) * y[i]
      b[i] += confidences[k] * y[i]
      for (let j = 0; j < n; j++) a[i * n + j] += weighted * y[j]
    }
  }
  return { a, b }
}

/** What rows of one λ share. */
interface Shared {
  /** YᵀY + λI, [n × n] */
  readonly regularized: Float64Array
  /** Its lower Cholesky factor. */
  readonly lower: Float64Array
}

const sharedPart = (regularized: Float64Array, n: number): Shared => ({ regularized, lower: cholesky(regularized, n) })

// `steps` steps of conjugate gradient on A x = b, preconditioned by YᵀY + λI
function conjugateGradient(
  { regularized, lower }: Shared, opposite: Float32Array, items: Int32Array, confidences: Float64Array, start: Float32Array, n: number, steps: number,
): Float64Array {
  const y = (item: number): Float32Array => opposite.subarray(item * n, (item + 1) * n)
  const multiplyA = (v: Float64Array): Float64Array => {
    const out = Float64Array.from(v, (_, i) => dot(regularized.subarray(i * n, (i + 1) * n), v))
    items.forEach((item, k) => addScaled(out, (confidences[k] - 1) * dot(y(item), v), y(item)))
    return out
  }
  const precondition = (v: Float64Array): Float64Array => solveCholesky(lower, v.slice(), n)
  const x = Float64Array.from(start)
  const r = multiplyA(x).map(value => -value)
  items.forEach((item, k) => addScaled(r, confidences[k], y(item)))
  const direction = precondition(r)
  let rr = dot(r, direction)
  for (let step = 0; step < steps && rr > 1e-20; step++) {
    const image = multiplyA(direction)
    const length = rr / dot(direction, image)
    addScaled(x, length, direction)
    addScaled(r, -length, image)
    const z = precondition(r)
    const next = dot(r, z)
    for (let i = 0; i < n; i++) direction[i] = z[i] + (next / rr) * direction[i]
    rr = next
  }
  return x
}

// a · b in float64
function dot(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function addScaled(to: Float64Array, scale: number, from: Float32Array | Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += scale * from[i]
}
