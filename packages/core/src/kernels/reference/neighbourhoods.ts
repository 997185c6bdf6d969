// Weights of each item's neighbours by their definition: every small system, float64, one thread. docs/math/slim.md
import { throwIfAborted, type RunContext } from '../../base/index.ts'
import { rowIndices, type Csr } from '../../sparse/index.ts'
import type { NeighbourhoodProblem } from '../contract.ts'
import { cholesky, solveCholesky } from './linear-algebra.ts'

/** w = (G_CC + D_CC)⁻¹ G_Ci of every item i, C its neighbours, G = XᵀX. */
export function referenceNeighbourhoods({ byItem, diagonal, neighbours }: NeighbourhoodProblem, { signal }: RunContext): Csr {
  throwIfAborted(signal)
  const values = new Float32Array(neighbours.indices.length)
  for (let item = 0; item < neighbours.nRows; item++) {
    const near = Array.from(rowIndices(neighbours, item))
    const matrix = near.flatMap(a => near.map(b => usersOfBoth(byItem, a, b) + (a === b ? diagonal[a] : 0)))
    const lower = cholesky(Float64Array.from(matrix), near.length)
    values.set(solveCholesky(lower, Float64Array.from(near, a => usersOfBoth(byItem, a, item)), near.length), neighbours.indptr[item])
  }
  return { ...neighbours, values }
}

function usersOfBoth(byItem: Csr, a: number, b: number): number {
  const users = new Set(rowIndices(byItem, b))
  return rowIndices(byItem, a).reduce((n, user) => n + (users.has(user) ? 1 : 0), 0)
}
