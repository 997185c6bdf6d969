// Two stages: models propose candidates, trees put them in order. docs/math/two-stages.md
import { MatineeError } from '../../base/index.ts'
import type { Sequences, TrainingSet } from '../../dataset/index.ts'
import { models, withKeptHistories, type FitContext, type ModelDefinition, type ModelName } from '../../model/index.ts'
import { trainLambdaMart } from '../lambdamart.ts'
import type { TreeRanker } from '../ranker.ts'
import { cutOff, historiesOf } from './examples.ts'
import { columnsOf, fitFeatures } from './feature-set.ts'
import { fitFirstStage } from './first-stage.ts'
import { fittedTwoStages } from './fitted.ts'
import { twoStageOptions, type TwoStageOptions } from './options.ts'
import { exampleRows } from './rows.ts'
import { mapSources, ownOptions, restoredParts } from './state.ts'

/**
 * The first stage is fitted twice: on everything, for later, and without the items that the ranker is to find, for the ranker to learn from.
 * Nothing but the training set is ever looked at.
 */
export const lambdamart: ModelDefinition<typeof twoStageOptions> = {
  summary: 'Two stages: als, transitions, neighbours and others propose candidates, boosted trees put them in order.',
  options: twoStageOptions,
  asksOthers: true,
  defaultsChosen: 'by NDCG@10 on the validation item of ml-1m-next-item (bench/results/two-stage-defaults.jsonl)',
  uses: ['sequences', 'catalogue'],
  async fit(training, options, context) {
    const { sequences } = training
    if (!sequences) throw new MatineeError('ERR_SHAPE', 'examples are cut off sequences, and the training set was laid out without them.')
    const firstStage = await fitFirstStage(training, context)
    const { ranker, groups } = await learned(training, sequences, options, context)
    // a group that had nothing to say without the items to be found is none that the ranker knows
    const features = Object.fromEntries(Object.entries(fitFeatures(training)).filter(([name]) => groups.includes(name)))
    return fittedTwoStages({ firstStage, features, histories: historiesOf(training, sequences), ranker }, options)
  },
  withoutOthers: (state, kept) => mapSources(withKeptHistories(state, kept), source => models[source.model as ModelName].withoutOthers(source, kept)),
  restore: async state => fittedTwoStages(await restoredParts(state), ownOptions(state.options)),
}

async function learned(training: TrainingSet, sequences: Sequences, options: TwoStageOptions, context: FitContext): Promise<{ ranker: TreeRanker, groups: readonly string[] }> {
  const { positions, examples, negatives, ...trees } = options
  const cut = cutOff(training, sequences, { positions, examples }, context.seed)
  const firstStage = await fitFirstStage(cut.training, context)
  const features = fitFeatures(cut.training)
  const columns = columnsOf(features, firstStage)
  const rows = await exampleRows(firstStage, columns, cut.examples, negatives, context)
  const validation = rows.validation.labels.length > 0 ? { validation: rows.validation } : {}
  const { ranker } = await trainLambdaMart({ featureNames: columns.names, training: rows.training, ...validation }, trees, context)
  return { ranker, groups: Object.keys(features) }
}
