// PostgreSQL: the same tables and the same statements, for several machines, or more than one file should hold.
import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import { MatineeError } from '@matinee/core'
import type { Backend } from '../backend.ts'
import { StoreFault } from '../fault.ts'
import { reads } from '../reads.ts'
import { migrate, type Database, type Tables } from '../schema.ts'
import { applyWrites } from '../writes.ts'
import { connectionsTo } from './connections.ts'

/** Any number that no other program is likely to lock. */
const MIGRATION_LOCK = 6_282_346_133

/** Connects, makes or migrates the tables. Throws ERR_STORE, ERR_STORE_NEWER. */
export async function openPostgres(url: string, mustExist: boolean): Promise<Backend> {
  const pool = await connectionsTo(url).catch(outside)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const migrating = (work: (db: Database) => Promise<void>): Promise<void> => db.transaction().execute(async inside => {
    await inside.executeQuery(CompiledQuery.raw(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`))
    await work(inside)
  })
  const head = await migrate(db, 'postgres', migrating, { mustExist }).catch(async (error: unknown) => {
    await db.destroy()
    return outside(error)
  })
  return {
    kind: 'postgres',
    head,
    commit: writes => db.transaction().execute(inside => applyWrites(inside, writes)).catch(outside),
    read: (name, ...args) => (reads[name] as (...all: readonly unknown[]) => ReturnType<typeof reads[typeof name]>)(db, ...args).catch(outside) as never,
    sizeBytes: () => sizeOf(db).catch(outside),
    close: () => db.destroy(),
  }
}

/** Of the tables with their indices. */
async function sizeOf(db: Database): Promise<number> {
  const names = ['matinee_store', 'matinee_events', 'matinee_decisions', 'matinee_api_keys'].map(name => sql`pg_total_relation_size(${sql.lit(name)})`)
  return (await db.selectNoFrom(sql<number>`(${sql.join(names, sql` + `)})::bigint`.as('bytes')).executeTakeFirstOrThrow()).bytes
}

function outside(error: unknown): never {
  throw error instanceof StoreFault ? new MatineeError(error.code, error.message, { cause: error.cause }) : error
}
