// The options of LambdaMART, with LightGBM's names in camelCase and, but for what is said, its meanings.
import type { OptionValues } from '../base/index.ts'

/** Declared once, for flags, checks and documents. */
export const lambdaMartOptions = {
  trees: { kind: 'integer', default: 300, min: 1, max: 100_000, help: 'Trees at most (num_iterations); early stopping keeps fewer.' },
  learningRate: {
    kind: 'number', default: 0.1, min: 0.000_001, max: 10, tune: { min: 0.02, max: 0.3, scale: 'log' },
    help: 'What each tree counts (learning_rate).',
  },
  numLeaves: { kind: 'integer', default: 31, min: 2, max: 4096, tune: { min: 7, max: 127, scale: 'log' }, help: 'Leaves of a tree at most.' },
  maxDepth: { kind: 'integer', default: 0, min: 0, max: 1000, help: 'Splits from the root to a leaf at most; 0 for any number.' },
  minDataInLeaf: { kind: 'integer', default: 20, min: 1, max: 1_000_000_000, tune: { min: 5, max: 2000, scale: 'log' }, help: 'Rows of a leaf at least.' },
  minSumHessianInLeaf: { kind: 'number', default: 0.001, min: 0, max: 1_000_000_000, help: 'Sum of the hessians of a leaf at least.' },
  lambda: { kind: 'number', default: 0, min: 0, max: 1_000_000_000, tune: { min: 0.001, max: 100, scale: 'log' }, help: 'L2 penalty of leaf values (lambda_l2).' },
  minGainToSplit: { kind: 'number', default: 0, min: 0, max: 1_000_000_000, help: 'A split gains more than this.' },
  maxBins: { kind: 'integer', default: 255, min: 2, max: 255, help: 'Bins of a feature, the one for missing values not counted.' },
  featureFraction: { kind: 'number', default: 1, min: 0.000_001, max: 1, tune: { min: 0.3, max: 1, scale: 'linear' }, help: 'Share of the features that a tree may use, drawn for each tree.' },
  baggingFraction: { kind: 'number', default: 1, min: 0.000_001, max: 1, help: 'Share of the groups that a tree is grown on, drawn for each tree.' },
  sigmoid: { kind: 'number', default: 1, min: 0.000_001, max: 1000, help: 'Steepness of the pairs\' loss.' },
  truncation: { kind: 'integer', default: 30, min: 1, max: 1_000_000_000, help: 'Pairs have a row among so many best ones (lambdarank_truncation_level).' },
  norm: { kind: 'choice', default: 'on', choices: ['on', 'off'], help: 'Whether gradients are divided by distances of scores and groups weigh alike (lambdarank_norm).' },
  k: { kind: 'integer', default: 10, min: 1, max: 1_000_000_000, help: 'NDCG at k of the validation groups is what early stopping looks at.' },
  earlyStopping: { kind: 'integer', default: 30, min: 0, max: 100_000, help: 'Ends after so many trees without a better validation NDCG and keeps the best; 0 keeps all trees.' },
} as const

/** Values of all options. */
export type LambdaMartOptions = OptionValues<typeof lambdaMartOptions>
