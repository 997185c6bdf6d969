// Seeded rankings: what is relevant depends on some of the features, of which some are missing, common, constant or of no use.
import { seededRandom } from '../../src/base/index.ts'
import type { RankingRows } from '../../src/rank/index.ts'
import { shareableBuffer } from '../../src/sparse/index.ts'

export const featureNames = ['continuous', 'whole', 'sparse', 'noise', 'constant', 'absent', 'skewed']

/** sizes: of the groups; labels 0 … 2, about one row in `per` has one. */
export function rankingRows(sizes: readonly number[], seed: number, per = 8): RankingRows {
  const { normal, uniform, below } = seededRandom(seed)
  const groups = Uint32Array.from([0, ...sizes]).map((_, at, all) => all.subarray(0, at + 1).reduce((sum, size) => sum + size, 0))
  const nRows = groups[sizes.length]
  const columns = featureNames.map(() => new Float32Array(shareableBuffer(4 * nRows)))
  const labels = new Uint8Array(nRows)
  for (let row = 0; row < nRows; row++) {
    const continuous = normal()
    const whole = below(6)
    const sparse = uniform() < 0.6 ? NaN : uniform()
    const values = [continuous, whole, sparse, normal(), 3, NaN, normal() ** 5]
    values.forEach((value, feature) => { columns[feature][row] = value })
    const worth = continuous + 0.4 * whole + (Number.isNaN(sparse) ? 0.5 : 1.5 * sparse) + 0.7 * normal()
    labels[row] = worth > 3.6 ? 2 : worth > 2.6 + 8 / per ? 1 : 0
  }
  return { blocks: [columns], groups, labels }
}

/** So many groups of 2 … 41 rows, one of a single row among them. */
export function sizesOf(nGroups: number, seed: number): number[] {
  const { below } = seededRandom(seed)
  return Array.from({ length: nGroups }, (_, group) => group === 1 ? 1 : 2 + below(40))
}
