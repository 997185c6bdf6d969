// Two stages: models propose candidates, trees put them in order. docs/math/two-stages.md
import { MatineeError } from '../../base/index.ts'
import { timesOf } from '../../dataset/index.ts'
import { models, withKeptHistories, type ModelDefinition, type ModelName } from '../../model/index.ts'
import { cutOff, historiesOf } from './examples.ts'
import { fitFeatures } from './feature-set.ts'
import { fitFirstStage } from './first-stage.ts'
import { fittedTwoStages } from './fitted.ts'
import { learnedFrom } from './learned.ts'
import { twoStageOptions } from './options.ts'
import { mapSources, ownOptions, restoredParts, withFeaturesOfHistories } from './state.ts'

/**
 * The first stage is fitted twice: on everything, for later, and without the items that the ranker is to find, for the ranker to learn from.
 * Nothing but the training set is ever looked at.
 */
export const lambdamart: ModelDefinition<typeof twoStageOptions> = {
  summary: 'Two stages: als, transitions, neighbours and others propose candidates, boosted trees put them in order.',
  options: twoStageOptions,
  asksOthers: true,
  defaultsChosen: 'by NDCG@10 on the validation item of ml-1m-next-item, file order, and of ml-100k (bench/results/two-stage-defaults.jsonl), after some fifty sketches of sources and features',
  uses: ['sequences', 'catalogue'],
  async fit(training, options, context) {
    const { sequences } = training
    if (!sequences) throw new MatineeError('ERR_SHAPE', 'examples are cut off sequences, and the training set was laid out without them.')
    const whole = { ...training, times: timesOf(sequences) } // as what is cut off them has it: the given times may be the last days alone
    const cut = cutOff(whole, sequences, options, context.seed)
    const firstStage = await fitFirstStage(whole, context)
    const { ranker, groups, about } = await learnedFrom(cut, options, context)
    const model = await fittedTwoStages({ firstStage, features: fitFeatures(whole, groups), histories: historiesOf(whole, sequences), ranker }, options)
    return { ...model, about }
  },
  withoutOthers(state, kept) {
    const left = withFeaturesOfHistories(withKeptHistories(state, kept))
    return mapSources(left, source => models[source.model as ModelName].withoutOthers(source, kept))
  },
  restore: async state => fittedTwoStages(await restoredParts(state), ownOptions(state.options)),
}
