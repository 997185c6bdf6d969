// What is asked of a store.
import { sql } from 'kysely'
import type { ApiKey, Change, ItemRule, StoredEvent } from './contract.ts'
import type { Database, Tables } from './schema.ts'

/** Every question by name; the answers are data that may cross a thread. */
export const reads = { changesAfter, eventsOf, erasedUsers, apiKeys, counts }

export type Reads = typeof reads
export type ReadName = keyof Reads
export type ReadArguments<Name extends ReadName> = Reads[Name] extends (db: Database, ...rest: infer Rest) => unknown ? Rest : never
export type Answer<Name extends ReadName> = Awaited<ReturnType<Reads[Name]>>

/** A row of the table as an event; what is null stays out. */
export function storedEvent(row: Tables['matinee_events']): StoredEvent {
  return {
    sequence: row.sequence, userId: row.user_id, itemId: row.item_id, type: row.type, timestamp: row.happened_at, receivedAt: row.received_at,
    ...(row.rating !== null && { rating: row.rating }), ...(row.weight !== null && { weight: row.weight }), ...(row.event_key !== null && { key: row.event_key }),
  }
}

/** All numbers up to the one in the store's row are committed; what comes while this reads is left to the next call. */
async function changesAfter(db: Database, after: number, limit: number): Promise<readonly Change[]> {
  const last = await lastSequence(db)
  if (last <= after) return []
  const events = await db.selectFrom('matinee_events').selectAll().where('sequence', '>', after).where('sequence', '<=', last)
    .where('undone_by', 'is', null).orderBy('sequence').limit(limit).execute()
  const undone = await db.selectFrom('matinee_events').select(['sequence', 'user_id', 'undone_by']).where('undone_by', '>', after)
    .where('undone_by', '<=', last).orderBy('undone_by').limit(limit).execute()
  const decisions = await db.selectFrom('matinee_decisions').selectAll().where('sequence', '>', after).where('sequence', '<=', last)
    .orderBy('sequence').limit(limit).execute()
  const changes: Change[] = events.map(row => ({ sequence: row.sequence, kind: 'event', event: storedEvent(row) }))
  for (const row of undone) changes.push({ sequence: Number(row.undone_by), kind: 'undo', undone: row.sequence, userId: row.user_id })
  for (const { sequence, kind, subject, detail } of decisions) {
    changes.push(kind === 'erase' ? { sequence, kind, userHash: subject }
      : { sequence, kind, itemId: subject, rule: detail === null ? null : JSON.parse(detail) as ItemRule })
  }
  return changes.sort((a, b) => a.sequence - b.sequence).slice(0, limit)
}

async function lastSequence(db: Database): Promise<number> {
  return (await db.selectFrom('matinee_store').select('last_sequence').where('id', '=', 1).executeTakeFirstOrThrow()).last_sequence
}

async function eventsOf(db: Database, userId: string): Promise<readonly StoredEvent[]> {
  const rows = await db.selectFrom('matinee_events').selectAll().where('user_id', '=', userId).where('undone_by', 'is', null)
    .orderBy('sequence').execute()
  return rows.map(storedEvent)
}

async function erasedUsers(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom('matinee_decisions').select(['subject', 'sequence']).where('kind', '=', 'erase').orderBy('sequence').execute()
  return new Map(rows.map(({ subject, sequence }) => [subject, sequence]))
}

async function apiKeys(db: Database): Promise<readonly ApiKey[]> {
  const rows = await db.selectFrom('matinee_api_keys').selectAll().orderBy('created_at').orderBy('name').execute()
  return rows.map(({ name, scope, hash, created_at }) => ({ name, scope, hash, createdAt: created_at }))
}

async function counts(db: Database): Promise<{ events: number, users: number, items: number, rules: number, erasedUsers: number, lastSequence: number }> {
  const of = await db.selectFrom('matinee_events').where('undone_by', 'is', null)
    .select(sql<number>`count(*)`.as('events')).select(sql<number>`count(distinct user_id)`.as('users'))
    .select(sql<number>`count(distinct item_id)`.as('items')).executeTakeFirstOrThrow()
  const decisions = await db.selectFrom('matinee_decisions').select('kind').select(sql<number>`count(*)`.as('all'))
    .select(sql<number>`count(detail)`.as('with_detail')).groupBy('kind').execute()
  const decided = new Map(decisions.map(row => [row.kind, row]))
  return { ...of, rules: decided.get('rule')?.with_detail ?? 0, erasedUsers: decided.get('erase')?.all ?? 0, lastSequence: await lastSequence(db) }
}
