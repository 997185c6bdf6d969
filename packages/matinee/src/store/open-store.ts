// A store by its URL.
import { MatineeError } from '@matinee/core'
import { storeOver } from './backend.ts'
import type { Store } from './contract.ts'
import { stores, type StoreDefinition } from './registry.ts'

export interface OpenStoreOptions {
  /** The server's clock, milliseconds since 1970. Default: the machine's. */
  readonly now?: () => number
  /** Refuse a place where there is no store yet, instead of making one. Default: false. */
  readonly mustExist?: boolean
}

/**
 * Opens the store that `url` names, `postgres://…` or else the path of a SQLite file; makes it where there is none, and brings
 * an older one up to date.
 *
 * Throws ERR_STORE where it cannot be reached, written, or is something else; ERR_STORE_NEWER where a newer matinee wrote it;
 * ERR_STORE_BUSY where another process keeps it locked; ERR_OPTION for a URL of no known kind.
 */
export async function openStore(url: string, { now = Date.now, mustExist = false }: OpenStoreOptions = {}): Promise<Store> {
  const known: readonly StoreDefinition[] = Object.values(stores)
  const definition = known.find(({ matches }) => matches(url))
  if (!definition || url === '') {
    throw new MatineeError('ERR_OPTION', `the store is ${JSON.stringify(url.replace(/\/\/.*@/, '//'))}, expected postgres://… or the path of a file.`)
  }
  return storeOver(await definition.open(url, mustExist), now)
}
