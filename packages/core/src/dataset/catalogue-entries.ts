// What somebody's own program knows of an item, as the catalogue keeps it.
import { MatineeError } from '../base/index.ts'
import type { Attribute, ItemInfo } from './catalogue.ts'
import { show } from './show.ts'

/** An item's id, title and attributes. An attribute that is null or undefined is one the item does not have. */
export interface CatalogueEntry {
  readonly itemId: string | number
  readonly title?: string | null
  readonly [attribute: string]: Attribute | null | undefined
}

/** The id as text and what is known; throws ERR_EVENT for a field of the wrong kind. position counts from 0. */
export function itemInfoOf(entry: CatalogueEntry, position: number): [itemId: string, info: ItemInfo] {
  if (typeof entry !== 'object' || entry === null) throw badEntry(position, 'itself', entry, 'an object with itemId')
  const { itemId, title, ...rest } = entry
  if (typeof itemId === 'string' ? itemId === '' : !Number.isSafeInteger(itemId)) {
    throw badEntry(position, 'itemId', itemId, 'a string that is not empty, or a safe integer')
  }
  if (title !== undefined && title !== null && typeof title !== 'string') throw badEntry(position, 'title', title, 'a string')
  const attributes: [string, Attribute][] = []
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || value === null) continue
    if (!isAttribute(value)) throw badEntry(position, name, value, 'a string, a finite number, true, false or an array of strings')
    attributes.push([name, value])
  }
  return [String(itemId), { ...(typeof title === 'string' && { title }), attributes: Object.fromEntries(attributes) }]
}

function isAttribute(value: unknown): value is Attribute {
  if (Array.isArray(value)) return value.every(part => typeof part === 'string')
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}

const badEntry = (position: number, field: string, value: unknown, expected: string): MatineeError =>
  new MatineeError('ERR_EVENT', `items entry ${position} (counted from 0): ${field} is ${show(value)}, expected ${expected}.`)
