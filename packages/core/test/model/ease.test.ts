import { expect, test } from 'vitest'
import { itemIndex, userIndex } from '../../src/base/index.ts'
import { trainingSet } from '../../src/dataset/index.ts'
import { easeInverse } from '../../src/model/ease/ease.ts'
import { models } from '../../src/model/index.ts'
import { buildCsr, transpose } from '../../src/sparse/index.ts'
import { randomInteractions } from '../random-problem.ts'

test('two items, by hand: users {a}, {a, b}, {b}, lambda 1, so G + I = [3 1; 1 3] and B = [0 1/3; 1/3 0]', async () => {
  const byUser = buildCsr(Int32Array.of(0, 1, 1, 2), Int32Array.of(0, 0, 1, 1), new Float32Array(4).fill(1), 3, 2)
  const model = await models.ease.fit({ weighting: 'binary', byUser, byItem: transpose(byUser) }, { regularization: 1, dropout: 0 }, { seed: 1 })
  const scores = new Float32Array(2)
  model.scoreUsers([userIndex(0)], scores)
  expect([...scores].map(score => score.toFixed(6))).toEqual(['0.000000', '0.333333'])
  model.scoreUsers([userIndex(1)], scores)
  expect([...scores].map(score => score.toFixed(6))).toEqual(['0.333333', '0.333333'])
  model.similarItems?.(itemIndex(0), scores)
  expect([...scores].map(score => score.toFixed(6))).toEqual(['1.000000', '0.333333']) // −P_ab / √(P_aa P_bb), P ∝ [3 −1; −1 3]
})

test.each([0, 0.4])('B is where the gradient of ‖X − XB‖² + Σ D b² is zero off the diagonal (dropout %d)', async dropout => {
  const training = trainingSet(randomInteractions(80, 30, 0.3, 5), 'log')
  const [n, lambda] = [30, 4]
  const inverse = await easeInverse(training, { regularization: lambda, dropout }, { seed: 1 })
  const gram = new Float64Array(n * n)
  const { indptr, indices } = training.byUser
  for (let user = 0; user < 80; user++) {
    for (let x = indptr[user]; x < indptr[user + 1]; x++) for (let y = indptr[user]; y < indptr[user + 1]; y++) gram[indices[x] * n + indices[y]]++
  }
  const share = dropout / (1 - dropout)
  const b = (j: number, i: number): number => j === i ? 0 : -inverse[j * n + i] / inverse[i * n + i]
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (j === i) continue
      let gradient = (lambda + share * gram[j * n + j]) * b(j, i) - gram[j * n + i]
      for (let k = 0; k < n; k++) gradient += gram[j * n + k] * b(k, i)
      expect(Math.abs(gradient)).toBeLessThan(1e-3)
    }
  }
})
