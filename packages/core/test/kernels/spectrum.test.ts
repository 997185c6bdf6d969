// Eigenvalues and eigenvectors: what they are by their definition, for matrices that are hard to take apart.
import { expect, test } from 'vitest'
import { strideOf } from '../../src/kernels/wasm/layout.ts'
import { instantiate, kernelMemory, kernelModule } from '../../src/kernels/wasm/module.ts'
import { normals } from '../random-problem.ts'

const module = await kernelModule(false)

/** Qᵀ diag(d) Q = a, [n × n]; undefined where there is none. */
function diagonalize(a: Float64Array, n: number): { d: Float64Array, q: Float64Array } | undefined {
  const stride = strideOf(n)
  const memory = kernelMemory(1024 + 8 * stride * (2 * n + 4), false)
  const doubles = new Float64Array(memory.buffer)
  const [at, vectors, values] = [128, 128 + n * stride, 128 + 2 * n * stride]
  for (let row = 0; row < n; row++) doubles.set(a.subarray(row * n, (row + 1) * n), at + row * stride)
  if (instantiate(module, memory).diagonalize(8 * at, n, 8 * stride, 8 * vectors, 8 * values) === 0) return undefined
  const q = new Float64Array(n * n)
  for (let row = 0; row < n; row++) {
    q.set(doubles.subarray(vectors + row * stride, vectors + row * stride + n), row * n)
    expect(doubles.subarray(vectors + row * stride + n, vectors + (row + 1) * stride).every(value => value === 0)).toBe(true) // the padding
  }
  return { d: doubles.slice(values, values + n), q }
}

/** Σ over k of left[k][i] · weights[k] · right[k][j] */
function product(left: Float64Array, weights: ArrayLike<number>, right: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let k = 0; k < n; k++) for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] += left[k * n + i] * weights[k] * right[k * n + j]
  return out
}

const symmetric = (n: number, value: (i: number, j: number) => number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => value(Math.min(Math.floor(at / n), at % n), Math.max(Math.floor(at / n), at % n)))
const random = (n: number): Float64Array => {
  const values = normals(n * n, n)
  return symmetric(n, (i, j) => values[i * n + j])
}
/** A gram matrix of `rank` vectors whose lengths fall by `ratio`. */
const gram = (n: number, rank: number, ratio: number): Float64Array => {
  const values = normals(n * rank, 3)
  const scales = Array.from({ length: rank }, (_, k) => ratio ** k)
  return symmetric(n, (i, j) => scales.reduce((sum, scale, k) => sum + scale * values[k * n + i] * values[k * n + j], 0))
}

test.each<[string, number, Float64Array]>([
  ...[1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 64, 130].map((n): [string, number, Float64Array] => [`random, ${n}`, n, random(n)]),
  ['zero', 9, new Float64Array(81)],
  ['the identity', 9, symmetric(9, (i, j) => i === j ? 1 : 0)],
  ['diagonal', 10, symmetric(10, (i, j) => i === j ? 10 - i : 0)],
  ['ones', 20, symmetric(20, () => 1)],
  ['two blocks', 12, symmetric(12, (i, j) => i < 5 === j < 5 ? i + j : 0)],
  ['of rank 3', 40, gram(40, 3, 1)],
  ['eigenvalues over twenty orders', 40, gram(40, 40, 0.3)],
  ['tiny', 12, random(12).map(value => 1e-30 * value)],
  ['huge', 12, random(12).map(value => 1e60 * value)],
])('%s: the vectors are orthonormal, and give the matrix back to 1e-14 of its largest value', (_, n, a) => {
  const { d, q } = diagonalize(a, n) ?? { d: new Float64Array(n), q: new Float64Array(n * n) }
  const largest = Math.max(...a.map(Math.abs))
  product(q, new Float64Array(n).fill(1), q, n).forEach((value, at) => expect(Math.abs(value - (at % (n + 1) === 0 ? 1 : 0))).toBeLessThan(1e-13))
  product(q, d, q, n).forEach((value, at) => expect(Math.abs(value - a[at])).toBeLessThanOrEqual(1e-14 * n * largest))
})

test('the eigenvalues of the second difference are those of the book: 2 − 2 cos(kπ / (n + 1))', () => {
  const n = 21
  const { d } = diagonalize(symmetric(n, (i, j) => i === j ? 2 : j === i + 1 ? -1 : 0), n) ?? { d: [] }
  const expected = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos((k + 1) * Math.PI / (n + 1)))
  Array.from(d).sort((a, b) => a - b).forEach((value, k) => expect(value).toBeCloseTo(expected[k], 13))
})

test.each([NaN, Infinity])('a matrix with %d has none', bad => {
  const a = random(9)
  a[30] = a[28] = bad
  expect(diagonalize(a, 9)).toBeUndefined()
})
