// A model of two stages as any other model: asked by a history, it scores every item.
import { MatineeError } from '../../base/index.ts'
import { byHistory, type FittedModel, type History } from '../../model/index.ts'
import { forestOf } from '../ranker.ts'
import { columnsOf } from './feature-set.ts'
import { proposer } from './proposals.ts'
import { queryOf } from './query.ts'
import { stateOf, type TwoStages } from './state.ts'

/**
 * Candidates have the trees' scores. What nobody proposed stands below all of them in the order of the first source, so that every list can
 * be filled; what that source cannot score has no score. Throws ERR_FORMAT for trees over other features than the groups give.
 */
export async function fittedTwoStages(parts: TwoStages, options: Readonly<Record<string, number | string>>): Promise<FittedModel> {
  const { firstStage, features, histories, ranker } = parts
  const propose = proposer(firstStage)
  const columns = columnsOf(features, firstStage)
  const unlike = columns.names.length === ranker.featureNames.length ? columns.names.findIndex((name, at) => name !== ranker.featureNames[at]) : columns.names.length
  if (unlike >= 0) {
    throw new MatineeError('ERR_FORMAT', `the trees are over ${ranker.featureNames.length} features, of which number ${unlike} is "${ranker.featureNames[unlike]}", expected ${columns.names.length} and "${columns.names[unlike]}".`)
  }
  const forest = await forestOf(ranker)

  const scoreHistory = (history: History, out: Float32Array): void => {
    const proposals = propose(history)
    const { candidates } = proposals
    const values = columns.names.map(() => new Float32Array(candidates.length))
    columns.fill(queryOf(history, proposals, candidates), values)
    const scores = candidates.length > 0 ? forest.scoresNow(values) : new Float64Array()
    const least = scores.reduce((low, score) => Math.min(low, score), 0)
    const [rest] = proposals.scores
    const top = rest.reduce((high, score) => score > high ? score : high, -Infinity)
    for (let item = 0; item < out.length; item++) out[item] = least - 1 - (top - rest[item])
    candidates.forEach((item, at) => { out[item] = scores[at] })
  }
  return {
    ...byHistory(histories, firstStage.nItems, scoreHistory),
    batch: 1,
    state: () => stateOf(parts, options),
  }
}
