// Floating-point operations of one iteration of ours, counted from docs/math/als.md; a multiplication and an addition are two.
//
// n rows are solved while m rows are held, N interactions, f factors, s steps:
//   gram of the held side          f (f + 1) m        its upper triangle
//   whitening, three products      2 f² m + 4 f² n    y' = L⁻¹ y, x' = Lᵀ x, x = L⁻ᵀ x'
//   cg                             4 f N (s + 1)      the first residual and each step: a dot product and an axpy an interaction
//   cholesky                       f (f + 3) N + n (f³/3 + 2 f²)
//   the loss                       2 f N              a dot product an interaction
// What a kernel does beyond that (padding, a triangle done as a square) is not counted, so the share of the peak is a lower bound.

export interface Shape {
  readonly nUsers: number
  readonly nItems: number
  readonly interactions: number
}

/** Of one iteration, both sides. */
export function flopsPerIteration({ nUsers, nItems, interactions: N }: Shape, f: number, solver: 'cg' | 'cholesky', steps: number): number {
  const half = (n: number, m: number): number => {
    const shared = f * (f + 1) * m + 2 * f * f * m + 2 * f * N
    const rows = solver === 'cg' ? 4 * f * f * n + 4 * f * N * (steps + 1) : f * (f + 3) * N + n * (f ** 3 / 3 + 4 * f * f)
    return shared + rows
  }
  return half(nUsers, nItems) + half(nItems, nUsers)
}
