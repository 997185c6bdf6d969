// Beginning a fit where a version stands: its users and items are found again by their ids.
import { IdMap, type Dataset } from '../dataset/index.ts'
import type { Start } from '../model/index.ts'
import type { VersionContents } from './version.ts'

/** The version as a start for a fit on the dataset. */
export function startOf(
  { state, userIds, itemIds }: Pick<VersionContents, 'state' | 'userIds' | 'itemIds'>, { users, items }: Pick<Dataset, 'users' | 'items'>,
): Start {
  const placesOf = (ids: readonly string[], before: readonly string[]): Int32Array => {
    const known = new IdMap<string, number>(before)
    return Int32Array.from(ids, id => known.indexOf(id) ?? -1)
  }
  return { state, users: placesOf(users.ids, userIds), items: placesOf(items.ids, itemIds) }
}
