// The include and the block list, as wholes.
import type { ItemRule } from '../../store/index.ts'
import type { Service } from '../service.ts'
import { ListAnswer, ListBody, ListPath } from '../wire.ts'
import { changeRules } from './items.ts'
import { route } from './route.ts'

export const list = route({
  method: 'GET',
  url: '/lists/:list',
  scope: 'read',
  summary: 'The items of the include or of the block list.',
  path: ListPath,
  answer: ListAnswer,
  errors: [],
  handle({ path }, service) {
    return listNow(service, path.list)
  },
})

export const putList = route({
  method: 'PUT',
  url: '/lists/:list',
  scope: 'write',
  summary: 'Replace the include or the block list.',
  description: 'An item is in one of them at most. Where the include list has any item, only its items are shown. Items that the version does not have may stand in it.',
  path: ListPath,
  body: ListBody,
  answer: ListAnswer,
  errors: ['too_large', 'store_unavailable'],
  async handle({ path, body: { item_ids: itemIds } }, service) {
    const name = path.list as 'include' | 'block'
    await changeRules(service, rules => {
      const listed = new Set(itemIds)
      const left = [...rules].filter(([itemId, { list: own }]) => own === name && !listed.has(itemId))
      return new Map<string, ItemRule | null>([
        ...left.map(([itemId, { list: _, ...rest }]): [string, ItemRule | null] => [itemId, Object.keys(rest).length === 0 ? null : rest]),
        ...itemIds.map((itemId): [string, ItemRule] => [itemId, { ...rules.get(itemId), list: name }]),
      ])
    })
    return listNow(service, name)
  },
})

function listNow({ standing: { overlay, live } }: Service, name: string) {
  const itemIds = [...overlay.rules].filter(([, rule]) => rule.list === name).map(([itemId]) => itemId)
  return { list: name, item_ids: itemIds, unknown_items: itemIds.filter(itemId => live.recommender.items.indexOf(itemId) === undefined) }
}
