// What a recommender is asked and what it answers.
import type { ItemId, RunContext, UserId } from '../base/index.ts'
import type { Attribute, Timestamp } from '../dataset/index.ts'
import type { FeatureShares, History } from '../model/index.ts'
import type { Diversity } from '../rank/index.ts'

/** One place of a list. */
export interface Recommendation {
  /** From 1. With `mmr` or `caps` a place may have a greater score than the one above. */
  readonly rank: number
  readonly itemId: ItemId
  /** As published; null where the catalogue has none. */
  readonly title: string | null
  readonly score: number
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** How long a list is, what may stand in it, and how alike it may be; everything is applied before the list is cut. */
export interface RecommendOptions extends Diversity {
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

/** As RecommendOptions, for many users; a filter is asked once for each item. */
export interface RecommendAllOptions extends RecommendOptions, RunContext {
  /** Whom to recommend to, in this order; default all users. */
  readonly users?: Iterable<string | number>
}

/** One user's list. */
export interface UserRecommendations extends RecommendationList {
  readonly userId: UserId
}

/** A history item of somebody who need not be known: by rating, by weight, or as one plain event. */
export interface HistoryEvent {
  readonly itemId: string | number
  /** > 0 */
  readonly rating?: number
  /** > 0 */
  readonly weight?: number
  /** When it was, for a model that looks at times; where it is not given it is not known. */
  readonly timestamp?: Timestamp
}

/** A history of somebody's own as a model takes it. Who asks by it more than once keeps it: it is folded in once. */
export interface ReadHistory {
  /** The latest of a repeated item stands where it came last. */
  readonly known: History
  readonly unknownItems: readonly string[]
}

/** A score, taken apart by the items of the history, or by features. */
export interface Explanation {
  readonly itemId: string
  readonly title: string | null
  readonly score: number
  /** Greatest first; the contributions sum to the score. Empty for a model that scores by features. */
  readonly contributions: readonly { readonly itemId: ItemId, readonly title: string | null, readonly contribution: number }[]
  /** For a model that scores by features: base + their contributions is the score; greatest first. */
  readonly byFeature?: Omit<FeatureShares, 'score'>
}
