// The events of the tests.
import type { FeedbackEvent } from '../../src/store/index.ts'

/** An event with a type, and nothing else that is not given. */
export const event = (userId: string, itemId: string, more: Partial<FeedbackEvent> = {}): FeedbackEvent =>
  ({ userId, itemId, type: 'click', timestamp: null, ...more })
