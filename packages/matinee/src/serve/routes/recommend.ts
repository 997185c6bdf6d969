// GET and POST /recommend: the best items for somebody known, or for a history.
import { setImmediate as turn } from 'node:timers/promises'
import type { Recommendation, Recommender } from '@matinee/core'
import { HttpError } from '../errors.ts'
import { listForHistory, listForUser, type AnsweredList } from '../lists.ts'
import type { LiveVersion } from '../live.ts'
import { HistoryBody, RecommendAnswer, RecommendQuery } from '../wire.ts'
import { listOptions } from './list-query.ts'
import { PreparedJson, route } from './route.ts'

export const recommend = route({
  method: 'GET',
  url: '/recommend',
  scope: 'read',
  summary: 'The best items that a user has not had.',
  description: 'Feedback since the version was trained counts. Exactly n items, or a reason.',
  query: RecommendQuery,
  answer: RecommendAnswer,
  errors: ['unknown_user', 'not_supported'],
  handle({ query }, service) {
    const { standing } = service
    const { recommender } = standing.live
    const { user_id: userId } = query
    const list = listForUser(standing, userId, listOptions(query, recommender), query.fallback === 'popular')
    if (!query.explain) return new PreparedJson(answerText(standing.live, userId, list))
    if (!recommender.canExplain) throw notExplained(recommender)
    return explained(standing.live, userId, list)
  },
})

export const recommendForHistory = route({
  method: 'POST',
  url: '/recommend',
  scope: 'read',
  summary: 'The best items for somebody never seen, by a history.',
  description: 'Nothing of it is stored. Where no item of the history is known the answer is the popular list, and says so.',
  body: HistoryBody,
  answer: RecommendAnswer,
  errors: ['not_supported'],
  handle({ body }, service) {
    const { standing } = service
    const { recommender } = standing.live
    const list = listForHistory(standing, body.history.map(historyEvent), listOptions(body, recommender))
    if (!body.explain) return new PreparedJson(answerText(standing.live, null, list))
    if (!recommender.canExplain) throw notExplained(recommender)
    return explained(standing.live, null, list)
  },
})

function historyEvent({ item_id: itemId, rating, weight, timestamp }: HistoryBody['history'][number]) {
  if (rating !== undefined && weight !== undefined) throw new HttpError('invalid_request', `the history has a rating and a weight for ${JSON.stringify(itemId)}, expected one of them.`)
  return { itemId, ...(rating !== undefined && { rating }), ...(weight !== undefined && { weight }), ...(typeof timestamp === 'number' && { timestamp }) }
}

const notExplained = ({ contents }: Recommender): HttpError => new HttpError('not_supported', `the model ${contents.state.model} cannot take a score apart.`)

/** What the answer says besides the list, as it stands in JSON. */
const heading = ({ version, manifest }: LiveVersion, userId: string | null, { fallback, reflectsFeedback, unknownItems }: AnsweredList) => ({
  version,
  ...(isSynthetic(manifest) && { synthetic: true }),
  user_id: userId,
  ...(fallback && { fallback }),
  ...(reflectsFeedback !== undefined && { reflects_feedback: reflectsFeedback }),
  ...(unknownItems && { unknown_items: [...unknownItems] }),
})

/** Whether the version was trained on made-up data. */
export const isSynthetic = ({ dataset }: LiveVersion['manifest']): boolean => (dataset as { readonly synthetic?: boolean } | undefined)?.synthetic === true

// The same by joining what is prepared: an answer is as long as a list, and most of it never changes.
function answerText(live: LiveVersion, userId: string | null, list: AnsweredList): string {
  const { recommendations, reason, fallback, reflectsFeedback, unknownItems } = list
  const isPlain = fallback === undefined && reflectsFeedback === undefined && unknownItems === undefined && !isSynthetic(live.manifest)
  const head = isPlain ? `{"version":"${live.version}","user_id":${JSON.stringify(userId)}` : JSON.stringify(heading(live, userId, list)).slice(0, -1)
  return `${head},"recommendations":${live.places.json(recommendations)}${reason === undefined ? '}' : `,"reason":${JSON.stringify(reason)}}`}`
}

/** Places whose scores are taken apart at most. */
const MOST_EXPLAINED = 50

async function explained(live: LiveVersion, userId: string | null, list: AnsweredList): Promise<RecommendAnswer> {
  const { recommendations, reason, history, fallback } = list
  if (recommendations.length > MOST_EXPLAINED) {
    throw new HttpError('invalid_request', `${recommendations.length} places are asked for with explain, expected at most ${MOST_EXPLAINED}.`)
  }
  const places: RecommendAnswer['recommendations'] = []
  for (const place of recommendations) {
    if (places.length > 0) await turn() // a score of a long history takes milliseconds: others are answered between two
    places.push({ ...wirePlace(place), ...(!fallback && partsOf(live.recommender, place, userId, history)) })
  }
  return { ...heading(live, userId, list), recommendations: places, ...(reason !== undefined && { reason }) }
}

function partsOf(recommender: Recommender, { itemId, score }: Recommendation, userId: string | null, history: AnsweredList['history']) {
  const { contributions, byFeature, score: own } = history ? recommender.explainFor(history, itemId) : recommender.explain(userId as string, itemId)
  const share = own === 0 ? 1 : score / own // a boosted score is taken apart as it is shown
  const shown = (part: number): number => Math.abs(share - 1) > 1e-3 ? part * share : part
  return {
    contributions: contributions.map(one => ({ item_id: one.itemId, title: one.title, contribution: shown(one.contribution) })),
    ...(byFeature && { by_feature: {
      base: shown(byFeature.base),
      features: byFeature.features.map(({ feature, value, contribution }) => ({ feature, value: Number.isNaN(value) ? null : value, contribution: shown(contribution) })),
      proposed_by: [...byFeature.proposedBy],
    } }),
  }
}

/** A place as it goes over the wire. */
export const wirePlace = ({ rank, itemId, title, score, attributes }: Recommendation) => ({ rank, item_id: itemId, title, score, attributes: { ...attributes } })
