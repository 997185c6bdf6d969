// What rules of items make of a list: hidden, pinned, boosted. A list with rules is put together from exact lists without them.
import { diversifyList, type BestPlaces, type RecommendationList, type Recommendation, type Recommender, type RecommendOptions } from '@matinee/core'
import type { ItemRule } from '../store/index.ts'

/** Gives the best n of what the options allow. */
export type Ask = (options: RecommendOptions) => RecommendationList

/** Rules as lists need them. */
export interface CompiledRules {
  readonly hidden: readonly string[]
  /** If given, only these may be shown. */
  readonly included?: readonly string[]
  /** In the order in which they are shown. */
  readonly pinned: readonly string[]
  readonly boosts: ReadonlyMap<string, number>
}

/** undefined where no rule says anything. */
export function compileRules(rules: ReadonlyMap<string, ItemRule>): CompiledRules | undefined {
  const entries = [...rules]
  const isHidden = ({ state = 'available', list }: ItemRule): boolean => state !== 'available' || list === 'block'
  const included = entries.filter(([, { list }]) => list === 'include').map(([itemId]) => itemId)
  const shown = entries.filter(([, rule]) => !isHidden(rule))
  const compiled = {
    hidden: entries.filter(([, rule]) => isHidden(rule)).map(([itemId]) => itemId),
    ...(included.length > 0 && { included }),
    pinned: shown.filter(([, { pinned }]) => pinned !== undefined)
      .sort(([idA, a], [idB, b]) => (a.pinned as number) - (b.pinned as number) || (idA < idB ? -1 : 1)).map(([itemId]) => itemId),
    boosts: new Map(shown.flatMap(([itemId, { boost = 1 }]) => boost === 1 ? [] : [[itemId, boost] as const])),
  }
  return compiled.hidden.length + included.length + compiled.pinned.length + compiled.boosts.size > 0 ? compiled : undefined
}

/** A list's options, with the places that are left out before the first. */
export type ListOptions = Omit<RecommendOptions, 'n'> & { readonly n: number, readonly offset: number }

/**
 * The list that `ask` gives, by the rules. Pinned items come first; boosted ones stand where their new scores put them: the best of the
 * others and all boosted ones are merged, so nothing is missed. mmr and caps come last, over all places up to the last one asked for.
 * Throws ERR_OPTION for what they cannot do with the catalogue.
 */
export function ruledList(ask: Ask, options: ListOptions, rules: CompiledRules | undefined, recommender: Recommender): RecommendationList {
  const { n, offset, mmr, caps } = options
  const wanted = n + offset
  const all = mmr !== undefined || caps !== undefined ? withLastStep(ask, wanted, options, rules, recommender)
    : rules ? withRules(ask, wanted, options, rules) : ask(offset === 0 ? options : { ...options, n: wanted }).recommendations
  const shown = offset === 0 ? all : all.slice(offset)
  if (shown.length === n) return { recommendations: shown }
  const places = offset === 0 ? `${n} items were` : `places ${offset + 1} to ${wanted} were`
  const limits = caps ? 'rules, filters, caps or the request' : 'rules, filters or the request'
  const reason = `${places} asked for and ${shown.length} can be shown: of ${recommender.items.size} items the others are known to the user already, left out by ${limits}, or have no score.`
  return { recommendations: shown, reason }
}

function withLastStep(
  ask: Ask, wanted: number, { mmr, caps, ...options }: ListOptions, rules: CompiledRules | undefined, recommender: Recommender,
): readonly Recommendation[] {
  const diversity = { ...(mmr !== undefined && { mmr }), ...(caps && { caps }) }
  const { filter } = options
  const passing = (passes: Parameters<BestPlaces>[1]): RecommendOptions =>
    ({ ...options, ...(passes && { filter: item => passes(item) && (!filter || filter(item)) }) })
  if (!rules) return diversifyList(recommender, (k, passes) => ask({ ...passing(passes), n: k }).recommendations, wanted, diversity)
  const best: BestPlaces = (k, passes) => othersOf(ask, k, passing(passes), rules)
  return diversifyList(recommender, best, wanted, diversity, pinnedOf(ask, options, rules))
}

function withRules(ask: Ask, wanted: number, options: RecommendOptions, rules: CompiledRules): readonly Recommendation[] {
  const first = pinnedOf(ask, options, rules).slice(0, wanted)
  return [...first, ...othersOf(ask, wanted - first.length, options, rules)].map((one, at) => ({ ...one, rank: at + 1 }))
}

// In the order in which they are shown.
function pinnedOf(ask: Ask, options: RecommendOptions, { hidden, included, pinned }: CompiledRules): readonly Recommendation[] {
  const place = new Map(pinned.map((itemId, at) => [itemId, at]))
  const list = listOf(ask, options, both(both(included, options.allow), pinned), [...options.exclude ?? [], ...hidden])
  return [...list].sort((a, b) => (place.get(a.itemId) as number) - (place.get(b.itemId) as number))
}

// The best that are not pinned.
function othersOf(ask: Ask, n: number, options: RecommendOptions, { hidden, included, pinned, boosts }: CompiledRules): readonly Recommendation[] {
  if (n === 0) return []
  const allow = both(included, options.allow)
  const exclude = [...options.exclude ?? [], ...hidden, ...pinned]
  const boosted = listOf(ask, options, both(allow, boosts.keys()), exclude).map(one => ({ ...one, score: boostedScore(one.score, boosts.get(one.itemId) as number) }))
  const others = ask({ ...options, n, exclude: [...exclude, ...boosts.keys()], ...(allow && { allow }) }).recommendations
  // a stable sort: of equal scores an item that is not boosted comes first
  return boosted.length === 0 ? others : [...others, ...boosted].sort((a, b) => b.score - a.score).slice(0, n)
}

// All of some items that may be shown.
const listOf = (ask: Ask, options: RecommendOptions, allow: readonly string[] = [], exclude: readonly string[]): readonly Recommendation[] =>
  allow.length === 0 ? [] : ask({ ...options, n: allow.length, allow, exclude }).recommendations

const boostedScore = (score: number, boost: number): number => score < 0 ? score / boost : score * boost

// What is in both, where both are given.
function both(a: Iterable<string> | undefined, b: Iterable<string> | undefined): readonly string[] | undefined {
  if (!a || !b) return a || b ? [...(a ?? b) as Iterable<string>] : undefined
  const of = new Set(a)
  return [...new Set(b)].filter(id => of.has(id))
}
