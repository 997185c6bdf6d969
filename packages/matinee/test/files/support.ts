// What the tests of this room share: folders that vanish, the code of an error, Parquet files.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { MatineeError } from '@matinee/core'
import type { Dataset, ErrorCode } from '@matinee/core'
import { DuckDBInstance } from '@duckdb/node-api'

/** An empty folder for one test. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'matinee-files-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A file of that name in an empty folder; its path. */
export async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await emptyFolder(), name)
  await writeFile(path, content)
  return path
}

/** The error of that code that `work` throws, else a failure of the test. */
export async function errorOf(code: ErrorCode, work: Promise<unknown>): Promise<MatineeError> {
  const error = await work.then(() => undefined, (thrown: unknown) => thrown)
  if (!(error instanceof MatineeError)) throw new Error(`expected ${code}, got ${String(error)}`, { cause: error })
  if (error.code !== code) throw new Error(`expected ${code}, got ${error.message}`, { cause: error })
  return error
}

/** Rows as `user item value time`, in order. */
export function rowsOf({ users, items, interactions }: Dataset): string[] {
  const { items: itemOf, values, timestamps } = interactions
  return Array.from(interactions.users, (user, row) => {
    const parts = [users.ids[user], items.ids[itemOf[row]], values[row], timestamps?.[row]]
    return parts.filter(part => part !== undefined).join(' ')
  })
}

/** Writes the result of a query as a Parquet file. */
export async function writeParquet(path: string, select: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (${select}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
}

/** The detail of the error of that code that `work` throws. */
export const detailOf = async (code: ErrorCode, work: Promise<unknown>): Promise<string> => (await errorOf(code, work)).detail

/** How many random cases to try: `few`, or as many times that as MATINEE_TEST_EFFORT says. */
export const runs = (few: number): number => Math.ceil(few * Number(process.env.MATINEE_TEST_EFFORT ?? 1))
