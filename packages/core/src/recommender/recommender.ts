// A fitted model with the ids, titles and histories around it: what an application talks to.
import { itemIndex, MatineeError, nearestIds, userIndex, type ItemId, type ItemIndex, type UserId, type UserIndex } from '../base/index.ts'
import type { VersionContents } from '../artifact/index.ts'
import { IdMap, weightings, type Attribute, type Catalogue } from '../dataset/index.ts'
import { topK, type FittedModel } from '../model/index.ts'

/** One place of a list. */
export interface Recommendation {
  /** From 1. */
  readonly rank: number
  readonly itemId: ItemId
  /** As published; null where the catalogue has none. */
  readonly title: string | null
  readonly score: number
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** How long a list is, and what may stand in it; everything is applied before the list is cut. */
export interface RecommendOptions {
  /** Items wanted, an integer ≥ 1; default 10. */
  readonly n?: number
  /** Item ids never to be shown. An unknown one is no error: it cannot be shown anyway. */
  readonly exclude?: Iterable<string>
  /** If given, only these item ids may be shown. */
  readonly allow?: Iterable<string>
  /** If given, only items for which it returns true may be shown. */
  readonly filter?: (item: { itemId: ItemId, title: string | null, attributes: Readonly<Record<string, Attribute>> }) => boolean
  /** Show what the user has had as well; default false. */
  readonly includeSeen?: boolean
}

/** A list, and why it is short if it is. */
export interface RecommendationList {
  readonly recommendations: readonly Recommendation[]
  /** Why there are fewer than n; absent when there are n. */
  readonly reason?: string
}

/** A history item of somebody who need not be known: by rating, by weight, or as one plain event. */
export interface HistoryEvent {
  readonly itemId: string | number
  /** > 0 */
  readonly rating?: number
  /** > 0 */
  readonly weight?: number
}

/** A score, taken apart by the items of the history. */
export interface Explanation {
  readonly userId: string
  readonly itemId: string
  readonly title: string | null
  readonly score: number
  /** Greatest first; the contributions sum to the score. */
  readonly contributions: readonly { readonly itemId: ItemId, readonly title: string | null, readonly contribution: number }[]
}

/** Immutable. Lists are exact: the best n candidates, equal scores in the order of the item index. */
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

  /** The best n items the user has not had. Throws ERR_UNKNOWN_USER with the nearest ids, ERR_OPTION. */
  recommend(userId: string | number, options: RecommendOptions = {}): RecommendationList {
    const user = this.#userIndex(userId)
    const scores = new Float32Array(this.model.batch * this.model.nItems)
    this.model.scoreUsers([user], scores)
    return this.#list(scores.subarray(0, this.model.nItems), this.#history(user).items, options)
  }

