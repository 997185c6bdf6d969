// The flag that names a store.
import type { Command } from 'commander'
import { isAbsolute, join } from 'node:path'
import type { Io } from './io.ts'

/** Adds --store. */
export function addStoreFlag(command: Command): void {
  command.option('--store <url>', 'where feedback lives: a file, or postgres://… (default feedback.sqlite in the folder of the versions)')
}

/** The store that is meant. dir: the artifacts folder. */
export function storeUrl({ store }: Readonly<Record<string, unknown>>, dir: string, { cwd }: Io): string {
  if (store === undefined) return join(dir, 'feedback.sqlite')
  return String(store).includes('://') || isAbsolute(String(store)) ? String(store) : join(cwd, String(store))
}
