// GET /model: what answers.
import { ModelAnswer } from '../wire.ts'
import { isSynthetic } from './recommend.ts'
import { route } from './route.ts'

export const model = route({
  method: 'GET',
  url: '/model',
  scope: 'read',
  summary: 'The live version: its model, data and numbers.',
  answer: ModelAnswer,
  errors: [],
  handle(_, { standing: { live: { version, manifest, metrics, recommender, createdAt, loadedAt } } }) {
    const { state, history } = recommender.contents
    const { scoreHistory, similarItems } = recommender.model
    return {
      version,
      ...(isSynthetic(manifest) && { synthetic: true }),
      model: state.model,
      options: { ...state.options },
      created_at: createdAt.toISOString(),
      loaded_at: loadedAt.toISOString(),
      users: recommender.users.size,
      items: recommender.items.size,
      interactions: history.items.length,
      dataset: (manifest.dataset as { readonly name?: string } | undefined)?.name ?? null,
      metrics: { ...metrics },
      can: { recommend_from_history: scoreHistory !== undefined, similar: similarItems !== undefined, explain: recommender.canExplain },
    }
  },
})
