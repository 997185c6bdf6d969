// Small seeded problems for the tests of kernels and models.
import { seededRandom } from '../src/base/index.ts'
import type { Interactions } from '../src/dataset/index.ts'
import { buildCsr, transpose, type Csr } from '../src/sparse/index.ts'
import type { AlsProblem } from '../src/kernels/index.ts'

/** Random interactions without repeats; about `density` of all pairs, user 0 without any, the last item without any. */
export function randomInteractions(nUsers: number, nItems: number, density: number, seed: number): Interactions {
  const { uniform, below } = seededRandom(seed)
  const rows: [number, number, number][] = []
  for (let user = 1; user < nUsers; user++) {
    for (let item = 0; item < nItems - 1; item++) if (uniform() < density) rows.push([user, item, 1 + below(5)])
  }
  return {
    nUsers,
    nItems,
    users: Int32Array.from(rows, row => row[0]),
    items: Int32Array.from(rows, row => row[1]),
    values: Float32Array.from(rows, row => row[2]),
    valueKind: 'rating',
    timestamps: Float64Array.from(rows, (_, at) => 1000 * at),
  }
}

export function csrOf({ users, items, values, nUsers, nItems }: Interactions): Csr {
  return buildCsr(users, items, values, nUsers, nItems)
}

export function randomProblem(nUsers: number, nItems: number, density: number, factors: number, seed: number): AlsProblem {
  const byUser = csrOf(randomInteractions(nUsers, nItems, density, seed))
  return { byUser, byItem: transpose(byUser), factors, alpha: 2, regularization: 0.5 }
}

/** [n] standard normal numbers. */
export function normals(n: number, seed: number, scale = 1): Float32Array {
  const { normal } = seededRandom(seed)
  return Float32Array.from({ length: n }, () => scale * normal())
}

/** ‖a − b‖ / ‖b‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0
  let norm = 0
  for (let at = 0; at < b.length; at++) {
    difference += (a[at] - b[at]) ** 2
    norm += b[at] ** 2
  }
  return Math.sqrt(difference / norm)
}
