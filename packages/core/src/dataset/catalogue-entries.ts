// What somebody's own program knows of an item or a user, as the catalogue keeps it.
import { MatineeError } from '../base/index.ts'
import type { Attribute, ItemInfo } from './catalogue.ts'
import { show } from './show.ts'

/** An item's id, title and attributes. An attribute that is null or undefined is one the item does not have. */
export interface CatalogueEntry {
  readonly itemId: string | number
  readonly title?: string | null
  readonly [attribute: string]: Attribute | null | undefined
}

/** A user's id and attributes, as those of an item. */
export interface UserEntry {
  readonly userId: string | number
  readonly [attribute: string]: Attribute | null | undefined
}

/** The id as text and what is known; throws ERR_EVENT for a field of the wrong kind. position counts from 0. */
export function itemInfoOf(entry: CatalogueEntry, position: number): [itemId: string, info: ItemInfo] {
  if (typeof entry !== 'object' || entry === null) throw badEntry('items', position, 'itself', entry, 'an object with itemId')
  const { itemId, title, ...rest } = entry
  checkId('items', position, 'itemId', itemId)
  if (title !== undefined && title !== null && typeof title !== 'string') throw badEntry('items', position, 'title', title, 'a string')
  return [String(itemId), { ...(typeof title === 'string' && { title }), attributes: attributesOf('items', position, rest) }]
}

/** The same of a user, who has no title. */
export function userInfoOf(entry: UserEntry, position: number): [userId: string, info: ItemInfo] {
  if (typeof entry !== 'object' || entry === null) throw badEntry('users', position, 'itself', entry, 'an object with userId')
  const { userId, ...rest } = entry
  checkId('users', position, 'userId', userId)
  return [String(userId), { attributes: attributesOf('users', position, rest) }]
}

function checkId(of: string, position: number, field: string, id: unknown): void {
  const isId = typeof id === 'string' ? id !== '' : Number.isSafeInteger(id)
  if (!isId) throw badEntry(of, position, field, id, 'a string that is not empty, or a safe integer')
}

function attributesOf(of: string, position: number, fields: Readonly<Record<string, unknown>>): Record<string, Attribute> {
  const attributes: [string, Attribute][] = []
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue
    if (!isAttribute(value)) throw badEntry(of, position, name, value, 'a string, a finite number, true, false or an array of strings')
    attributes.push([name, value])
  }
  return Object.fromEntries(attributes)
}

function isAttribute(value: unknown): value is Attribute {
  if (Array.isArray(value)) return value.every(part => typeof part === 'string')
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}

const badEntry = (of: string, position: number, field: string, value: unknown, expected: string): MatineeError =>
  new MatineeError('ERR_EVENT', `${of} entry ${position} (counted from 0): ${field} is ${show(value)}, expected ${expected}.`)
