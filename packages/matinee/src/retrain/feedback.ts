// What the store says, in one reading: the events that stand, up to which number, and who is erased.
import { MatineeError } from '@matinee/core'
import type { Change, Store, StoredEvent } from '../store/index.ts'
import { erasedBy, type IsErased } from './erase.ts'

export interface Feedback {
  /** In the order of their numbers; what was undone or erased is not among them. */
  readonly events: readonly StoredEvent[]
  /** Everything up to this number is in here; at least `after`. */
  readonly sequence: number
  /** Events, undone ones and erasures after the number that was given: what the data of that version do not hold. */
  readonly news: number
  readonly isErased: IsErased
}

/** Changes that one question asks for. */
const AT_A_TIME = 5000

/**
 * after: what a version's data go up to. The list of erased users is read last, so it names whoever was erased up to `sequence`.
 *
 * Throws ERR_STORE, also where the store has not come as far as the version: then it is another one.
 */
export async function readFeedback(store: Store, after: number): Promise<Feedback> {
  const { lastSequence } = await store.stats()
  if (lastSequence < after) {
    const what = `the live version has the store's events up to number ${after}, and the newest in this store is ${lastSequence}`
    throw new MatineeError('ERR_STORE', `${what}, expected the store that it was trained from.`)
  }
  const events: StoredEvent[] = []
  let [sequence, news] = [0, 0]
  for (let changes: readonly Change[] | undefined; !changes || changes.length === AT_A_TIME;) {
    changes = await store.changesAfter(sequence, AT_A_TIME)
    for (const change of changes) {
      if (change.kind === 'event') events.push(change.event)
      if (change.kind !== 'rule' && change.sequence > after) news++
      ;({ sequence } = change)
    }
  }
  return { events, sequence: Math.max(sequence, after), news, isErased: await erasedBy(store) }
}
