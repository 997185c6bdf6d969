// Vectors that are sums: of an item's or a user's own embedding and those of its features. docs/math/factorization.md#features
//
// Features are shared by blocks that are worked on at once. So they stand still for a round, in which the steps move the
// items' own parts; then each takes one step along the sum of its items' gradients, in the order of the items.
import type { SgdRows } from '../../kernels/index.ts'
import { rowIndices, rowLength, type Csr } from '../../sparse/index.ts'

export interface FeatureSteps {
  /** η */
  readonly learningRate: number
  /** λ */
  readonly regularization: number
  /** Rounds of an epoch. */
  readonly rounds: number
}

/**
 * What is to be done after each round, for one array of rows that starts as own parts alone.
 *
 * features: [rows × nFeatures]. interactions: [rows × the other side].
 */
export function featureStep(
  rows: SgdRows, features: Csr, interactions: Csr, { learningRate, regularization, rounds }: FeatureSteps,
): () => void {
  const { stride, values, gradients, anchors } = rows
  const nFeatures = features.nColumns
  const embeddings = new Float32Array(nFeatures * stride)
  const squares = new Float64Array(nFeatures).fill(1)
  // steps of a round in which a feature's items pull towards zero
  const pulls = new Float64Array(nFeatures)
  for (let row = 0; row < features.nRows; row++) {
    for (const feature of rowIndices(features, row)) pulls[feature] += rowLength(interactions, row) / rounds
  }
  const sums = new Float64Array(nFeatures * stride)
  const moves = new Float32Array(nFeatures * stride)

  const sumGradients = (): void => {
    sums.fill(0)
    for (let row = 0; row < features.nRows; row++) {
      for (const feature of rowIndices(features, row)) {
        for (let k = 0; k < stride; k++) sums[feature * stride + k] += gradients[row * stride + k]
      }
    }
    gradients.fill(0)
  }

  const step = (feature: number): void => {
    let square = 0
    for (let at = feature * stride; at < (feature + 1) * stride; at++) {
      sums[at] -= regularization * pulls[feature] * embeddings[at]
      square += sums[at] * sums[at]
    }
    squares[feature] += square / stride
    const rate = learningRate / Math.sqrt(rounds * squares[feature])
    for (let at = feature * stride; at < (feature + 1) * stride; at++) {
      moves[at] = rate * sums[at]
      embeddings[at] += moves[at]
    }
  }

  return () => {
    sumGradients()
    for (let feature = 0; feature < nFeatures; feature++) step(feature)
    for (let row = 0; row < features.nRows; row++) {
      for (const feature of rowIndices(features, row)) {
        for (let k = 0; k < stride; k++) {
          values[row * stride + k] += moves[feature * stride + k]
          anchors[row * stride + k] += moves[feature * stride + k]
        }
      }
    }
  }
}

/** [rows], 1 for a row without interactions that shares a feature with one that has them: it has a place all the same. */
export function placedByFeatures(features: Csr, interactions: Csr): Uint8Array {
  const isKnown = new Uint8Array(features.nColumns)
  const isHad = (row: number): boolean => rowLength(interactions, row) > 0
  for (let row = 0; row < features.nRows; row++) if (isHad(row)) for (const feature of rowIndices(features, row)) isKnown[feature] = 1
  const isPlaced = (row: number): boolean => !isHad(row) && rowIndices(features, row).some(feature => isKnown[feature] === 1)
  return Uint8Array.from({ length: features.nRows }, (_, row) => isPlaced(row) ? 1 : 0)
}
