// Floating-point operations of one iteration of ours; packages/core/src/kernels/flops.ts counts.
import { gramFlops, solveFlops, whitenFlops } from '@matinee/core'

export interface Shape {
  readonly nUsers: number
  readonly nItems: number
  readonly interactions: number
}

/** Of one iteration, both sides. */
export function flopsPerIteration({ nUsers, nItems, interactions }: Shape, factors: number, kind: 'cg' | 'cholesky', steps: number): number {
  const solver = kind === 'cg' ? { kind, steps } : { kind }
  const half = (rows: number, held: number): number =>
    gramFlops(factors, held) + whitenFlops(factors, held) + (solveFlops(factors, rows, interactions, solver) ?? 0)
  return half(nUsers, nItems) + half(nItems, nUsers)
}
