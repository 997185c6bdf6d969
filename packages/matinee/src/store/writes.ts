// What is written, in one transaction for all writes that came together: the number of each change, keys seen before, rows.
import { sql } from 'kysely'
import type { ApiKey, Appended, FeedbackEvent, ItemRule, StoredEvent, Undo } from './contract.ts'
import { storedEvent } from './reads.ts'
import type { Database, Tables } from './schema.ts'

/** An event with the time at which the server had it. */
export type ReceivedEvent = FeedbackEvent & { readonly receivedAt: number }

export type Write =
  | { readonly kind: 'append', readonly events: readonly ReceivedEvent[] }
  | { readonly kind: 'undo', readonly which: Undo }
  | { readonly kind: 'rules', readonly rules: ReadonlyMap<string, ItemRule | null> }
  | { readonly kind: 'erase', readonly userId: string, readonly userHash: string }
  | { readonly kind: 'addKey', readonly key: ApiKey }
  | { readonly kind: 'removeKey', readonly name: string }

/** What becomes of each kind of write. */
export interface Outcomes {
  readonly append: readonly Appended[]
  readonly undo: StoredEvent | undefined
  readonly rules: undefined
  /** Number of the step. */
  readonly erase: number
  /** False: there is one of that name. */
  readonly addKey: boolean
  readonly removeKey: boolean
}

type Next = () => number

/** A statement with more rows takes a caller's thread too long to write. */
const ROWS_AT_ONCE = 100

/** Writes all, in this order, and gives what became of each. To be run inside a transaction. */
export async function applyWrites(db: Database, writes: readonly Write[]): Promise<readonly unknown[]> {
  // the first statement: it waits until every other writer has committed, and only then are numbers given
  const head = await db.updateTable('matinee_store').set({ last_sequence: sql`last_sequence` }).where('id', '=', 1)
    .returning('last_sequence').executeTakeFirstOrThrow()
  let sequence = head.last_sequence
  const next: Next = () => ++sequence
  const outcomes: unknown[] = []
  for (let at = 0; at < writes.length; at++) {
    const write = writes[at]
    if (write.kind !== 'append') {
      outcomes.push(await applyOne(db, write, next))
      continue
    }
    // appends side by side are one statement
    const run = [write]
    for (let other = writes[at + 1]; other?.kind === 'append'; other = writes[at + 1]) {
      run.push(other)
      at++
    }
    const appended = await append(db, run.flatMap(({ events }) => events), next)
    let begin = 0
    for (const { events } of run) outcomes.push(appended.slice(begin, begin += events.length))
  }
  if (sequence > head.last_sequence) await db.updateTable('matinee_store').set({ last_sequence: sequence }).where('id', '=', 1).execute()
  return outcomes
}

function applyOne(db: Database, write: Exclude<Write, { kind: 'append' }>, next: Next): Promise<unknown> {
  switch (write.kind) {
    case 'undo': return undo(db, write.which, next)
    case 'rules': return setRules(db, write.rules, next)
    case 'erase': return erase(db, write.userId, write.userHash, next)
    case 'addKey': return addKey(db, write.key)
    case 'removeKey': return removeKey(db, write.name)
  }
}

async function append(db: Database, events: readonly ReceivedEvent[], next: Next): Promise<Appended[]> {
  const known = await knownKeys(db, events)
  const rows: Tables['matinee_events'][] = []
  const appended = events.map((event): Appended => {
    const identity = event.key === undefined ? undefined : identityOf(event.userId, event.key)
    const there = identity === undefined ? undefined : known.get(identity)
    if (there !== undefined) return { sequence: there, duplicate: true }
    const sequence = next()
    if (identity !== undefined) known.set(identity, sequence)
    rows.push({
      sequence, user_id: event.userId, item_id: event.itemId, rating: event.rating ?? null, weight: event.weight ?? null, type: event.type,
      happened_at: event.timestamp, received_at: event.receivedAt, event_key: event.key ?? null, undone_by: null,
    })
    return { sequence, duplicate: false }
  })
  for (const piece of pieces(rows)) await db.insertInto('matinee_events').values(piece).execute()
  return appended
}

/** Numbers of the events that are there already, by user and key. */
async function knownKeys(db: Database, events: readonly ReceivedEvent[]): Promise<Map<string, number>> {
  const known = new Map<string, number>()
  for (const piece of pieces(events.filter(({ key }) => key !== undefined))) {
    const pairs = sql.join(piece.map(({ userId, key }) => sql`(${userId}, ${key})`))
    const rows = await db.selectFrom('matinee_events').select(['user_id', 'event_key', 'sequence'])
      .where(sql<boolean>`(user_id, event_key) in (values ${pairs})`).execute()
    for (const { user_id, event_key, sequence } of rows) known.set(identityOf(user_id, event_key ?? ''), sequence)
  }
  return known
}

// no id and no key holds U+0000
const identityOf = (userId: string, key: string): string => `${userId}\0${key}`

async function undo(db: Database, which: Undo, next: Next): Promise<StoredEvent | undefined> {
  let query = db.selectFrom('matinee_events').selectAll().where('user_id', '=', which.userId).where('undone_by', 'is', null)
  if ('sequence' in which) query = query.where('sequence', '=', which.sequence)
  else if ('key' in which) query = query.where('event_key', '=', which.key)
  else {
    query = query.where('item_id', '=', which.itemId)
    if (which.type !== undefined) query = query.where('type', '=', which.type)
  }
  const row = await query.orderBy('sequence', 'desc').limit(1).executeTakeFirst()
  if (!row) return undefined
  await db.updateTable('matinee_events').set({ undone_by: next() }).where('sequence', '=', row.sequence).execute()
  return storedEvent(row)
}

async function setRules(db: Database, rules: ReadonlyMap<string, ItemRule | null>, next: Next): Promise<undefined> {
  for (const piece of pieces([...rules])) {
    await db.deleteFrom('matinee_decisions').where('kind', '=', 'rule').where('subject', 'in', piece.map(([itemId]) => itemId)).execute()
    await db.insertInto('matinee_decisions').values(piece.map(([subject, rule]) =>
      ({ sequence: next(), kind: 'rule', subject, detail: rule && JSON.stringify(rule) }))).execute()
  }
}

async function erase(db: Database, userId: string, userHash: string, next: Next): Promise<number> {
  await db.deleteFrom('matinee_events').where('user_id', '=', userId).execute()
  await db.deleteFrom('matinee_decisions').where('kind', '=', 'erase').where('subject', '=', userHash).execute()
  const sequence = next()
  await db.insertInto('matinee_decisions').values({ sequence, kind: 'erase', subject: userHash, detail: null }).execute()
  return sequence
}

async function addKey(db: Database, { name, scope, hash, createdAt }: ApiKey): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db.insertInto('matinee_api_keys').values({ name, scope, hash, created_at: createdAt })
    .onConflict(conflict => conflict.column('name').doNothing()).executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

async function removeKey(db: Database, name: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('matinee_api_keys').where('name', '=', name).executeTakeFirst()
  return numDeletedRows > 0n
}

function* pieces<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) yield rows.slice(at, at + ROWS_AT_ONCE)
}
