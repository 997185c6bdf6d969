// The place of somebody who was not in training: the user's share of the descent, with the items held.
import { exp, seededRandom, type OptionValues } from '../../base/index.ts'
import { warpWeights } from '../../kernels/index.ts'
import type { History } from '../contract.ts'
import type { options } from './options.ts'

/** Negatives are drawn from here, so that the same history finds the same place. */
const SEED = 1

/**
 * The vector [factors + 1], the last 1, for a history: as many passes over it as training had epochs, by the same steps,
 * begun at zero. itemVectors: [nItems × (factors + 1)]. scored: the items that have a score; others of a history do not count.
 */
export function foldInBy(itemVectors: Float32Array, scored: Int32Array, chosen: OptionValues<typeof options>): (history: History) => Float32Array {
  const { factors, epochs, loss, learningRate, userRegularization, tries } = chosen
  const n = factors + 1
  const isScored = new Set(scored)
  const weights = warpWeights(scored.length, tries)
  return history => {
    const x = new Float64Array(n)
    x[factors] = 1
    const had = Array.from(history.items).filter(item => isScored.has(item))
    const liked = new Set(had)
    const { below } = seededRandom(SEED)
    const score = (item: number): number => {
      let sum = 0
      for (let k = 0; k < n; k++) sum += x[k] * itemVectors[item * n + k]
      return sum
    }
    let square = 1
    // the score of `item` is to rise by p, that of `other` by q
    const step = (item: number, p: number, other: number, q: number): void => {
      const rate = learningRate / Math.sqrt(square)
      for (let k = 0; k < factors; k++) {
        const g = p * itemVectors[item * n + k] + q * itemVectors[other * n + k]
        x[k] += rate * (g - userRegularization * x[k])
        square += g * g / factors
      }
    }
    const sample = (item: number): void => {
      const own = score(item)
      for (let drawn = 1; drawn <= tries; drawn++) {
        const other = scored[below(scored.length)]
        if (loss === 'warp' && score(other) <= own - 1) continue
        if (liked.has(other)) continue
        if (loss === 'warp') return step(item, weights[drawn], other, -weights[drawn])
        if (loss === 'logistic') return step(item, sigmoid(-own), other, -sigmoid(score(other)))
        const miss = sigmoid(score(other) - own)
        return step(item, miss, other, -miss)
      }
    }
    for (let epoch = 0; epoch < epochs; epoch++) had.forEach(sample)
    return Float32Array.from(x)
  }
}

const sigmoid = (x: number): number => 1 / (1 + exp(-x))
