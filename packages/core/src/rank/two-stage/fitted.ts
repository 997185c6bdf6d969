// A model of two stages as any other model: asked by a history, it scores every item.
import { MatineeError, type ItemIndex, type UserIndex } from '../../base/index.ts'
import { bestOf, byHistory, byLists, type FeatureShares, type FittedModel, type History, type TopK } from '../../model/index.ts'
import { forestOf } from '../ranker.ts'
import { shapValues } from '../shap.ts'
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
  const { nItems, sources } = firstStage
  const propose = proposer(firstStage)
  const columns = columnsOf(features, firstStage)
  const unlike = columns.names.length === ranker.featureNames.length ? columns.names.findIndex((name, at) => name !== ranker.featureNames[at]) : columns.names.length
  if (unlike >= 0) {
    throw new MatineeError('ERR_FORMAT', `the trees are over ${ranker.featureNames.length} features, of which number ${unlike} is "${ranker.featureNames[unlike]}", expected ${columns.names.length} and "${columns.names[unlike]}".`)
  }
  const forest = await forestOf(ranker)
  const own = new Float32Array(nItems) // the scores of the last list

  const ask = (history: History) => {
    const proposals = propose(history)
    const { candidates } = proposals
    const values = columns.names.map(() => new Float32Array(candidates.length))
    columns.fill(queryOf(history, proposals, candidates), values)
    return { proposals, candidates, values, scores: candidates.length > 0 ? forest.scoresNow(values) : new Float64Array() }
  }
  const write = ({ proposals, candidates, scores }: ReturnType<typeof ask>, out: Float32Array): void => {
    const least = scores.reduce((low, score) => Math.min(low, score), 0)
    const [rest] = proposals.scores
    const top = rest.reduce((high, score) => score > high ? score : high, -Infinity)
    for (let item = 0; item < nItems; item++) out[item] = least - 1 - (top - rest[item])
    candidates.forEach((item, at) => { out[item] = scores[at] })
  }

  // Among the candidates, and among the rest only where these do not fill it.
  const list = (history: History, k: number, isOpen: (item: number) => boolean): TopK => {
    const asked = ask(history)
    const { candidates, scores } = asked
    for (let at = 0; at < candidates.length; at++) own[candidates[at]] = scores[at]
    const best = bestOf(own, k)
    for (const item of candidates) if (best.admits(item) && isOpen(item)) best.add(item)
    const found = best.list()
    if (found.indices.length === k) return found
    write(asked, own)
    const all = bestOf(own, k)
    for (let item = 0; item < nItems; item++) if (!Number.isNaN(own[item]) && all.admits(item) && isOpen(item)) all.add(item)
    return all.list()
  }

  const explainFeatures = (history: History, item: ItemIndex): FeatureShares => {
    const asked = ask(history)
    const at = asked.candidates.indexOf(item)
    if (at < 0) {
      write(asked, own)
      return { score: own[item], base: own[item], features: [], proposedBy: [] }
    }
    const row = asked.values.map(column => column[at])
    const shares = shapValues(ranker, row)
    return {
      score: asked.scores[at],
      base: shares[row.length],
      features: columns.names.map((feature, column) => ({ feature, value: row[column], contribution: shares[column] })),
      proposedBy: sources.map(({ name: source }, of) => ({ source, rank: asked.proposals.proposed[of].indexOf(item) + 1 })).filter(({ rank }) => rank > 0),
    }
  }

  const known = byHistory(histories, nItems, (history, out) => write(ask(history), out))
  // The same object each time: what als finds for a history it keeps with it.
  const kept = new Map<UserIndex, History>()
  const historyOf = (user: UserIndex): History => {
    const history = kept.get(user) ?? known.historyOf(user)
    kept.set(user, history)
    return history
  }
  const [{ model: { similarItems, similarUsers } }] = sources
  return {
    ...known,
    batch: 1,
    historyOf,
    ...byLists({ nItems, historyOf }, list),
    ...(similarItems && { similarItems }),
    ...(similarUsers && { similarUsers }),
    explainFeatures,
    state: () => stateOf(parts, options),
  }
}
