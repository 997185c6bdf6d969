// GET /similar: items like one.
import { knownItem, listOfSimilar } from '../lists.ts'
import { SimilarAnswer, SimilarQuery } from '../wire.ts'
import { listOptions } from './list-query.ts'
import { isSynthetic, wirePlace } from './recommend.ts'
import { route } from './route.ts'

export const similar = route({
  method: 'GET',
  url: '/similar',
  scope: 'read',
  summary: 'The items most similar to one, by cosine.',
  query: SimilarQuery,
  answer: SimilarAnswer,
  errors: ['unknown_item', 'not_supported'],
  handle({ query }, { standing }) {
    const { version, recommender, manifest } = standing.live
    const item = knownItem(recommender, query.item_id)
    const { recommendations, reason } = listOfSimilar(standing, query.item_id, listOptions(query, recommender))
    return {
      version,
      ...(isSynthetic(manifest) && { synthetic: true }),
      item_id: query.item_id,
      title: recommender.catalogue[item].title ?? null,
      similar: recommendations.map(wirePlace),
      ...(reason !== undefined && { reason }),
    }
  },
})
