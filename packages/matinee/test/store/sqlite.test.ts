// The contract on SQLite, and what only a file can do.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { MatineeError } from '@matinee/core'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { storeContract } from './contract.ts'
import { event } from './event.ts'
import { newFile } from './help.ts'

storeContract('sqlite', async () => newFile())

/** What openStore says of `path`. */
async function refusal(path: string): Promise<string> {
  const error = await openStore(path).then(() => undefined, (thrown: unknown) => thrown)
  return error instanceof MatineeError ? `${error.code} ${error.detail.replace(path, 'FILE')}` : String(error)
}

test('a file that is no store is refused and left as it is', async () => {
  const path = newFile()
  writeFileSync(path, 'user,item\n1,2\n'.repeat(100))
  expect(await refusal(path)).toMatch(/^ERR_STORE FILE: it is no SQLite database/)
  expect(readFileSync(path, 'utf8')).toHaveLength(1400)
  const other = newFile()
  const file = new BetterSqlite3(other)
  file.exec('create table songs (title text)')
  file.close()
  expect(await refusal(other)).toMatch(/^ERR_STORE cannot open FILE: it is another program's database, its tables are songs/)
})

test('a folder that is missing, and a folder in the file\'s place', async () => {
  const path = newFile()
  expect(await refusal(join(path, 'none', 'store.sqlite'))).toMatch(/^ERR_STORE .*there is no folder/)
  mkdirSync(path)
  expect(await refusal(path)).toMatch(/^ERR_STORE FILE: it cannot be opened/)
  expect(await openStore('mysql://me:secret@host/x').then(String, (error: unknown) => String(error))).toMatch(/ERR_OPTION: the store is "mysql:\/\/host\/x", expected/)
})

test('a store of a newer matinee is refused and not touched', async () => {
  const path = newFile()
  await (await openStore(path)).close()
  const file = new BetterSqlite3(path)
  file.exec('update matinee_store set schema_version = 99')
  expect(await refusal(path)).toBe('ERR_STORE_NEWER the store has schema 99, expected 1 or older.')
  expect(file.prepare('select schema_version from matinee_store').pluck().get()).toBe(99)
  file.close()
})

test('the bytes of an erased user lie in no file any more, while others read and write', async () => {
  const path = newFile()
  const [store, other] = [await openStore(path), await openStore(path)]
  const name = 'somebody-whose-name-is-found-again'
  await store.append([event('v', '1'), ...Array.from({ length: 500 }, (_, at) => event(name, String(at), { key: `${name} ${at}` }))])
  await store.undo({ userId: name, itemId: '7' })
  expect((await other.eventsOf(name)).length).toBe(499)
  const holds = (): boolean => [path, `${path}-wal`, `${path}-shm`].some(file => existsSync(file) && readFileSync(file).includes(name))
  expect(holds()).toBe(true)
  await store.eraseUser(name)
  expect(holds()).toBe(false)
  await other.append([event('v', '2')])
  await Promise.all([store.close(), other.close()])
  expect(holds()).toBe(false)
})

test.skipIf(process.platform === 'win32')('only its owner may read the file and its log (skipped on Windows, whose files have other rights)', async () => {
  const path = newFile()
  const store = await openStore(path)
  await store.append([event('u', '1')])
  for (const file of [path, `${path}-wal`, `${path}-shm`]) expect([file, statSync(file).mode & 0o777]).toEqual([file, 0o600])
  await store.close()
})

test('more than 20,000 events that wait are refused at once, those before are written', async () => {
  const store = await openStore(newFile())
  const many = Array.from({ length: 1000 }, (_, at) => event('u', String(at)))
  const outcomes = await Promise.all(Array.from({ length: 25 }, () => store.append(many).then(() => 'written', (error: MatineeError) => error.code)))
  expect(outcomes).toEqual([...Array<string>(20).fill('written'), ...Array<string>(5).fill('ERR_STORE_BUSY')])
  expect(await store.append(many)).toHaveLength(1000)
  expect((await store.stats()).events).toBe(21_000)
  await store.close()
})

test('an erased user leaves the log when another process that read has ended, and nobody waits for it', async () => {
  const path = newFile()
  const store = await openStore(path)
  await store.append([event('u', '1')])
  const reader = new BetterSqlite3(path)
  reader.exec('begin')
  reader.prepare('select count(*) from matinee_events').get()
  await store.eraseUser('u')
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
  reader.close()
  await store.changesAfter(0, 1)
  expect(statSync(`${path}-wal`).size).toBe(0)
  await store.close()
})
