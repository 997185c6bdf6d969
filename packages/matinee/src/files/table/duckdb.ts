// DuckDB, opened for one read: in memory, no extension fetched, nothing written to disk, errors as MatineeError.
import { availableParallelism } from 'node:os'
import { MatineeError, throwIfAborted } from '@matinee/core'
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import { messageOf } from '../system-errors.ts'

export interface EngineOptions {
  /** Threads that parse; an integer ≥ 1, of which at most 8 are used. No result depends on it. Default: the machine's cores. */
  readonly threads?: number
  /** What DuckDB may use, in MiB; default 1024. Beside it stand the columns that are read. */
  readonly memoryMiB?: number
  readonly signal?: AbortSignal
}

// each thread holds buffers of the file: more of them need more memory, and one thread numbers the ids
const MOST_THREADS = 8

export interface Engine {
  /**
   * Hands over the rows in chunks of at most 2048, in the file's order, until `receive` returns false. Where an error
   * stops the query after its first rows, the stream ends as if all were read: the query must say itself when it ends.
   */
  stream(sql: string, receive: (chunk: DuckDBDataChunk) => boolean): Promise<void>
  /** The rows of a small result, as texts. */
  rows(sql: string): Promise<(string | null)[][]>
  /** The raw bytes of a column of a chunk; `bytesPerRow` is the width of its physical type. */
  bytesOf(chunk: DuckDBDataChunk, column: number, bytesPerRow: number): Uint8Array
  /** How much of the file the running statement has read, from 0 to 1. */
  fractionDone(): number
  /** What DuckDB threw, as ERR_FILE_FORMAT, ERR_MEMORY or ERR_ABORTED. */
  errorOf(error: unknown): MatineeError
}

/**
 * Opens DuckDB, runs `work` and closes it again.
 *
 * What DuckDB throws is thrown as ERR_MEMORY, ERR_ABORTED or, being about the file, as ERR_FILE_FORMAT, whose
 * cause is the original error.
 */
export async function withEngine<Result>(options: EngineOptions, file: string, work: (engine: Engine) => Promise<Result>): Promise<Result> {
  const { threads = availableParallelism(), memoryMiB = 1024, signal } = options
  throwIfAborted(signal)
  checkThreads(threads)
  // imported when used: loading the library takes longer than all of `matinee --help`
  const [{ DuckDBInstance }, { default: raw }] = await Promise.all([import('@duckdb/node-api'), import('@duckdb/node-bindings')])
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(Math.min(threads, MOST_THREADS)), memory_limit: `${memoryMiB}MiB`, temp_directory: '',
    autoinstall_known_extensions: 'false', autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  const interrupt = (): void => connection.interrupt()
  signal?.addEventListener('abort', interrupt)
  try {
    await connection.run("SET TimeZone = 'UTC'; SET preserve_insertion_order = true; SET streaming_buffer_size = '32MB'; "
      + 'SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = 0')
    const errorOf = (error: unknown): MatineeError => engineError(error, file, memoryMiB, signal)
    const bytesOf: Engine['bytesOf'] = (chunk, column, bytesPerRow) =>
      raw.vector_get_data(raw.data_chunk_get_vector(chunk.chunk, column), chunk.rowCount * bytesPerRow)
    return await work({
      stream: (sql, receive) => stream(connection, sql, receive, signal),
      rows: async sql => (await connection.runAndReadAll(sql)).getRowsJson() as (string | null)[][],
      bytesOf,
      fractionDone: () => Math.min(1, Math.max(0, connection.progress.percentage / 100)),
      errorOf,
    })
  } catch (error) {
    throw engineError(error, file, memoryMiB, signal)
  } finally {
    signal?.removeEventListener('abort', interrupt)
    connection.closeSync()
    instance.closeSync()
  }
}

/** Throws ERR_OPTION. */
export function checkThreads(threads: number): void {
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return
  throw new MatineeError('ERR_OPTION', `threads is ${threads}, expected an integer from 1 to 1024.`)
}

async function stream(
  connection: DuckDBConnection, sql: string, receive: (chunk: DuckDBDataChunk) => boolean, signal?: AbortSignal,
): Promise<void> {
  const result = await connection.stream(sql)
  for (;;) {
    throwIfAborted(signal)
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) return
    if (!receive(chunk)) return
  }
}

function engineError(error: unknown, file: string, memoryMiB: number, signal?: AbortSignal): MatineeError {
  if (error instanceof MatineeError) return error
  const message = messageOf(error)
  if (signal?.aborted) return new MatineeError('ERR_ABORTED', `reading ${file} was cancelled.`, { cause: error })
  if (message.startsWith('Out of Memory')) {
    const detail = `reading ${file} needs more than the ${memoryMiB} MiB it may use: ${message.slice(0, 200)}.`
    return new MatineeError('ERR_MEMORY', detail, { cause: error })
  }
  const [reason] = message.split(/ Possible (?:fixes|solution)s?:| {2}file = /i)
  return new MatineeError('ERR_FILE_FORMAT', `${file} cannot be read: ${reason.slice(0, 300)}.`, { cause: error })
}

/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A path as an SQL literal that means that file, whatever characters it has: DuckDB takes `*`, `?` and `[` for a pattern. */
export const pathLiteral = (path: string): string => literal(path.replaceAll(/[*?[]/g, '[$&]'))

/** A name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`
