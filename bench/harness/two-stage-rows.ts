// The table that the trees of two stages learn from, and that of the validation items that they have not seen, on a MovieLens set.
import { resolveOptions, splitterDefinition, trainingParts, trainingSet, type RankingRows } from '@matinee/core'
import { cutOff, historiesOf, type Example } from '../../packages/core/src/rank/two-stage/examples.ts'
import { columnsOf, fitFeatures } from '../../packages/core/src/rank/two-stage/feature-set.ts'
import { fitFirstStage } from '../../packages/core/src/rank/two-stage/first-stage.ts'
import { twoStageOptions } from '../../packages/core/src/rank/two-stage/options.ts'
import { exampleRows } from '../../packages/core/src/rank/two-stage/rows.ts'
import { lambdamart } from '../../packages/core/src/rank/two-stage/two-stage.ts'
import { movieLens } from './data.ts'

const SEED = 42

/** By the options' defaults, file order; a group is a user's last items, and whose item nobody proposes is left out. The test items are not looked at. */
export async function twoStageRows(name: string): Promise<{ readonly training: RankingRows, readonly heldOut: RankingRows }> {
  const { positions, examples, negatives } = resolveOptions(twoStageOptions, {})
  const dataset = await movieLens(name)
  const ties = { ties: 'file', seed: SEED } as const
  const split = splitterDefinition('leave-last-n').split(dataset, { ties: 'file' })
  const isKept = split.roles.map(role => role === 0 ? 1 : 0)
  const training = trainingSet(dataset.interactions, 'log', { isKept, ...trainingParts(lambdamart.uses ?? [], dataset, ties, isKept) })
  const { sequences } = training
  if (!sequences) throw new Error('the training set has no sequences')
  const cut = cutOff(training, sequences, { positions, examples }, SEED)
  const cutStage = await fitFirstStage(cut.training, { seed: SEED })
  const cutFeatures = fitFeatures(cut.training)
  const learned = cut.examples.map(example => ({ ...example, isValidation: false }))
  const rows = await exampleRows(cutStage, columnsOf(cutFeatures, cutStage), learned, negatives, { seed: SEED })

  const firstStage = await fitFirstStage(training, { seed: SEED })
  const { indptr, items, weights } = historiesOf(training, sequences)
  const asked = Array.from(split.validation.users, (user, row): Example => {
    const [start, end] = [indptr[user], indptr[user + 1]]
    return { user, label: split.validation.items[row], isValidation: true, history: { items: items.subarray(start, end), weights: weights.subarray(start, end) } }
  })
  const heldOut = await exampleRows(firstStage, columnsOf(fitFeatures(training, Object.keys(cutFeatures)), firstStage), asked, negatives, { seed: SEED })
  return { training: rows.training, heldOut: heldOut.validation }
}
