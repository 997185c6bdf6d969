// Options of the two stages, declared once; the trees' are LambdaMART's with defaults of their own.
import type { OptionValues } from '../../base/index.ts'
import { lambdaMartOptions } from '../options.ts'

const { trees, learningRate, numLeaves, minDataInLeaf, lambda, featureFraction, earlyStopping } = lambdaMartOptions

export const twoStageOptions = {
  positions: {
    kind: 'integer', default: 10, min: 1, max: 100,
    help: 'Last items of each training sequence that the ranker learns to find, each from what was before it; fewer where there are many users.',
  },
  examples: { kind: 'integer', default: 20_000, min: 1, max: 10_000_000, help: 'Such items at most; fewer of each user, then fewer users, drawn.' },
  negatives: { kind: 'integer', default: 40, min: 1, max: 100_000, help: 'Other candidates of each that are learned from, drawn at random.' },
  trees: { ...trees, default: 160 },
  learningRate: { ...learningRate, default: 0.08 },
  numLeaves,
  minDataInLeaf: { ...minDataInLeaf, default: 100 },
  lambda: { ...lambda, default: 5 },
  featureFraction: { ...featureFraction, default: 0.5 },
  earlyStopping: { ...earlyStopping, default: 0, help: `${earlyStopping.help} A tenth of the users is then not learned from.` },
} as const

/** Values of all options. */
export type TwoStageOptions = OptionValues<typeof twoStageOptions>
