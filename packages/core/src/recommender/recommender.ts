// A fitted model with the ids, titles and histories around it: what an application talks to.
import { itemIndex, MatineeError, nearestIds, throwIfAborted, userIndex, type ItemId, type ItemIndex, type UserId, type UserIndex } from '../base/index.ts'
import type { VersionContents } from '../artifact/index.ts'
import { IdMap, secondsOf, timestampForms, weightings, type Catalogue } from '../dataset/index.ts'
import type { Candidates, Lists } from '../kernels/index.ts'
import { topK, type FeatureShares, type FittedModel, type History } from '../model/index.ts'
import { bestOfList, checkedDiversity, diversified, itemWorld, POOL, type BestItems, type Diversity, type ScoredItems } from '../rank/index.ts'
import type {
  Explanation, HistoryEvent, Recommendation, RecommendAllOptions, RecommendationList, RecommendOptions, ReadHistory, UserRecommendations,
} from './contract.ts'
import { checkN, settled, type Wanted } from './wanted.ts'

/** Users whose lists recommendAll holds. */
const USERS_AT_A_TIME = 16_384
/** How many times n a list has before a filter; if too few of them pass, every score is looked at. */
const FILTERED = 4

/** Immutable. Lists are exact: the best n candidates, equal scores in the order of the item index; or what the last step makes of the best. */
export class Recommender {
  readonly model: FittedModel
  readonly users: IdMap<UserId, UserIndex>
  readonly items: IdMap<ItemId, ItemIndex>
  readonly catalogue: Catalogue
  readonly #contents: VersionContents

  /** model: restored from contents.state, or the one it was taken from. */
  constructor(model: FittedModel, contents: VersionContents) {
    this.model = model
    this.users = new IdMap(contents.userIds)
    this.items = new IdMap(contents.itemIds)
    this.catalogue = contents.catalogue
    this.#contents = contents
  }

  /** What `save` writes. */
  get contents(): VersionContents {
    return this.#contents
  }

  /** The best n items the user has not had. Throws ERR_UNKNOWN_USER with the nearest ids, ERR_OPTION, also for what checkedDiversity refuses. */
  recommend(userId: string | number, options: RecommendOptions = {}): RecommendationList {
    const user = this.#userIndex(userId)
    const wanted = settled(options)
    const seen = this.#history(user).items
    const { listUser } = this.model
    const list = listUser && this.#best((k, candidates) => listUser(user, k, candidates), seen, wanted)
    if (list) return list
    const scores = new Float32Array(this.model.batch * this.model.nItems)
    this.model.scoreUsers([user], scores)
    return this.#list(scores.subarray(0, this.model.nItems), seen, wanted)
  }

