// The catalogue, and what is decided about its items.
import { itemIndex, type Recommender } from '@matinee/core'
import type { ItemRule } from '../../store/index.ts'
import { knownItem, type Standing } from '../lists.ts'
import type { Service } from '../service.ts'
import { ItemAnswer, ItemPatch, ItemPath, ItemsAnswer, ItemsQuery } from '../wire.ts'
import { route } from './route.ts'

export const items = route({
  method: 'GET',
  url: '/items',
  scope: 'read',
  summary: 'Items whose title or id holds a text.',
  query: ItemsQuery,
  answer: ItemsAnswer,
  errors: [],
  handle({ query: { q, n, offset } }, { standing }) {
    const { version, recommender } = standing.live
    const found = search(recommender, q)
    return { version, items: found.slice(offset, offset + n).map(item => described(standing, item)), total: found.length }
  },
})

export const item = route({
  method: 'GET',
  url: '/items/:item_id',
  scope: 'read',
  summary: 'An item, and what is decided about it.',
  path: ItemPath,
  answer: ItemAnswer,
  errors: ['unknown_item'],
  handle({ path: { item_id: itemId } }, { standing }) {
    return { version: standing.live.version, ...described(standing, knownItem(standing.live.recommender, itemId)) }
  },
})

export const patchItem = route({
  method: 'PATCH',
  url: '/items/:item_id',
  scope: 'write',
  summary: 'Decide about an item: sold out, retired, pinned, boosted, in a list.',
  description: 'In force at the next answer, and kept when the service or the version is another.',
  path: ItemPath,
  body: ItemPatch,
  answer: ItemAnswer,
  errors: ['unknown_item', 'store_unavailable'],
  async handle({ path: { item_id: itemId }, body }, service) {
    const known = knownItem(service.standing.live.recommender, itemId)
    await changeRules(service, rules => new Map([[itemId, patched(rules.get(itemId) ?? {}, body)]]))
    return { version: service.standing.live.version, ...described(service.standing, known) }
  },
})

type Rules = ReadonlyMap<string, ItemRule>
const changing = new WeakMap<Service, Promise<unknown>>()

/** Stores other rules and has them in force. One change after the other, since each begins with what is there. Throws ERR_STORE. */
export function changeRules(service: Service, change: (rules: Rules) => ReadonlyMap<string, ItemRule | null>): Promise<void> {
  const turn = (changing.get(service) ?? Promise.resolve()).then(async () => {
    await service.overlay.follow()
    await service.store.setItemRules(change(service.overlay.rules))
    await service.overlay.follow()
  })
  changing.set(service, turn.catch(() => {})) // whoever asked for it has the error
  return turn
}

function patched(rule: ItemRule, patch: ItemPatch): ItemRule | null {
  const entries = Object.entries({ ...rule, ...patch }).filter(([name, value]) => value !== null && !(name === 'state' && value === 'available'))
  return entries.length === 0 ? null : Object.fromEntries(entries)
}

const described = ({ live: { recommender }, overlay }: Standing, index: number) => {
  const itemId = recommender.items.idOf(itemIndex(index))
  const { title = null, attributes } = recommender.catalogue[index]
  return { item_id: itemId, title, attributes: { ...attributes }, rule: { ...overlay.rules.get(itemId) } }
}

const lowered = new WeakMap<Recommender, readonly string[]>()

// Indices of the items whose title or id holds the text, in the order of the catalogue; the texts are made small once a version.
function search(recommender: Recommender, text: string): number[] {
  let titles = lowered.get(recommender)
  if (!titles) lowered.set(recommender, titles = recommender.catalogue.map(({ title = '' }, index) => `${title}\n${recommender.items.ids[index]}`.toLowerCase()))
  const sought = text.toLowerCase()
  const found: number[] = []
  for (let index = 0; index < titles.length; index++) if (titles[index].includes(sought)) found.push(index)
  return found
}
