// What models share whose score is a product of two vectors: scores, lists, ranks and cosines by the kernels.
import type { UserIndex } from '../base/index.ts'
import { wasmKernels } from '../kernels/index.ts'
import type { FittedModel, History } from './contract.ts'

/**
 * score = user's vector · item's vector. userVectors: [nUsers × n], itemVectors: [nItems × n]. unscored: items without a score,
 * rising. foldIn: the vector of somebody with this history, for models that can find one; found once for a history that is kept.
 */
export async function byVectors(
  userVectors: Float32Array, itemVectors: Float32Array, n: number, unscored: readonly number[], foldIn: (history: History) => Float32Array,
) {
  const nUsers = userVectors.length / n
  const nItems = itemVectors.length / n
  const scorer = await wasmKernels.scorer(itemVectors, nItems, n)
  const ranker = await wasmKernels.ranker(itemVectors, nItems, n, others(unscored, nItems))
  const found = new WeakMap<History, Float32Array>()
  const vectorOf = (history: History): Float32Array => {
    const vector = found.get(history) ?? foldIn(history)
    found.set(history, vector)
    return vector
  }
  const score = (vectors: Float32Array, nVectors: number, out: Float32Array): void => {
    scorer.score(vectors, nVectors, out)
    for (const item of unscored) for (let v = 0; v < nVectors; v++) out[v * nItems + item] = NaN
  }
  return {
    nUsers,
    nItems,
    batch: scorer.batch,
    scoreUsers(users: readonly UserIndex[], out: Float32Array): void {
      const vectors = new Float32Array(users.length * n)
      users.forEach((user, row) => vectors.set(userVectors.subarray(user * n, (user + 1) * n), row * n))
      score(vectors, users.length, out)
    },
    scoreHistory: (history, out) => score(vectorOf(history), 1, out),
    listUsers: (users, k, candidates, context) => ranker.lists({ vectors: userVectors, rows: users, ...candidates }, k, context),
    listUser: (user, k, candidates) => ranker.listsNow({ vectors: userVectors, rows: [user], ...candidates }, k),
    listHistory: (history, k, candidates) => ranker.listsNow({ vectors: vectorOf(history), rows: [0], ...candidates }, k),
    rankUsers: (users, relevant, exclude, limit, context) =>
      ranker.ranks({ vectors: userVectors, rows: users, excludeByRow: exclude }, relevant, limit, context),
  } satisfies Partial<FittedModel>
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

/** out[r] ← cosine of rows `row` and r; NaN when one of them is zero. matrix: [out.length × n]. */
export function cosines(matrix: Float32Array, row: number, n: number, out: Float32Array): void {
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
