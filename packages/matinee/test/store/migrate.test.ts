// How an older schema becomes a newer one: each step once, all of them or none.
import BetterSqlite3 from 'better-sqlite3'
import { CompiledQuery, Kysely, SqliteDialect } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { migrate, type Database, type Migration, type Tables } from '../../src/store/schema.ts'

const adds = (version: number, statement: string): Migration =>
  ({ version, up: async db => void await db.executeQuery(CompiledQuery.raw(statement)) })

function memory() {
  const file = new BetterSqlite3(':memory:')
  onTestFinished(() => void file.close())
  const db: Database = new Kysely<Tables>({ dialect: new SqliteDialect({ database: file }) })
  const transact = async (work: (inside: Database) => Promise<void>): Promise<void> => {
    file.exec('begin immediate')
    await work(db).then(() => file.exec('commit'), (error: unknown) => { file.exec('rollback'); throw error })
  }
  const to = (steps: readonly Migration[]) => migrate(db, 'sqlite', transact, { steps })
  const tables = () => file.prepare('select name from sqlite_schema where type = \'table\' order by name').pluck().all()
  return { to, tables }
}

const steps = [adds(1, 'create table a (x)'), adds(2, 'create table b (x)'), adds(3, 'create table c (x)')]

test('only the steps that are missing are taken, the secret stays', async () => {
  const { to, tables } = memory()
  const { schemaVersion, secret } = await to(steps.slice(0, 1))
  expect([schemaVersion, tables()]).toEqual([1, ['a', 'matinee_store']])
  expect(await to(steps)).toEqual({ schemaVersion: 3, secret })
  expect(tables()).toEqual(['a', 'b', 'c', 'matinee_store'])
  expect(await to(steps)).toEqual({ schemaVersion: 3, secret })
})

test('a step that fails leaves the schema that was there', async () => {
  const { to, tables } = memory()
  await to(steps.slice(0, 1))
  await expect(to([...steps, adds(4, 'create table a (x)')])).rejects.toThrow(/table a already exists/)
  expect(tables()).toEqual(['a', 'matinee_store'])
  expect((await to(steps)).schemaVersion).toBe(3)
})
