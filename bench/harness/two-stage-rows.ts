// What two stages are made of on a MovieLens set, with the validation item hidden, and the tables that their trees learn from and are asked of.
import { resolveOptions, splitterDefinition, trainingParts, trainingSet, type RankingRows } from '@matinee/core'
import { historyBetween } from '../../packages/core/src/model/index.ts'
import { cutOff, historiesOf, type Example } from '../../packages/core/src/rank/two-stage/examples.ts'
import { columnsOf, fitFeatures } from '../../packages/core/src/rank/two-stage/feature-set.ts'
import { fitFirstStage } from '../../packages/core/src/rank/two-stage/first-stage.ts'
import { twoStageOptions } from '../../packages/core/src/rank/two-stage/options.ts'
import { exampleRows } from '../../packages/core/src/rank/two-stage/rows.ts'
import { lambdamart } from '../../packages/core/src/rank/two-stage/two-stage.ts'
import { movieLens } from './data.ts'

const SEED = 42

/** By the options' defaults; the test items are not looked at. isValidation: whether examples of the tenth of the users that early stopping looks at are kept apart. */
export async function twoStagesOf(name: string, tieRule: 'file' | 'hash', isValidation: boolean) {
  const { positions, examples, negatives } = resolveOptions(twoStageOptions, {})
  const dataset = await movieLens(name)
  const ties = { ties: tieRule, seed: SEED } as const
  const split = splitterDefinition('leave-last-n').split(dataset, { ties: tieRule, ...(tieRule === 'hash' && { seed: SEED }) })
  const isKept = split.roles.map(role => role === 0 ? 1 : 0)
  const training = trainingSet(dataset.interactions, 'log', { isKept, ...trainingParts(lambdamart.uses ?? [], dataset, ties, isKept) })
  const { sequences } = training
  if (!sequences) throw new Error('the training set has no sequences')
  const cut = cutOff(training, sequences, { positions, examples }, SEED)
  const cutStage = await fitFirstStage(cut.training, { seed: SEED })
  const cutFeatures = fitFeatures(cut.training)
  const learned = isValidation ? cut.examples : cut.examples.map(example => ({ ...example, isValidation: false }))
  const rows = await exampleRows(cutStage, columnsOf(cutFeatures, cutStage), learned, negatives, { seed: SEED })
  const firstStage = await fitFirstStage(training, { seed: SEED })
  const columns = columnsOf(fitFeatures(training, Object.keys(cutFeatures)), firstStage)
  const histories = historiesOf(training, sequences)
  /** The validation items, each with the history before it. */
  const asked = Array.from(split.validation.users, (user, row): Example => ({
    user, label: split.validation.items[row], isValidation: true, history: historyBetween(histories, histories.indptr[user], histories.indptr[user + 1]),
  }))
  return { cutStage, cutFeatures, rows, firstStage, columns, asked, negatives }
}

/** What is learned from, and the candidates of the validation items; a group is one item to be found, and what nobody proposes is left out. */
export async function twoStageRows(name: string): Promise<{ readonly training: RankingRows, readonly heldOut: RankingRows }> {
  const { rows, firstStage, columns, asked, negatives } = await twoStagesOf(name, 'file', false)
  const { validation } = await exampleRows(firstStage, columns, asked, negatives, { seed: SEED })
  return { training: rows.training, heldOut: validation }
}
