// A SQLite file, opened so that what is committed is on the disk. Everything here blocks: it runs in a worker.
import { closeSync, existsSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { StoreFault } from '../fault.ts'
import { migrate, type Database, type Head, type Tables } from '../schema.ts'

export interface SqliteFile {
  readonly db: Database
  readonly head: Head
  /** Runs work alone among all processes; all of it is on the disk afterwards, or none. */
  transact<T>(work: (db: Database) => Promise<T>): Promise<T>
  /**
   * Writes the log back into the file and cuts it to nothing, so that deleted rows are nowhere any more. Gives whether it could: not while
   * another process reads, or where the disk is full; a reader is waited for where `waits` says so.
   */
  truncateLog(waits: boolean): boolean
  close(): void
}

/** How long a lock of another process is waited for. */
const BUSY_MS = 5_000
/** How long two processes that create the file at once may be in each other's way. */
const CREATE_MS = 10_000

/** Who had what, and the secret of the erased: nobody else's business. */
const OWNER_ONLY = 0o600

/** Opens or creates; brings the schema up to date. Throws ERR_STORE, ERR_STORE_NEWER, ERR_STORE_BUSY. */
export async function openFile(path: string): Promise<SqliteFile> {
  const deadline = Date.now() + CREATE_MS
  for (;;) {
    try {
      return await tryToOpen(path)
    } catch (error) {
      // a switch to WAL needs the file alone and does not wait for it
      if (!isBusy(error) || Date.now() > deadline) throw faultOf(error, path)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

async function tryToOpen(path: string): Promise<SqliteFile> {
  const folder = dirname(path)
  if (!existsSync(folder)) throw new StoreFault('ERR_STORE', `cannot open ${path}: there is no folder ${folder}.`)
  if (!existsSync(path)) createForOwner(path)
  const file = new BetterSqlite3(path, { timeout: BUSY_MS })
  try {
    refuseOtherTables(file, path)
    const mode = file.pragma('journal_mode = WAL', { simple: true })
    if (mode !== 'wal') throw new StoreFault('ERR_STORE', `cannot open ${path}: its journal is "${String(mode)}", expected a file system that allows WAL.`)
    file.pragma('synchronous = FULL')
    file.pragma('secure_delete = ON')
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: file }) })
    const transact = async <T>(work: (db: Database) => Promise<T>): Promise<T> => {
      file.exec('begin immediate')
      try {
        const result = await work(db)
        file.exec('commit')
        return result
      } catch (error) {
        if (file.inTransaction) file.exec('rollback')
        throw error
      }
    }
    const head = await migrate(db, 'sqlite', transact)
    const truncateLog = (waits: boolean): boolean => {
      file.pragma(`busy_timeout = ${waits ? BUSY_MS : 0}`)
      try {
        return file.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0
      } catch {
        return false // what was committed is committed
      } finally {
        file.pragma(`busy_timeout = ${BUSY_MS}`)
      }
    }
    return { db, head, transact, truncateLog, close: () => void file.close() }
  } catch (error) {
    file.close()
    throw error
  }
}

// Its log and index take the mode of the file.
function createForOwner(path: string): void {
  try {
    closeSync(openSync(path, 'a', OWNER_ONLY))
  } catch {
    // what hinders it hinders SQLite too, which is asked next and says so
  }
}

function refuseOtherTables(file: BetterSqlite3.Database, path: string): void {
  const names = file.prepare('select name from sqlite_schema where type = \'table\'').pluck().all() as string[]
  if (names.length > 0 && !names.includes('matinee_store')) {
    throw new StoreFault('ERR_STORE', `cannot open ${path}: it is another program's database, its tables are ${names.slice(0, 5).join(', ')}.`)
  }
}

const codeOf = (error: unknown): string => error instanceof BetterSqlite3.SqliteError ? error.code : ''
const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error))

const meanings: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_FULL/, 'the disk is full'],
  [/^SQLITE_NOTADB/, 'it is no SQLite database'],
  [/^SQLITE_CORRUPT/, 'the file is damaged'],
  [/^SQLITE_READONLY/, 'it may not be written to'],
  [/^SQLITE_CANTOPEN/, 'it cannot be opened; is it a folder, or may it or its folder not be written to?'],
  [/^SQLITE_IOERR/, 'the system reports a failure of reading or writing'],
]

/** What SQLite reports, as a StoreFault; one of ours, or a fault of our own code, comes back as it is. */
export function faultOf(error: unknown, path: string): unknown {
  if (isBusy(error)) return new StoreFault('ERR_STORE_BUSY', `${path} is locked by another process for more than ${BUSY_MS} ms.`, { cause: error })
  const code = codeOf(error)
  if (code === '') return error
  const meaning = meanings.find(([pattern]) => pattern.test(code))?.[1]
  return new StoreFault('ERR_STORE', `${path}: ${meaning ? `${meaning} (${code})` : `${code}: ${(error as Error).message}`}.`, { cause: error })
}
