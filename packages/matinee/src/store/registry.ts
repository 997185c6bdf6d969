// All kinds of stores by name; a URL picks. A new one is one file and one line here.
import type { Backend } from './backend.ts'

export interface StoreDefinition {
  /** One sentence. */
  readonly summary: string
  /** Whether the URL is of this kind. */
  matches(url: string): boolean
  /** Loads what it needs, connects, makes the tables unless they must exist, or migrates them. */
  open(url: string, mustExist: boolean): Promise<Backend>
}

export const stores = {
  sqlite: {
    summary: 'One file; one machine.',
    matches: url => !url.includes('://'),
    open: async (url, mustExist) => (await import('./sqlite/sqlite.ts')).openSqlite(url, mustExist),
  },
  postgres: {
    summary: 'A PostgreSQL server; several machines.',
    matches: url => /^postgres(ql)?:\/\//.test(url),
    open: async (url, mustExist) => (await import('./postgres/postgres.ts')).openPostgres(url, mustExist),
  },
} satisfies Record<string, StoreDefinition>
