// matinee store: what goes in comes out, twice the same file adds nothing, train reads what export wrote.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStore, type FeedbackEvent } from '../../src/store/index.ts'
import { COLUMNS, fails, json, matinee, scratchFolder, SMALL, writeEvents } from './help.ts'

const cwd = scratchFolder()
const place = { cwd }
const read = (file: string): string => readFileSync(join(cwd, file), 'utf8')
const write = (file: string, text: string): void => writeFileSync(join(cwd, file), text)
const at = (name: string): readonly ['--store', string] => ['--store', name]

interface Imported { rows: number, added: number, duplicates: number, badRows: number }

beforeAll(() => {
  mkdirSync(join(cwd, 'artifacts'))
  writeEvents(cwd)
})

describe('import', () => {
  test('a table by its columns; the same bytes again add nothing, whatever they are called', async () => {
    expect(await json<Imported>(['store', 'import', 'events.csv', ...COLUMNS, '--type', 'rate'], place)).toEqual({ rows: 600, added: 600, duplicates: 0, badRows: 0 })
    write('copy.csv', read('events.csv'))
    expect(await json<Imported>(['store', 'import', 'copy.csv', ...COLUMNS], place)).toEqual({ rows: 600, added: 0, duplicates: 600, badRows: 0 })
    expect(await json(['store', 'stats'], place)).toMatchObject({ kind: 'sqlite', schemaVersion: 1, events: 600, users: 30, items: 25, lastSequence: 600 })
    expect(existsSync(join(cwd, 'artifacts', 'feedback.sqlite'))).toBe(true)
    const { stdout } = await matinee(['store', 'stats'], place)
    for (const word of ['artifacts/feedback.sqlite: sqlite, schema 1', 'events', '600', 'erased users']) expect(stdout).toContain(word)
  })

  test('ratings keep the digits that the file has, a missing time is none', async () => {
    write('digits.csv', 'user,item,rating\nu,1,4.1\nu,2,0.30000001\nu,3,16777216\n')
    await json(['store', 'import', 'digits.csv', ...at('digits.sqlite')], place)
    const store = await openStore(join(cwd, 'digits.sqlite'))
    expect((await store.eventsOf('u')).map(({ rating, timestamp, type }) => [rating, timestamp, type])).toEqual([[4.1, null, 'event'], [0.3, null, 'event'], [16777216, null, 'event']])
    await store.close()
  })

  test('what a store cannot keep is named by its row, or left out and counted', async () => {
    write('long.csv', `user,item\nu,1\n${'x'.repeat(300)},2\nu,3\n`)
    const refused = { code: 1, error: 'ERR_BAD_ROW', says: /long\.csv, row 2: userId is "x+, expected a text of 1 to 256 characters/ }
    await fails(['store', 'import', 'long.csv', ...at('long.sqlite')], place, refused)
    expect(await json<Imported>(['store', 'import', 'long.csv', '--skip-bad-rows', ...at('long.sqlite')], place)).toEqual({ rows: 3, added: 2, duplicates: 0, badRows: 1 })
    write('bad.jsonl', '{"userId":"u","itemId":"1"}\nnull\n')
    await fails(['store', 'import', 'bad.jsonl', ...at('long.sqlite')], place, { code: 1, error: 'ERR_BAD_ROW', says: /bad\.jsonl, line 2 is "null"/ })
    await fails(['store', 'import', 'none.jsonl', ...at('long.sqlite')], place, { code: 1, error: 'ERR_FILE_MISSING', says: 'none.jsonl' })
  })
})

describe('export', () => {
  const told: FeedbackEvent[] = [
    { userId: 'a "quoted", name', itemId: ' 50 ', rating: 4.1, type: 'rate', timestamp: 881250949.5 },
    { userId: 'ü🎬', itemId: 'line\nbreak', weight: 1e-7, type: 'play', timestamp: null, key: 'k' },
    { userId: 'u', itemId: 'gone', type: 'click', timestamp: 1 },
    { userId: 'u', itemId: '1', type: 'click', timestamp: 1 },
  ]
  beforeAll(async () => {
    const store = await openStore(join(cwd, 'told.sqlite'), { now: () => 1_700_000_000_500 })
    await store.append([...told, { userId: 'erased', itemId: '1', type: 'click', timestamp: 2 }])
    await store.undo({ userId: 'u', itemId: 'gone' })
    await store.eraseUser('erased')
    await store.close()
  })

  test('JSON lines hold everything: imported into another store they are the same events', async () => {
    expect(await json(['store', 'export', 'told.jsonl', ...at('told.sqlite')], place)).toEqual({ events: 3, file: 'told.jsonl' })
    expect((await matinee(['store', 'export', ...at('told.sqlite')], place)).stdout).toBe(read('told.jsonl'))
    expect(await json<Imported>(['store', 'import', 'told.jsonl', ...at('again.sqlite')], place)).toMatchObject({ added: 3 })
    expect(await json<Imported>(['store', 'import', 'told.jsonl', ...at('again.sqlite')], place)).toMatchObject({ added: 0, duplicates: 3 })
    const store = await openStore(join(cwd, 'again.sqlite'))
    const events = (await store.changesAfter(0, 10)).flatMap(change => change.kind === 'event' ? [change.event] : [])
    expect(events.map(({ receivedAt: _, sequence: __, key, ...event }) => key?.startsWith('import-') ? event : { ...event, key })).toEqual([told[0], told[1], told[3]])
    await store.close()
  })

  test('CSV is what train reads: ratings of one type, in a column of their own', async () => {
    expect((await matinee(['store', 'export', '--format', 'csv', ...at('told.sqlite')], place)).stdout).toBe([
      'userId,itemId,rating,weight,timestamp,type', '"a ""quoted"", name"," 50 ",4.1,,881250949.5,rate', 'ü🎬,"line\nbreak",,1e-7,1700000000.5,play',
      'u,1,,1,1,click', '',
    ].join('\n'))
    expect(await json(['store', 'export', 'ratings.csv', '--type', 'rate'], place)).toEqual({ events: 600, file: 'ratings.csv' })
    expect(read('ratings.csv').split('\n', 1)[0]).toBe('userId,itemId,rating,timestamp,type')
    const numbers = async (...argv: string[]): Promise<object> => (await json<{ metrics: object }>(['evaluate', ...argv, ...SMALL], place)).metrics
    expect(await numbers('ratings.csv')).toEqual(await numbers('events.csv', ...COLUMNS))
    await json(['store', 'export', 'rated.jsonl'], place)
    expect(await numbers('rated.jsonl')).toEqual(await numbers('ratings.csv'))
    expect(await json<Imported>(['store', 'import', 'ratings.csv', ...at('csv.sqlite')], place)).toMatchObject({ added: 600 })
  })

  test('a file that cannot be written leaves nothing behind', async () => {
    await fails(['store', 'export', 'none/x.csv'], place, { code: 1, error: 'ERR_IO', says: 'could not write' })
    await fails(['store', 'export', 'events.parquet'], place, { code: 2, error: 'ERR_USAGE', says: 'expected --format csv or jsonl' })
    const { code, stdout } = await matinee(['store', 'export', '--json'], place)
    expect({ code, error: (JSON.parse(stdout) as { error: { code: string } }).error.code }).toEqual({ code: 2, error: 'ERR_USAGE' })
    expect(readdirSync(cwd).filter(name => name.endsWith('.incoming'))).toEqual([])
  })
})

test('migrate says the schema; a store that is not there is not made by asking for it', async () => {
  expect(await json(['store', 'migrate', ...at('new.sqlite')], place)).toEqual({ kind: 'sqlite', schemaVersion: 1 })
  for (const action of ['stats', 'export']) await fails(['store', action, ...at('none.sqlite')], place, { code: 1, error: 'ERR_STORE', says: /there is no store .*none\.sqlite/ })
  expect(existsSync(join(cwd, 'none.sqlite'))).toBe(false)
  await fails(['store', 'forget'], place, { code: 2, error: 'ERR_USAGE', says: 'expected one of import, export, stats, migrate' })
  await fails(['store', 'import'], place, { code: 2, error: 'ERR_USAGE', says: 'expected store import FILE' })
})
