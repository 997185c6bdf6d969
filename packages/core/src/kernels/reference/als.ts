// ALS as the specification: one row of normal equations after the other, float64, no cleverness.
//
//   A = YᵀY + λI + Σ (c − 1) y yᵀ     b = Σ c y     x = A⁻¹ b      (Hu, Koren, Volinsky 2008, eq. 4)
//
// Factors are stored as float32, as everywhere.
import { throwIfAborted, type RunContext } from '../../base/index.ts'
import { rowIndices, rowLength, rowValues, type Csr } from '../../sparse/index.ts'
import { otherSide, type AlsProblem, type AlsWork, type ObservedSums, type Side, type Solver } from '../contract.ts'
import { addDiagonal, cholesky, gramOf, invertLower, solveCholesky } from './linear-algebra.ts'

/** The plain TypeScript implementation; one thread, whatever the context says. */
export function referenceAls(problem: AlsProblem, context: RunContext): AlsWork {
  const { factors: n, regularization } = problem
  const interactions: Record<Side, Csr> = { users: problem.byUser, items: problem.byItem }
  const factors: Record<Side, Float32Array> = {
    users: new Float32Array(problem.byUser.nRows * n),
    items: new Float32Array(problem.byItem.nRows * n),
  }
  let rowsSolved = 0

  const solve = (side: Side, gram: Float64Array, solver: Solver): ObservedSums => {
    const matrix = interactions[side]
    const opposite = factors[otherSide(side)]
    const regularized = addDiagonal(gram, n, regularization)
    const whitening = solver.kind === 'cg' ? whiten(regularized, opposite, n) : undefined
    let loss = 0
    let squares = 0
    for (let row = 0; row < matrix.nRows; row++) {
      throwIfAborted(context.signal)
      const x = factors[side].subarray(row * n, (row + 1) * n)
      const confidences = Float64Array.from(rowValues(matrix, row), weight => confidence(problem.alpha, weight))
      const items = rowIndices(matrix, row)
      if (rowLength(matrix, row) === 0) x.fill(0)
      else if (solver.kind === 'cg' && whitening) x.set(conjugateGradient(whitening, items, confidences, x, n, solver.steps))
      else x.set(solveRow(regularized, opposite, items, confidences, n))
      items.forEach((item, k) => {
        const score = dot(x, opposite.subarray(item * n, (item + 1) * n))
        loss += confidences[k] * (1 - score) ** 2
        squares += score * score
      })
      rowsSolved++
    }
    return { loss, squares }
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

/** c = 1 + alpha · weight, with the product rounded to float32 as the kernels do. */
export const confidence = (alpha: number, weight: number): number => 1 + Math.fround(Math.fround(alpha) * Math.fround(weight))

/**
 * One row's exact factors, float64 [n].
 *
 * regularized: YᵀY + λI, [n × n]. opposite: [rows × n], of which `items` are the row's. confidences: [items].
 */
export function solveRow(regularized: Float64Array, opposite: Float32Array, items: ArrayLike<number>, confidences: ArrayLike<number>, n: number): Float64Array {
  const { a, b } = normalEquations(regularized, opposite, items, confidences, n)
  return solveCholesky(cholesky(a, n), b, n)
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

interface Whitening {
  readonly lower: Float64Array
  readonly inverse: Float64Array
  /** [rows × n], y' = L⁻¹ y */
  readonly opposite: Float64Array
}

function whiten(regularized: Float64Array, opposite: Float32Array, n: number): Whitening {
  const lower = cholesky(regularized, n)
  const inverse = invertLower(lower, n)
  const whitened = new Float64Array(opposite.length)
  for (let at = 0; at < opposite.length; at += n) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) whitened[at + i] += inverse[i * n + j] * opposite[at + j]
    }
  }
  return { lower, inverse, opposite: whitened }
}

// x' = Lᵀ x, `steps` steps of conjugate gradient on (I + Σ (c − 1) y' y'ᵀ) x' = Σ c y', x = L⁻ᵀ x'
function conjugateGradient(
  { lower, inverse, opposite }: Whitening, items: Int32Array, confidences: Float64Array, start: Float32Array, n: number, steps: number,
): Float64Array {
  const x = new Float64Array(n)
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) x[i] += lower[j * n + i] * start[j]
  const y = (item: number): Float64Array => opposite.subarray(item * n, (item + 1) * n)
  const multiplyA = (v: Float64Array): Float64Array => {
    const out = Float64Array.from(v)
    items.forEach((item, k) => addScaled(out, (confidences[k] - 1) * dot(y(item), v), y(item)))
    return out
  }
  const r = multiplyA(x).map(value => -value)
  items.forEach((item, k) => addScaled(r, confidences[k], y(item)))
  const direction = Float64Array.from(r)
  let rr = dot(r, r)
  for (let step = 0; step < steps && rr > 1e-20; step++) {
    const image = multiplyA(direction)
    const length = rr / dot(direction, image)
    addScaled(x, length, direction)
    addScaled(r, -length, image)
    const next = dot(r, r)
    for (let i = 0; i < n; i++) direction[i] = r[i] + (next / rr) * direction[i]
    rr = next
  }
  const plain = new Float64Array(n)
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) plain[i] += inverse[j * n + i] * x[j]
  return plain
}

// a · b in float64
function dot(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function addScaled(to: Float64Array, scale: number, from: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += scale * from[i]
}
