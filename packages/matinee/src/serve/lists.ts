// A list for somebody: whose history counts, which rules are in force, what the answer says of both.
import { topK, type HistoryEvent, type ReadHistory, type Recommender, type RecommendOptions, type RecommendationList } from '@matinee/core'
import { HttpError } from './errors.ts'
import type { LiveVersion } from './live.ts'
import type { Overlay, OverlayEvent } from './overlay.ts'
import { ruledList, type Ask, type CompiledRules, type ListOptions } from './rules.ts'

/** What a list is asked of. */
export interface Standing {
  readonly live: LiveVersion
  readonly overlay: Overlay
  readonly rules: CompiledRules | undefined
}

/** A list, and what it was made from. */
export interface AnsweredList extends RecommendationList {
  readonly fallback?: 'popular'
  readonly reflectsFeedback?: boolean
  readonly unknownItems?: readonly string[]
  /** What explains it; undefined where nothing does. */
  readonly history?: ReadHistory
}

/** A known user's list, or the one of somebody with feedback only. Throws unknown_user unless there is a fallback. */
export function listForUser(standing: Standing, userId: string, options: ListOptions, fallback: boolean): AnsweredList {
  const { live, overlay } = standing
  const { recommender, erased, sequence } = live
  const user = recommender.users.indexOf(userId)
  const isKnown = user !== undefined && !(erased.size > 0 && erased.has(user))
  const events = overlay.nUsers === 0 ? [] : overlay.eventsOf(userId, sequence)
  if (events.length === 0 && isKnown) return listBy(own => recommender.recommend(userId, own), standing, options)
  const seen = { ...options, exclude: [...options.exclude ?? [], ...(options.includeSeen ? [] : events.map(({ itemId }) => itemId))] }
  const counts = recommender.model.scoreHistory !== undefined && events.some(({ itemId }) => recommender.items.indexOf(itemId) !== undefined)
  if (counts) {
    const history = wholeHistory(live, userId, isKnown, events)
    return { ...listBy(own => recommender.recommendFor(history, own), standing, options), reflectsFeedback: true, history }
  }
  if (isKnown) return { ...listBy(own => recommender.recommend(userId, own), standing, seen), reflectsFeedback: false }
  if (fallback) return { ...popularList(standing, seen), ...(events.length > 0 && { reflectsFeedback: false }) }
  throw new HttpError('unknown_user', `there is no user ${JSON.stringify(userId)}.`)
}

/** The list for a history; the popular one where no item of it is known. Throws not_supported. */
export function listForHistory(standing: Standing, history: readonly HistoryEvent[], options: ListOptions): AnsweredList {
  const { recommender } = standing.live
  if (recommender.model.scoreHistory === undefined) {
    throw new HttpError('not_supported', `the model ${recommender.contents.state.model} cannot recommend from a history it never saw.`)
  }
  const read = recommender.readHistory(history)
  const { known, unknownItems } = read
  if (known.items.length === 0) return { ...popularList(standing, options), unknownItems }
  return { ...listBy(own => recommender.recommendFor(read, own), standing, options), unknownItems, history: read }
}

/** Items similar to one, by the rules. Throws unknown_item, not_supported. */
export function listOfSimilar(standing: Standing, itemId: string, options: ListOptions): RecommendationList {
  const { recommender } = standing.live
  knownItem(recommender, itemId)
  return listBy(own => recommender.similarItems(itemId, own), standing, options)
}

/** Throws unknown_item. */
export function knownItem({ items }: Recommender, itemId: string): number {
  const item = items.indexOf(itemId)
  if (item === undefined) throw new HttpError('unknown_item', `there is no item ${JSON.stringify(itemId)}.`)
  return item
}

const listBy = (ask: Ask, { live, rules }: Standing, options: ListOptions): RecommendationList => ruledList(ask, options, rules, live.recommender)

// Read once for the events that it holds, and so folded in once; who was erased since has no part in the version any more.
function wholeHistory({ recommender, histories }: LiveVersion, userId: string, isKnown: boolean, events: readonly OverlayEvent[]): ReadHistory {
  const kept = histories.get(events)
  if (kept?.isKnown === isKnown) return kept.history
  const inOrder = events.toSorted((a, b) => a.time - b.time || a.sequence - b.sequence).map(event => ({ ...event, timestamp: event.time })) // as retraining has them
  const history = recommender.readHistory([...(isKnown ? historyOf(recommender, userId) : []), ...inOrder])
  histories.set(events, { isKnown, history })
  return history
}

/** What the version knows of a user, as a history. */
const historyOf = (recommender: Recommender, userId: string): HistoryEvent[] =>
  recommender.history(userId).map(({ title: _, ...event }) => event)

/** The items that most users have had, of those that the version knows. */
function popularList(standing: Standing, options: ListOptions): AnsweredList {
  const { recommender } = standing.live
  const counts = countsOf(recommender)
  const ask = ({ n = 10, exclude = [], allow, filter }: RecommendOptions): RecommendationList => {
    const { items, catalogue } = recommender
    const indices = (ids: Iterable<string>): number[] => [...ids].map(id => items.indexOf(id)).filter(index => index !== undefined)
    const allowed = allow && new Set(indices(allow))
    const described = (index: number) => ({ itemId: items.ids[index], title: catalogue[index].title ?? null, attributes: catalogue[index].attributes })
    const best = topK(counts, n, indices(exclude), index => (!allowed || allowed.has(index)) && (!filter || filter(described(index))))
    return { recommendations: Array.from(best.indices, (index, at) => ({ rank: at + 1, ...described(index), score: best.scores[at] })) }
  }
  return { ...listBy(ask, standing, options), fallback: 'popular' }
}

const counted = new WeakMap<Recommender, Float32Array>()

// [nItems] users of each item, counted when first asked for
function countsOf(recommender: Recommender): Float32Array {
  const known = counted.get(recommender)
  if (known) return known
  const counts = new Float32Array(recommender.items.size)
  for (const item of recommender.contents.history.items) counts[item]++
  counted.set(recommender, counts)
  return counts
}
