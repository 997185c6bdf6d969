// The tables of a store, the same in SQLite and PostgreSQL, and how an older store becomes a newer one.
import { randomBytes } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { StoreFault } from './fault.ts'

export interface Tables {
  /** One row. Who updates it holds its lock until the commit: so numbers become visible in their order. */
  readonly matinee_store: { readonly id: number, readonly schema_version: number, readonly secret: string, readonly last_sequence: number }
  readonly matinee_events: {
    readonly sequence: number
    readonly user_id: string
    readonly item_id: string
    readonly rating: number | null
    readonly weight: number | null
    readonly type: string
    /** The client's time, seconds. */
    readonly happened_at: number | null
    /** The server's time, milliseconds. */
    readonly received_at: number
    readonly event_key: string | null
    /** Number of the step that took it back; the row stays, so that its key stays known. */
    readonly undone_by: number | null
  }
  /** The last rule of each item (subject: its id, detail: JSON) and the last erasure of each user (subject: the hash). */
  readonly matinee_decisions: { readonly sequence: number, readonly kind: 'rule' | 'erase', readonly subject: string, readonly detail: string | null }
  readonly matinee_api_keys: { readonly name: string, readonly scope: 'read' | 'write' | 'admin', readonly hash: string, readonly created_at: number }
}

export type StoreKind = 'sqlite' | 'postgres'
export type Database = Kysely<Tables>

/** One step from the schema before it; never edited once it was published. */
export interface Migration {
  readonly version: number
  up(db: Database, kind: StoreKind): Promise<void>
}

const migrations: readonly Migration[] = [
  {
    version: 1,
    async up(db, kind) {
      const whole = kind === 'sqlite' ? 'integer' : 'bigint' // SQLite's own row number is an `integer primary key`
      await db.schema.createTable('matinee_events')
        .addColumn('sequence', whole, column => column.primaryKey())
        .addColumn('user_id', 'text', column => column.notNull())
        .addColumn('item_id', 'text', column => column.notNull())
        .addColumn('rating', 'double precision')
        .addColumn('weight', 'double precision')
        .addColumn('type', 'text', column => column.notNull())
        .addColumn('happened_at', 'double precision')
        .addColumn('received_at', whole, column => column.notNull())
        .addColumn('event_key', 'text')
        .addColumn('undone_by', whole)
        .execute()
      await db.schema.createIndex('matinee_events_key').unique().on('matinee_events').columns(['user_id', 'event_key']).execute()
      await db.schema.createIndex('matinee_events_user').on('matinee_events').columns(['user_id', 'sequence']).execute()
      await db.schema.createIndex('matinee_events_undone').on('matinee_events').column('undone_by').where('undone_by', 'is not', null).execute()
      await db.schema.createTable('matinee_decisions')
        .addColumn('sequence', whole, column => column.primaryKey())
        .addColumn('kind', 'text', column => column.notNull())
        .addColumn('subject', 'text', column => column.notNull())
        .addColumn('detail', 'text')
        .addUniqueConstraint('matinee_decisions_subject', ['kind', 'subject'])
        .execute()
      await db.schema.createTable('matinee_api_keys')
        .addColumn('name', 'text', column => column.primaryKey())
        .addColumn('scope', 'text', column => column.notNull())
        .addColumn('hash', 'text', column => column.notNull())
        .addColumn('created_at', whole, column => column.notNull())
        .execute()
    },
  },
]

const newest = (steps: readonly Migration[]): number => steps.at(-1)?.version ?? 0

/** What stands in the store's one row. */
export interface Head {
  readonly schemaVersion: number
  /** Hex, 32 bytes; the key of `hashOf`. */
  readonly secret: string
}

/**
 * Makes the tables of an empty database, or brings older ones up to date. `transact` runs work alone among all processes and
 * commits it whole. Throws ERR_STORE_NEWER for a schema of a newer matinee.
 */
export async function migrate(
  db: Database, kind: StoreKind, transact: (work: (db: Database) => Promise<void>) => Promise<void>,
  { steps = migrations, mustExist = false }: { readonly steps?: readonly Migration[], readonly mustExist?: boolean } = {},
): Promise<Head> {
  const found = await headOf(db)
  if (found && found.schemaVersion > newest(steps)) {
    throw new StoreFault('ERR_STORE_NEWER', `the store has schema ${found.schemaVersion}, expected ${newest(steps)} or older.`)
  }
  if (found?.schemaVersion === newest(steps)) return found
  if (!found && mustExist) throw new StoreFault('ERR_STORE', 'there is no store in this database yet.')
  await transact(async inside => {
    await createHead(inside)
    const { schemaVersion } = await headOf(inside) ?? { schemaVersion: 0 } // another process may have been first
    for (const step of steps.filter(({ version }) => version > schemaVersion)) await step.up(inside, kind)
    await inside.updateTable('matinee_store').set({ schema_version: newest(steps) }).where('schema_version', '<', newest(steps)).execute()
  })
  return migrate(db, kind, transact, { steps })
}

async function createHead(db: Database): Promise<void> {
  await db.schema.createTable('matinee_store').ifNotExists()
    .addColumn('id', 'integer', column => column.primaryKey())
    .addColumn('schema_version', 'integer', column => column.notNull())
    .addColumn('secret', 'text', column => column.notNull())
    .addColumn('last_sequence', 'bigint', column => column.notNull())
    .execute()
  await db.insertInto('matinee_store').values({ id: 1, schema_version: 0, secret: randomBytes(32).toString('hex'), last_sequence: 0 })
    .onConflict(conflict => conflict.column('id').doNothing()).execute()
}

async function headOf(db: Database): Promise<Head | undefined> {
  try {
    const row = await db.selectFrom('matinee_store').select(['schema_version', 'secret']).where('id', '=', sql.lit(1)).executeTakeFirst()
    return row && { schemaVersion: row.schema_version, secret: row.secret }
  } catch (error) {
    if (saysNoTable(error)) return undefined
    throw error
  }
}

// 42P01: PostgreSQL's undefined_table, in whatever language it says so; SQLite has words only
const saysNoTable = (error: unknown): boolean => error instanceof Error
  && (/^no such table/.test(error.message) || (error instanceof StoreFault && error.cause instanceof Error && 'code' in error.cause && error.cause.code === '42P01'))
