// The last step of a list that was put together outside of the recommender, as by rules.
import type { ItemId, ItemIndex } from '../base/index.ts'
import { checkedDiversity, diversified, itemWorld, type BestItems, type Diversity } from '../rank/index.ts'
import type { Recommendation } from './contract.ts'
import type { Recommender } from './recommender.ts'

/** Gives the k best of a list, or of those that pass; fewer only where there are no more. */
export type BestPlaces = (k: number, passes?: (place: { readonly itemId: ItemId }) => boolean) => readonly Recommendation[]

/**
 * n places with new ranks: `above` as they stand, then what the last step makes of the others; fewer where there are no more. Items of
 * `above` count for caps and likeness, and stand whatever the caps say. Throws ERR_OPTION as checkedDiversity.
 */
export function diversifyList(
  { items, catalogue }: Recommender, best: BestPlaces, n: number, options: Diversity, above: readonly Recommendation[] = [],
): Recommendation[] {
  const first = above.slice(0, n)
  const rest = n - first.length
  const indexOf = ({ itemId }: { readonly itemId: ItemId }): number => items.indexOf(itemId) as ItemIndex
  const placeOf = new Map<number, Recommendation>()
  const ask: BestItems = (k, passes) => {
    const list = best(k, passes && (place => passes(indexOf(place))))
    for (const place of list) placeOf.set(indexOf(place), place)
    return { items: list.map(indexOf), scores: list.map(({ score }) => score) }
  }
  const diversity = checkedDiversity(options, catalogue)
  const chosen = diversity ? diversified(ask, rest, diversity, itemWorld(catalogue), first.map(indexOf)) : ask(rest)
  const others = Array.from(chosen.items, item => placeOf.get(item) as Recommendation)
  return [...first, ...others].map((place, at) => ({ ...place, rank: at + 1 }))
}
