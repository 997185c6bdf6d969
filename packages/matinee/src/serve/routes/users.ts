// What is known of a user, and how it is forgotten.
import { HttpError } from '../errors.ts'
import { EraseAnswer, UserHistoryAnswer, UserHistoryQuery, UserPath } from '../wire.ts'
import { route } from './route.ts'

export const userHistory = route({
  method: 'GET',
  url: '/users/:user_id/history',
  scope: 'read',
  summary: 'What a user has had: by the version, and by feedback since.',
  path: UserPath,
  query: UserHistoryQuery,
  answer: UserHistoryAnswer,
  errors: ['unknown_user'],
  handle({ path: { user_id: userId }, query: { n, offset } }, { standing: { live, overlay } }) {
    const { recommender, erased, sequence, version } = live
    const user = recommender.users.indexOf(userId)
    const events = overlay.eventsOf(userId, sequence)
    const isKnown = user !== undefined && !erased.has(user)
    if (!isKnown && events.length === 0) throw new HttpError('unknown_user', `there is no user ${JSON.stringify(userId)}.`)
    const titleOf = (itemId: string): string | null => {
      const item = recommender.items.indexOf(itemId)
      return item === undefined ? null : recommender.catalogue[item].title ?? null
    }
    const history = [
      ...(isKnown ? recommender.history(userId) : []).map(({ itemId, title, weight }) => ({ item_id: itemId, title, source: 'version' as const, weight })),
      ...events.map(({ itemId, ...event }) => ({ item_id: itemId, title: titleOf(itemId), source: 'feedback' as const, ...event })),
    ]
    return { version, user_id: userId, history: history.slice(offset, offset + n), total: history.length }
  },
})

export const eraseUser = route({
  method: 'DELETE',
  url: '/users/:user_id',
  scope: 'write',
  summary: 'Forget a user.',
  description: 'At once in the store and in memory; versions on disk are rewritten in the background. What remains is a keyed hash, so that the next model leaves the user out as well.',
  path: UserPath,
  answer: EraseAnswer,
  status: 202,
  errors: ['store_unavailable'],
  async handle({ path: { user_id: userId } }, service) {
    return { erased: true, sequence: await service.eraseUser(userId), versions: 'pending' as const }
  },
})
