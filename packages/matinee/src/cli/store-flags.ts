// Which store a command means.
import type { Command } from 'commander'
import { join } from 'node:path'
import { DEFAULT_ARTIFACTS, folder } from './open-artifacts.ts'
import type { Io } from './io.ts'

/** Beside the versions. */
const STORE_FILE = 'feedback.sqlite'

/** Adds --store. */
export function addStoreFlag(command: Command): void {
  command.option('--store <url>', 'a SQLite file, or postgres://user@host/database', `${DEFAULT_ARTIFACTS}/${STORE_FILE}`)
}

/** The store that was named; a relative file counts from where the command was started. */
export function storeUrl(options: Readonly<Record<string, unknown>>, io: Io): string {
  const url = options.store as string
  return url.includes('://') ? url : folder(join(url), io)
}

/** As people may see it: without user and password. */
export const shownStore = (options: Readonly<Record<string, unknown>>): string => (options.store as string).replace(/\/\/.*@/, '//')
