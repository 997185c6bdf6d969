// What the trees learn from, and that nothing of it was known before. docs/decisions/0035-no-leakage.md
import { MatineeError } from '../../base/index.ts'
import { checkHidden } from '../../dataset/index.ts'
import type { FitContext } from '../../model/index.ts'
import { trainLambdaMart } from '../lambdamart.ts'
import type { TreeRanker } from '../ranker.ts'
import type { Cut } from './examples.ts'
import { columnsOf, fitFeatures } from './feature-set.ts'
import { fitFirstStage } from './first-stage.ts'
import type { TwoStageOptions } from './options.ts'
import { exampleRows } from './rows.ts'

/** Trees, and the groups of features that they are over. */
export interface Learned {
  readonly ranker: TreeRanker
  readonly groups: readonly string[]
  /** For records. */
  readonly about: Readonly<Record<string, unknown>>
}

/**
 * Fits a first stage and features on what is left of the training set, and trees on where the examples' items stand among its proposals.
 * Only what is left is in reach of them here.
 *
 * Throws ERR_LEAK where an item that is to be found is in what is left, ERR_EMPTY where none is proposed, and what the fits throw.
 */
export async function learnedFrom({ training, examples }: Cut, options: TwoStageOptions, context: FitContext): Promise<Learned> {
  const { positions: _, examples: __, negatives, ...trees } = options
  const hidden = { users: examples.map(({ user }) => user), items: examples.map(({ label }) => label) }
  checkHidden(training, hidden, 'the first stage that the examples are made with')
  const firstStage = await fitFirstStage(training, context)
  const features = fitFeatures(training)
  const columns = columnsOf(features, firstStage)
  const used = trees.earlyStopping === 0 ? examples.map(example => ({ ...example, isValidation: false })) : examples
  const rows = await exampleRows(firstStage, columns, used, negatives, context)
  if (rows.training.labels.length === 0) {
    const found = Math.round(rows.coverage.recall * examples.length)
    throw new MatineeError('ERR_EMPTY', `of ${examples.length} items to be found ${found} are proposed, and none of them to a user who is learned from; two stages need more interactions.`)
  }
  const validation = rows.validation.labels.length > 0 ? { validation: rows.validation } : {}
  const { ranker, validationNdcg } = await trainLambdaMart({ featureNames: columns.names, training: rows.training, ...validation }, trees, context)
  const about = { candidates: rows.coverage, trees: ranker.trees.length, ...(validationNdcg.length > 0 && { validationNdcg: Math.max(...validationNdcg) }) }
  return { ranker, groups: Object.keys(features), about }
}
