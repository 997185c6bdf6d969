// The last step: from the best candidates, whichever model scored them, to the list that is shown.
import { attributeSets, type Catalogue } from '../../dataset/index.ts'
import { rowIndices, type Csr } from '../../sparse/index.ts'
import { capCounts } from './caps.ts'
import { byMarginalRelevance, type ScoredItems } from './mmr.ts'
import type { Diversity } from './options.ts'

/** The best candidates that may change places; those behind follow as they stood. The same for every n, so that a list goes on as it began. */
export const POOL = 100

/** What is known of items, for the last step. */
export interface ItemWorld {
  readonly catalogue: Catalogue
  /** attributeSets of the catalogue; absent where it has none. */
  readonly attributes?: Csr
}

const NOTHING = new Int32Array(0)
const laidOut = new WeakMap<Catalogue, ItemWorld>()

/** What the last step looks at, laid out when first asked for and kept as long as the catalogue. */
export function itemWorld(catalogue: Catalogue): ItemWorld {
  const known = laidOut.get(catalogue)
  if (known) return known
  const attributes = attributeSets(catalogue)
  const world = { catalogue, ...(attributes && { attributes }) }
  laidOut.set(catalogue, world)
  return world
}

/** Gives the k best candidates, or of those that pass; fewer only where there are no more. */
export type BestItems = (k: number, passes?: (item: number) => boolean) => ScoredItems

/** Where no more is known than a list of the best: what the caps want besides is not there. */
export const bestOfList = (list: ScoredItems): BestItems => (_, passes) => passes ? { items: [], scores: [] } : list

/**
 * The list after the last step, n items or what the caps leave. Any list is the beginning of every longer one.
 *
 * best: asked for max(n, POOL) candidates first; again, for those that still fit, only where the caps left too few of them.
 * above: items that are shown first whatever the caps say, and count.
 */
export function diversified(
  best: BestItems, n: number, { mmr, caps }: Required<Diversity>, { catalogue, attributes }: ItemWorld, above: readonly number[] = [],
): { readonly items: number[], readonly scores: number[] } {
  const depth = Math.max(n, POOL)
  const counts = capCounts(caps, catalogue)
  above.forEach(counts.add)
  const chosen: { items: number[], scores: number[] } = { items: [], scores: [] }
  const choose = ({ items, scores }: ScoredItems, place: number): void => {
    chosen.items.push(items[place])
    chosen.scores.push(scores[place])
  }
  const goOn = (list: ScoredItems, from: number): void => {
    for (let place = from; place < list.items.length && chosen.items.length < n; place++) {
      if (!counts.admits(list.items[place])) continue
      counts.add(list.items[place])
      choose(list, place)
    }
  }
  const first = best(depth)
  if (mmr > 0) {
    const pool = { items: Array.from(first.items).slice(0, POOL), scores: Array.from(first.scores).slice(0, POOL) }
    const setOf = (item: number): Int32Array => attributes ? rowIndices(attributes, item) : NOTHING
    for (const place of byMarginalRelevance(pool, n, mmr, setOf, counts, above)) choose(first, place)
  }
  goOn(first, mmr > 0 ? POOL : 0)
  for (let found = first.items.length; chosen.items.length < n && found === depth;) {
    const shown = new Set(chosen.items)
    const more = best(depth, item => counts.admits(item) && !shown.has(item))
    found = more.items.length
    goOn(more, 0)
  }
  return chosen
}
