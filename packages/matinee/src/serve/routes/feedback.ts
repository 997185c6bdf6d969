// What users do: stored, then counted at once.
import type { FeedbackEvent as StoreEvent, Undo } from '../../store/index.ts'
import { HttpError } from '../errors.ts'
import { FeedbackAnswer, FeedbackBody, UndoAnswer, UndoQuery, type FeedbackEvent } from '../wire.ts'
import { route } from './route.ts'

export const feedback = route({
  method: 'POST',
  url: '/feedback',
  scope: 'write',
  summary: 'Store one event, or up to 1,000.',
  description: 'Answered when they are on the disk. The user\'s next list reflects them.',
  body: FeedbackBody,
  answer: FeedbackAnswer,
  errors: ['too_large', 'store_unavailable', 'overloaded'],
  async handle({ body }, service) {
    const asked = 'events' in body ? body.events : [body]
    const appended = await service.append(asked.map(storeEvent))
    const duplicates = appended.filter(({ duplicate }) => duplicate).length
    return { stored: appended.length - duplicates, duplicates, events: appended.map(({ sequence, duplicate }) => ({ sequence, duplicate })) }
  },
})

export const undoFeedback = route({
  method: 'DELETE',
  url: '/feedback',
  scope: 'write',
  summary: 'Take an event back.',
  description: 'By its sequence number, by its key, or the user\'s latest for an item.',
  query: UndoQuery,
  answer: UndoAnswer,
  errors: ['unknown_event', 'store_unavailable'],
  async handle({ query }, service) {
    const { event: { sequence, itemId, type }, inForce } = await service.undo(undoOf(query))
    return { undone: { sequence, item_id: itemId, type }, in_force: inForce }
  },
})

function storeEvent({ user_id: userId, item_id: itemId, rating, weight, type = 'event', timestamp = null, key }: FeedbackEvent): StoreEvent {
  if (rating !== undefined && weight !== undefined) throw new HttpError('invalid_request', `an event has rating ${rating} and weight ${weight}, expected one of them.`)
  return {
    userId, itemId, type, timestamp,
    ...(rating !== undefined && { rating }), ...(weight !== undefined && { weight }), ...(key !== undefined && { key }),
  }
}

function undoOf({ user_id: userId, sequence, key, item_id: itemId, type }: UndoQuery): Undo {
  if ([sequence, key, itemId].filter(one => one !== undefined).length !== 1) {
    throw new HttpError('invalid_request', 'expected one of sequence, key and item_id.')
  }
  if (type !== undefined && itemId === undefined) throw new HttpError('invalid_request', 'type goes with item_id only.')
  if (sequence !== undefined) return { userId, sequence }
  if (key !== undefined) return { userId, key }
  return { userId, itemId: itemId as string, ...(type !== undefined && { type }) }
}
