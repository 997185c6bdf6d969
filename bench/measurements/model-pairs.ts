// Our models and the peers' own beside them, and where each side's settings are looked for.
import { models, type OptionSpecs } from '@matinee/core'
import type { Space } from './trials.ts'

/** One of ours and one of theirs. */
export interface ModelPair {
  readonly peer: 'implicit' | 'lightfm-next'
  /** The name of bench/peers/models.py. */
  readonly theirs: string
  /** Options of ours that make it the peer's model. */
  readonly fixed?: Readonly<Record<string, string>>
  /** The library's own settings by its own names, its defaults among them: it has none of epochs for LightFM, which fits one. */
  readonly space: Space
}

const lightfm: Space = {
  no_components: { min: 8, max: 128, scale: 'log', integer: true },
  epochs: { min: 5, max: 100, scale: 'log', integer: true },
  learning_rate: { min: 0.01, max: 0.2, scale: 'log' },
  user_alpha: [0, 1e-6, 1e-5, 1e-4],
  item_alpha: [0, 1e-6, 1e-5, 1e-4],
  max_sampled: { min: 5, max: 100, scale: 'log', integer: true },
}

/** By the name of our model. */
export const modelPairs = {
  'als': {
    peer: 'implicit', theirs: 'implicit als',
    space: {
      factors: { min: 16, max: 512, scale: 'log', integer: true },
      alpha: { min: 0.5, max: 50, scale: 'log' },
      regularization: { min: 0.01, max: 200, scale: 'log' },
      iterations: { min: 2, max: 18, scale: 'log', integer: true },
    },
  },
  'bpr': {
    peer: 'implicit', theirs: 'implicit bpr',
    space: {
      factors: { min: 16, max: 128, scale: 'log', integer: true },
      iterations: { min: 10, max: 200, scale: 'log', integer: true },
      learning_rate: { min: 0.003, max: 0.1, scale: 'log' },
      regularization: { min: 0.001, max: 0.2, scale: 'log' },
    },
  },
  'item-knn': {
    peer: 'implicit', theirs: 'implicit bm25', fixed: { similarity: 'bm25' },
    space: {
      K: { min: 10, max: 500, scale: 'log', integer: true },
      K1: { min: 0.1, max: 10, scale: 'log' },
      B: { min: 0, max: 1, scale: 'linear' },
    },
  },
  'warp': { peer: 'lightfm-next', theirs: 'lightfm-next warp', space: lightfm },
  'lightfm': { peer: 'lightfm-next', theirs: 'lightfm-next hybrid', space: lightfm },
} as const satisfies Record<string, ModelPair>

/** A name of `modelPairs`. */
export type PairName = keyof typeof modelPairs

/** Where a tuner looks for our model's options, as they declare it. */
export function spaceOf(model: PairName): Space {
  const specs: OptionSpecs = models[model].options
  return Object.fromEntries(Object.entries(specs).flatMap(([name, spec]) =>
    spec.kind === 'choice' || !spec.tune ? [] : [[name, { ...spec.tune, ...(spec.kind === 'integer' && { integer: true as const }) }]]))
}