  /**
   * What recommend gives, for all users or those named, one after the other; in threads where the model can. Holds
   * the lists of some thousand users at a time. Throws as recommend, ERR_ABORTED, ERR_WORKER.
   */
  async * recommendAll(options: RecommendAllOptions = {}): AsyncGenerator<UserRecommendations, void, undefined> {
    const { users, threads, signal, onProgress, filter, ...rest } = options
    const { n, ...wanted } = settled(rest)
    const diversity = checkedDiversity(wanted, this.catalogue)
    const k = Math.min(diversity ? Math.max(n, POOL) : n, this.model.nItems)
    const rows = users ? Array.from(users, id => this.#userIndex(id)) : Array.from(this.users.ids.keys(), userIndex)
    const own = { ...wanted, n, ...(filter && { allow: this.#passing(filter, wanted.allow) }) }
    const { indptr, items: indices, weights: values } = this.#contents.history
    const seen = { nRows: this.users.size, nColumns: this.items.size, indptr, indices, values }
    const candidates = { ...this.#candidates([], own), ...(!own.includeSeen && { excludeByRow: seen }) }
    for (let start = 0; start < rows.length; start += USERS_AT_A_TIME) {
      throwIfAborted(signal)
      const batch = rows.slice(start, start + USERS_AT_A_TIME)
      const lists = await this.model.listUsers?.(batch, k, candidates, { ...(threads !== undefined && { threads }), ...(signal && { signal }) })
      for (const [at, user] of batch.entries()) {
        const userId = this.users.idOf(user)
        const best = lists ? this.#shown(passingOf(lists.items.subarray(at * k, at * k + k), lists.scores.subarray(at * k, at * k + k), k), n, diversity) : []
        yield { userId, ...(best.length === n ? { recommendations: best } : this.recommend(userId, own)) }
      }
      onProgress?.({ stage: 'recommend', done: start + batch.length, total: rows.length })
    }
  }

  /** The same for somebody never seen, by a history, the earliest event first. Unknown items of it are listed. Throws ERR_NOT_SUPPORTED. */
  recommendFor(history: Iterable<HistoryEvent> | ReadHistory, options: RecommendOptions = {}): RecommendationList & { readonly unknownItems: readonly string[] } {
    const { scoreHistory, listHistory } = this.model
    if (!scoreHistory) throw this.#unsupported('recommend from a history it never saw')
    const { known, unknownItems } = this.readHistory(history)
    const wanted = settled(options)
    const list = listHistory && this.#best((k, candidates) => listHistory(known, k, candidates), known.items, wanted)
    if (list) return { ...list, unknownItems }
    const scores = new Float32Array(this.model.nItems)
    scoreHistory(known, scores)
    return { ...this.#list(scores, known.items, wanted), unknownItems }
  }

  /** A history for recommendFor and explainFor; one that was read comes back as it is. Throws ERR_EVENT. */
  readHistory(events: Iterable<HistoryEvent> | ReadHistory): ReadHistory {
    if ('known' in events) return events
    const weightOf = weightings[this.#contents.history.weighting] as (rating: number) => number
    const [weights, times] = [new Map<number, number>(), new Map<number, number>()]
    const unknownItems: string[] = []
    let position = 0
    for (const { itemId, rating, weight, timestamp } of events) {
      const value = rating ?? weight ?? 1
      if (!(value > 0 && value < Infinity) || (rating !== undefined && weight !== undefined)) {
        throw new MatineeError('ERR_EVENT', `history event ${position} (item ${String(itemId)}) has rating ${String(rating)} and weight ${String(weight)}, expected one number > 0.`)
      }
      const time = timestamp === undefined ? NaN : secondsOf(timestamp)
      if (time === undefined) throw new MatineeError('ERR_EVENT', `history event ${position} (item ${String(itemId)}) has the timestamp ${String(timestamp)}, expected ${timestampForms}.`)
      const item = this.items.indexOf(String(itemId))
      if (item === undefined) unknownItems.push(String(itemId))
      else {
        const before = weights.get(item) ?? 0
        weights.delete(item) // what comes again stands where it came last
        weights.set(item, rating !== undefined ? weightOf(rating) : before + value)
        times.set(item, time)
      }
      position++
    }
    const items = Int32Array.from(weights.keys())
    const known = { items, weights: Float32Array.from(weights.values()), times: Float64Array.from(items, item => times.get(item) ?? NaN) }
    return { known, unknownItems }
  }

  /** The n items most similar to one, by cosine. Throws ERR_UNKNOWN_ITEM, ERR_NOT_SUPPORTED. */
  similarItems(itemId: string | number, options: RecommendOptions = {}): RecommendationList {
    const { similarItems } = this.model
    if (!similarItems) throw this.#unsupported('say which items are similar')
    const item = this.#itemIndex(itemId)
    const scores = new Float32Array(this.model.nItems)
    similarItems(item, scores)
    return this.#list(scores, [item], settled(options))
  }

  /** The n users most similar to one, by cosine. Throws ERR_UNKNOWN_USER, ERR_NOT_SUPPORTED. */
  similarUsers(userId: string | number, n = 10): { rank: number, userId: UserId, score: number }[] {
    const { similarUsers } = this.model
    if (!similarUsers) throw this.#unsupported('say which users are similar')
    const user = this.#userIndex(userId)
    const scores = new Float32Array(this.model.nUsers)
    similarUsers(user, scores)
    const { indices, scores: best } = topK(scores, checkN(n), [user])
    return Array.from(indices, (index, at) => ({ rank: at + 1, userId: this.users.idOf(userIndex(index)), score: best[at] }))
  }

  /** Whether explain and explainFor do. */
  get canExplain(): boolean {
    return (this.model.explain ?? this.model.explainFeatures) !== undefined
  }

  /** What each item of the user's training history, or each feature, adds to an item's score. Throws as recommend and similarItems. */
  explain(userId: string | number, itemId: string | number): Explanation & { readonly userId: UserId } {
    const user = this.#userIndex(userId)
    const explained = this.#explain(this.model.historyOf?.(user) ?? this.#history(user, true), itemId)
    return { userId: this.users.idOf(user), ...explained }
  }

  /** The same for a history as recommendFor takes it. Throws ERR_UNKNOWN_ITEM, ERR_NOT_SUPPORTED, ERR_EVENT. */
  explainFor(history: Iterable<HistoryEvent> | ReadHistory, itemId: string | number): Explanation & { readonly unknownItems: readonly string[] } {
    const { known, unknownItems } = this.readHistory(history)
    return { ...this.#explain(known, itemId), unknownItems }
  }

  /** Everything the user is known to have had, titles included, and when in seconds where the version knows. Throws ERR_UNKNOWN_USER. */
  history(userId: string | number): { itemId: ItemId, title: string | null, weight: number, timestamp?: number }[] {
    const { items, weights, times } = this.#history(this.#userIndex(userId))
    return Array.from(items, (item, at) => ({
      itemId: this.items.idOf(itemIndex(item)), title: this.#title(itemIndex(item)), weight: weights[at], ...(times && { timestamp: times[at] }),
    }))
  }

  #explain(history: History, itemId: string | number): Explanation {
    const { explain, explainFeatures } = this.model
    if (explainFeatures) {
      const item = this.#itemIndex(itemId)
      return { itemId: this.items.idOf(item), title: this.#title(item), ...byFeatures(explainFeatures(history, item)) }
    }
    if (!explain) throw this.#unsupported('take a score apart')
    const item = this.#itemIndex(itemId)
    const contributions = explain(history, item)
    const order = Array.from(contributions.keys()).sort((a, b) => contributions[b] - contributions[a])
    return {
      itemId: this.items.idOf(item),
      title: this.#title(item),
      score: contributions.reduce((sum, contribution) => sum + contribution, 0),
      contributions: order.map(at => {
        const other = itemIndex(history.items[at])
        return { itemId: this.items.idOf(other), title: this.#title(other), contribution: contributions[at] }
      }),
    }
  }

  // The list by the model's own; undefined where it would be short, or where the filter refuses most of the best.
  #best(list: (k: number, candidates: Candidates) => Lists, seen: ArrayLike<number>, wanted: Wanted): RecommendationList | undefined {
    const { n, filter } = wanted
    const diversity = checkedDiversity(wanted, this.catalogue)
    const depth = diversity ? Math.max(n, POOL) : n
    const lists = list(Math.min(filter ? FILTERED * depth : depth, this.model.nItems), this.#candidates(seen, wanted))
    const passing = passingOf(lists.items, lists.scores, depth, filter && (item => filter(this.#described(itemIndex(item)))))
    if (passing.items.length < depth) return undefined
    const recommendations = this.#shown(passing, n, diversity)
    return recommendations.length === n ? { recommendations } : undefined
  }

  #list(scores: Float32Array, seen: ArrayLike<number>, wanted: Wanted): RecommendationList {
    const { n, filter } = wanted
    const { allow, ...candidates } = this.#candidates(seen, wanted)
    const exclude = Array.from(candidates.exclude)
    const allowed = allow && new Set(allow)
    const isAllowed = (index: number): boolean => (!allowed || allowed.has(index)) && (!filter || filter(this.#described(itemIndex(index))))
    const best: BestItems = (k, passes) => {
      const { indices, scores: own } = topK(scores, k, exclude, passes ? index => passes(index) && isAllowed(index) : isAllowed)
      return { items: indices, scores: own }
    }
    const diversity = checkedDiversity(wanted, this.catalogue)
    const recommendations = this.#recommendations(diversity ? diversified(best, n, diversity, itemWorld(this.catalogue)) : best(n))
    if (recommendations.length === n) return { recommendations }
    const unscored = scores.reduce((count, score) => count + (Number.isNaN(score) ? 1 : 0), 0)
    const limits = diversity && Object.keys(diversity.caps).length > 0 ? 'the filters or does not fit into the caps' : 'the filters'
    return {
      recommendations,
      reason: `${n} items were asked for and ${recommendations.length} may be shown: of ${scores.length} items, ${new Set(exclude).size} are excluded or known already, ${unscored} have no score, and the rest does not pass ${limits}.`,
    }
  }

  // Of the best, what is shown; fewer than n where the caps want candidates that are not among them.
  #shown(best: ScoredItems, n: number, diversity: Required<Diversity> | undefined): Recommendation[] {
    return this.#recommendations(diversity ? diversified(bestOfList(best), n, diversity, itemWorld(this.catalogue)) : best)
  }

  #candidates(seen: ArrayLike<number>, { includeSeen, exclude, allow }: Wanted): { exclude: ArrayLike<number>, allow?: number[] } {
    const indices = (ids: readonly string[]): number[] => ids.map(id => this.items.indexOf(id)).filter(index => index !== undefined)
    const hidden = exclude.length === 0 && !includeSeen ? seen : [...(includeSeen ? [] : Array.from(seen)), ...indices(exclude)]
    return { exclude: hidden, ...(allow && { allow: indices(allow) }) }
  }

  // The ids that pass, among the allowed ones.
  #passing(filter: Exclude<RecommendOptions['filter'], undefined>, allow: readonly string[] = this.items.ids): string[] {
    return allow.filter(id => {
      const item = this.items.indexOf(id)
      return item !== undefined && filter(this.#described(item))
    })
  }

  #recommendations({ items, scores }: ScoredItems): Recommendation[] {
    const list: Recommendation[] = []
    for (let at = 0; at < items.length; at++) list.push(this.#recommendation(at + 1, items[at], scores[at]))
    return list
  }

  #recommendation(rank: number, item: number, score: number): Recommendation {
    const { itemId, title, attributes } = this.#described(itemIndex(item))
    return { rank, itemId, title, score, attributes }
  }

  #described(item: ItemIndex): Pick<Recommendation, 'itemId' | 'title' | 'attributes'> {
    return { itemId: this.items.idOf(item), title: this.#title(item), attributes: this.catalogue[item].attributes }
  }

  #history(user: UserIndex, fittedOnly = false): { items: Int32Array, weights: Float32Array, times?: Float64Array } {
    const { indptr, items, weights, fitted, times } = this.#contents.history
    const [from, to] = [indptr[user], indptr[user + 1]]
    const own = { items: items.subarray(from, to), weights: weights.subarray(from, to), ...(times && { times: times.subarray(from, to) }) }
    if (!fittedOnly) return own
    const keep = (_: number, at: number): boolean => fitted[from + at] === 1
    return { items: own.items.filter(keep), weights: own.weights.filter(keep), ...(own.times && { times: own.times.filter(keep) }) }
  }

  #title(item: ItemIndex): string | null {
    return this.catalogue[item].title ?? null
  }

  #userIndex(id: string | number): UserIndex {
    const user = this.users.indexOf(String(id))
    if (user !== undefined) return user
    throw new MatineeError('ERR_UNKNOWN_USER', `there is no user "${id}" among ${this.users.size}; the nearest ids are ${nearestIds(String(id), this.users.ids).join(', ')}.`)
  }

  #itemIndex(id: string | number): ItemIndex {
    const item = this.items.indexOf(String(id))
    if (item !== undefined) return item
    throw new MatineeError('ERR_UNKNOWN_ITEM', `there is no item "${id}" among ${this.items.size}; the nearest ids are ${nearestIds(String(id), this.items.ids).join(', ')}.`)
  }

  #unsupported(what: string): MatineeError {
    return new MatineeError('ERR_NOT_SUPPORTED', `the model "${this.#contents.state.model}" cannot ${what}.`)
  }
}

// The first of a list that pass, at most so many; item −1 ends it.
function passingOf(items: Int32Array, scores: Float32Array, most: number, passes?: (item: number) => boolean): ScoredItems {
  const passing: { items: number[], scores: number[] } = { items: [], scores: [] }
  for (let at = 0; at < items.length && items[at] >= 0 && passing.items.length < most; at++) {
    if (passes && !passes(items[at])) continue
    passing.items.push(items[at])
    passing.scores.push(scores[at])
  }
  return passing
}

function byFeatures({ score, base, features, proposedBy }: FeatureShares) {
  return { score, contributions: [], byFeature: { base, features: features.toSorted((a, b) => b.contribution - a.contribution), proposedBy } }
}