  /** The same for somebody never seen, by a history. Unknown items of it are listed. Throws ERR_NOT_SUPPORTED. */
  recommendFor(history: Iterable<HistoryEvent>, options: RecommendOptions = {}): RecommendationList & { readonly unknownItems: readonly string[] } {
    const { scoreHistory } = this.model
    if (!scoreHistory) throw this.#unsupported('recommend from a history it never saw')
    const { known, unknownItems } = this.#readHistory(history)
    const scores = new Float32Array(this.model.nItems)
    scoreHistory(known, scores)
    return { ...this.#list(scores, known.items, options), unknownItems }
  }

  /** The n items most similar to one, by cosine. Throws ERR_UNKNOWN_ITEM, ERR_NOT_SUPPORTED. */
  similarItems(itemId: string | number, options: RecommendOptions = {}): RecommendationList {
    const { similarItems } = this.model
    if (!similarItems) throw this.#unsupported('say which items are similar')
    const item = this.#itemIndex(itemId)
    const scores = new Float32Array(this.model.nItems)
    similarItems(item, scores)
    return this.#list(scores, [item], options)
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

  /** What each item of the user's training history adds to an item's score. Throws as recommend and similarItems. */
  explain(userId: string | number, itemId: string | number): Explanation {
    const { explain } = this.model
    if (!explain) throw this.#unsupported('take a score apart')
    const [user, item] = [this.#userIndex(userId), this.#itemIndex(itemId)]
    const history = this.#history(user, true)
    const contributions = explain(history, item)
    const order = Array.from(contributions.keys()).sort((a, b) => contributions[b] - contributions[a])
    return {
      userId: this.users.idOf(user),
      itemId: this.items.idOf(item),
      title: this.#title(item),
      score: contributions.reduce((sum, contribution) => sum + contribution, 0),
      contributions: order.map(at => {
        const other = itemIndex(history.items[at])
        return { itemId: this.items.idOf(other), title: this.#title(other), contribution: contributions[at] }
      }),
    }
  }

  /** Everything the user is known to have had, titles included. Throws ERR_UNKNOWN_USER. */
  history(userId: string | number): { itemId: ItemId, title: string | null, weight: number }[] {
    const { items, weights } = this.#history(this.#userIndex(userId))
    return Array.from(items, (item, at) => ({ itemId: this.items.idOf(itemIndex(item)), title: this.#title(itemIndex(item)), weight: weights[at] }))
  }

  #list(scores: Float32Array, seen: Int32Array | readonly number[], options: RecommendOptions): RecommendationList {
    const n = checkN(options.n ?? 10)
    const { filter } = options
    const exclude = options.includeSeen ? [] : [...seen]
    for (const id of options.exclude ?? []) {
      const item = this.items.indexOf(id)
      if (item !== undefined) exclude.push(item)
    }
    const allowed = options.allow && new Set(options.allow)
    const allow = (index: number): boolean => {
      const item = itemIndex(index)
      const itemId = this.items.idOf(item)
      if (allowed && !allowed.has(itemId)) return false
      return !filter || filter({ itemId, title: this.#title(item), attributes: this.catalogue[item].attributes })
    }
    const best = topK(scores, n, exclude, allow)
    const recommendations = Array.from(best.indices, (index, at): Recommendation => {
      const item = itemIndex(index)
      return { rank: at + 1, itemId: this.items.idOf(item), title: this.#title(item), score: best.scores[at], attributes: this.catalogue[item].attributes }
    })
    if (recommendations.length === n) return { recommendations }
    const unscored = scores.reduce((count, score) => count + (Number.isNaN(score) ? 1 : 0), 0)
    return {
      recommendations,
      reason: `${n} items were asked for and ${recommendations.length} may be shown: of ${scores.length} items, ${new Set(exclude).size} are excluded or known already, ${unscored} have no score, and the rest does not pass the filters.`,
    }
  }

  #history(user: UserIndex, fittedOnly = false): { items: Int32Array, weights: Float32Array } {
    const { indptr, items, weights, fitted } = this.#contents.history
    const [from, to] = [indptr[user], indptr[user + 1]]
    const own = { items: items.subarray(from, to), weights: weights.subarray(from, to) }
    if (!fittedOnly) return own
    const keep = (_: number, at: number): boolean => fitted[from + at] === 1
    return { items: own.items.filter(keep), weights: own.weights.filter(keep) }
  }

  #readHistory(events: Iterable<HistoryEvent>): { known: { items: Int32Array, weights: Float32Array }, unknownItems: string[] } {
    const weightOf = weightings[this.#contents.history.weighting] as (rating: number) => number
    const weights = new Map<number, number>()
    const unknownItems: string[] = []
    let position = 0
    for (const { itemId, rating, weight } of events) {
      const value = rating ?? weight ?? 1
      if (!(value > 0 && value < Infinity) || (rating !== undefined && weight !== undefined)) {
        throw new MatineeError('ERR_EVENT', `history event ${position} (item ${String(itemId)}) has rating ${String(rating)} and weight ${String(weight)}, expected one number > 0.`)
      }
      const item = this.items.indexOf(String(itemId))
      if (item === undefined) unknownItems.push(String(itemId))
      else if (rating !== undefined) weights.set(item, weightOf(rating))
      else weights.set(item, (weights.get(item) ?? 0) + value)
      position++
    }
    return { known: { items: Int32Array.from(weights.keys()), weights: Float32Array.from(weights.values()) }, unknownItems }
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

function checkN(n: number): number {
  if (Number.isInteger(n) && n >= 1) return n
  throw new MatineeError('ERR_OPTION', `n is ${n}, expected an integer ≥ 1.`)
}
