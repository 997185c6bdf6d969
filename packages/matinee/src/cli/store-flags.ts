// Which store a command means.
import type { Command } from 'commander'
import { join } from 'node:path'
import { DEFAULT_ARTIFACTS, folder } from './open-artifacts.ts'
import type { Io } from './io.ts'

/** Beside the versions. */
const STORE_FILE = 'feedback.sqlite'

/** Adds --store. */
export function addStoreFlag(command: Command): void {
  command.option('--store <url>', `a SQLite file, or postgres://user@host/database (default ${STORE_FILE} beside the versions)`)
}

/** The store that was named; a relative file counts from where the command was started. */
export function storeUrl(options: Readonly<Record<string, unknown>>, io: Io): string {
  const url = named(options)
  return url.includes('://') ? url : folder(join(url), io)
}

/** As people may see it: without user and password. */
export const shownStore = (options: Readonly<Record<string, unknown>>): string => named(options).replace(/\/\/.*@/, '//')

const named = ({ store, artifacts = DEFAULT_ARTIFACTS }: Readonly<Record<string, unknown>>): string => String(store ?? join(String(artifacts), STORE_FILE))
