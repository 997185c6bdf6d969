// Connections to a PostgreSQL server: a few, made when needed, thrown away when they break, each wait with an end.
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { StoreFault } from '../fault.ts'

/** One commits, the others answer questions. */
const MAX_CONNECTIONS = 4
const CONNECT_MS = 5_000
/** For one statement, by our clock and the server's; and so long a silent process may hold its locks. */
const STATEMENT_MS = 15_000
const INT8 = 20

/** Throws ERR_STORE where the package `pg` is missing or the URL is none. */
export async function connectionsTo(url: string): Promise<PostgresPool> {
  const place = placeOf(url)
  const { Pool, types } = await loadPg()
  const pool = new Pool({
    connectionString: url, max: MAX_CONNECTIONS, connectionTimeoutMillis: CONNECT_MS, query_timeout: STATEMENT_MS, statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS, keepAlive: true, allowExitOnIdle: true, application_name: 'matinee',
    onConnect: syncCommits as (client: pg.ClientBase) => void, // awaited by the pool, whatever its type says
    // sequence numbers and counts stay below 2⁵³
    types: { getTypeParser: (id: number, format?: 'text' | 'binary') => id === INT8 ? Number : types.getTypeParser(id, format as 'text') },
  })
  pool.on('error', () => undefined) // an idle connection broke: the pool has thrown it away, the next call makes another
  return { options: {}, end: () => pool.end(), connect: () => checkOut(pool, place) }
}

/** Whoever turned it off for the server or the role did not mean what was promised to be on the disk. */
const syncCommits = (client: pg.ClientBase): Promise<unknown> => client.query(
  'select set_config(\'synchronous_commit\', \'on\', false) where current_setting(\'synchronous_commit\') in (\'off\', \'local\')')

/** A connection whose faults are StoreFaults. After one that is not the server's answer to a statement it is not used again. */
async function checkOut(pool: pg.Pool, place: string): Promise<PostgresPoolClient> {
  const client = await pool.connect().catch((error: unknown) => { throw faultOf(error, place) })
  let broken: StoreFault | undefined
  const breakDown = (error: unknown): void => { broken ??= faultOf(error, place) }
  client.on('error', breakDown) // between two statements nobody else listens
  return {
    async query<Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
      if (broken) throw broken
      try {
        return await client.query(text, [...values]) as unknown as PostgresQueryResult<Row>
      } catch (error) {
        const fault = text === 'commit' ? lostCommit(error, place) : faultOf(error, place)
        if (!isAnswer(error)) broken = fault // what a rollback will say as well
        throw fault
      }
    },
    release(discard?: boolean) {
      client.off('error', breakDown)
      releaseTo(client, discard === true || broken !== undefined)
    },
  } as PostgresPoolClient // cursors are not used
}

const releaseTo = (client: pg.PoolClient, discard: boolean): void => client.release(discard)

async function loadPg(): Promise<typeof pg> {
  try {
    return (await import('pg')).default
  } catch (error) {
    throw new StoreFault('ERR_STORE', 'a store in PostgreSQL needs the package pg, which is not installed: npm install pg', { cause: error })
  }
}

/** The URL without user, password and options. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) throw new StoreFault('ERR_STORE', 'the store\'s URL is none, expected postgres://user:password@host:port/database.')
  const { host, pathname } = new URL(url)
  return `postgres://${host}${pathname}`
}

interface ServerError extends Error { readonly code: string, readonly severity: string }
const isServerError = (error: unknown): error is ServerError => error instanceof Error && 'severity' in error && 'code' in error

/** Whether the server refused a statement and goes on listening. */
const isAnswer = (error: unknown): boolean => isServerError(error) && !['FATAL', 'PANIC'].includes(error.severity)

function faultOf(error: unknown, place: string): StoreFault {
  if (error instanceof StoreFault) return error
  const told = error instanceof AggregateError && error.message === '' ? error.errors[0] as unknown : error // one for each address
  const message = told instanceof Error ? told.message : String(told)
  const what = isServerError(told) ? `${message} (${told.code})` : `the server cannot be reached: ${message}`
  return new StoreFault('ERR_STORE', `${place}: ${what}.`, { cause: error })
}

// Sent and not answered: done or not, only the server knows. To send it again would make two of an event without a key.
function lostCommit(error: unknown, place: string): StoreFault {
  const { message } = faultOf(error, place)
  return new StoreFault('ERR_STORE', `${message} It is not known whether the last commit was done; events with a key may be sent again.`, { cause: error })
}
