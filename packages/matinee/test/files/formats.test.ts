// JSON and Parquet: the same events come out, whatever the types in the file.
import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readEventsFile } from '../../src/files/index.ts'
import { emptyFolder, detailOf, errorOf, fileOf, rowsOf, writeParquet } from './support.ts'

const objects = [
  { userId: 'u1', itemId: 'i1', rating: 4, timestamp: 100 },
  { userId: 'u2', itemId: 'i1', rating: '3.5', timestamp: '1970-01-01T00:03:20Z' },
  { userId: 'u1', itemId: 7, rating: 5, timestamp: 300 },
]
const rows = ['u1 i1 4 100', 'u2 i1 3.5 200', 'u1 7 5 300']
const lines = (values: readonly unknown[]): string => values.map(value => `${JSON.stringify(value)}\n`).join('')

describe('JSON', () => {
  test('is read as an array or as one object a line, zipped or not', async () => {
    expect(rowsOf(await readEventsFile(await fileOf('a.json', JSON.stringify(objects, undefined, 2))))).toEqual(rows)
    expect(rowsOf(await readEventsFile(await fileOf('a.jsonl', lines(objects))))).toEqual(rows)
    expect(rowsOf(await readEventsFile(await fileOf('a.json', lines(objects))))).toEqual(rows)
    expect(rowsOf(await readEventsFile(await fileOf('a.ndjson.gz', gzipSync(lines(objects)))))).toEqual(rows)
    expect(rowsOf(await readEventsFile(await fileOf('events', lines(objects)), { format: 'json' }))).toEqual(rows)
  })

  test('columns are keys, whatever characters they have', async () => {
    const key = `a/b~c'd"e.$[0]`
    const path = await fileOf('a.jsonl', lines([{ [key]: 'u1', itemId: 'i1' }]))
    expect(rowsOf(await readEventsFile(path, { user: key }))).toEqual(['u1 i1 1'])
  })

  test('a key that only late objects have is a column all the same', async () => {
    const many = Array.from({ length: 30_000 }, (_, row) => ({ userId: `u${row}`, itemId: 'i', ...(row > 29_000 && { rating: 2 }) }))
    const error = await errorOf('ERR_BAD_ROW', readEventsFile(await fileOf('a.jsonl', lines(many))))
    expect(error.detail).toBe('a.jsonl, line 1: rating is missing, expected a finite number.')
  })

  test.each([
    [{ userId: null, itemId: 'i' }, 'userId is'],
    [{ itemId: 'i' }, 'userId is missing'],
    [{ userId: ['u'], itemId: 'i' }, 'userId is "[\\"u\\"]", expected an id'],
    [{ userId: { a: 1 }, itemId: 'i' }, 'userId is "{\\"a\\":1}"'],
    [{ userId: 'u', itemId: '' }, 'itemId is'],
    ['u', 'userId is missing'],
  ])('%j is a bad row, named by line or position, or left out and counted', async (bad, detail) => {
    const good = { userId: 'u', itemId: 'i' }
    const byLine = await fileOf('a.jsonl', `\n${lines([good, bad, good])}`)
    expect(await detailOf('ERR_BAD_ROW', readEventsFile(byLine))).toContain(`a.jsonl, line 3: ${detail}`)
    const byPosition = await fileOf('a.json', JSON.stringify([good, bad, good]))
    expect(await detailOf('ERR_BAD_ROW', readEventsFile(byPosition))).toContain(`a.json, object 2: ${detail}`)
    for (const path of [byLine, byPosition]) {
      expect((await readEventsFile(path, { skipBadRows: true })).provenance).toMatchObject({ rowsRead: 3, badRows: 1 })
    }
  })

  test('a line that is no JSON is refused, or left out and counted; in an array it is refused', async () => {
    const path = await fileOf('a.jsonl', `${lines(objects)}{"userId": "u\n${lines(objects)}`)
    expect(await detailOf('ERR_BAD_ROW', readEventsFile(path))).toContain('a.jsonl, line 4: ')
    expect((await readEventsFile(path, { skipBadRows: true })).provenance).toMatchObject({ rowsRead: 7, badRows: 1, repeated: 3 })
    const array = await fileOf('a.json', JSON.stringify(objects).slice(0, -5))
    await errorOf('ERR_FILE_FORMAT', readEventsFile(array))
    await errorOf('ERR_FILE_FORMAT', readEventsFile(array, { skipBadRows: true }))
  })

  test('without an object, without the columns, with a byte-order mark, in Latin-1 it is refused', async () => {
    await errorOf('ERR_FILE_EMPTY', readEventsFile(await fileOf('a.json', '[]')))
    await errorOf('ERR_FILE_EMPTY', readEventsFile(await fileOf('a.json', '\n')))
    expect(await detailOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.json', '[{"a":1,"b":2}]')))).toContain('found "a", "b"')
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.json', '[1, 2]')))
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.json', '\ufeff[]')))
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.json', Buffer.from('[{"userId":"é"}]', 'latin1'))))
  })
})

describe('Parquet', () => {
  const parquet = async (select: string): Promise<string> => {
    const path = join(await emptyFolder(), `it's.parquet`)
    await writeParquet(path, select)
    return path
  }

  test.each([
    ['texts', `('u1', 'i1', '4', '100'), ('u2', 'i1', '3.5', '200')`],
    ['numbers', `('u1', 'i1', 4::FLOAT, 100::BIGINT), ('u2', 'i1', 3.5, 200)`],
    ['times', `('u1', 'i1', 4::DECIMAL(4,2), epoch_ms(100000)), ('u2', 'i1', 3.5, epoch_ms(200000))`],
    ['times with a zone', `('u1', 'i1', 4::DOUBLE, to_timestamp(100)), ('u2', 'i1', 3.5, to_timestamp(200))`],
    ['times in nanoseconds', `('u1', 'i1', 4, make_timestamp_ns(100000000000)), ('u2', 'i1', 3.5, make_timestamp_ns(200000000000))`],
    ['bytes', `('u1'::BLOB, 'i1'::BLOB, 4, 100), ('u2'::BLOB, 'i1'::BLOB, 3.5, 200)`],
  ])('with %s gives the events', async (_, values) => {
    const path = await parquet(`SELECT * FROM (VALUES ${values}) t("userId", "itemId", rating, timestamp)`)
    expect(rowsOf(await readEventsFile(path))).toEqual(rows.slice(0, 2))
    expect(rowsOf(await readEventsFile(path, { user: 0, item: 1, rating: 2, time: 3 }))).toEqual(rows.slice(0, 2))
  })

  test('whole numbers are ids as they print', async () => {
    const path = await parquet('SELECT 9007199254740993 AS "user", -1::TINYINT AS item')
    expect(rowsOf(await readEventsFile(path))).toEqual(['9007199254740993 -1 1'])
  })

  test('NULL, NaN, lists and structs are bad, named by row', async () => {
    const good = `SELECT 'u' AS "user", 'i' AS item, 1::DOUBLE AS rating`
    const nan = await parquet(`${good} UNION ALL SELECT 'u', 'i', 'nan'`)
    expect(await detailOf('ERR_BAD_ROW', readEventsFile(nan))).toBe(`it's.parquet, row 2: rating is "nan", expected a finite number.`)
    expect((await readEventsFile(nan, { skipBadRows: true })).provenance).toMatchObject({ rowsRead: 2, badRows: 1 })
    const missing = await parquet(`${good} UNION ALL SELECT NULL, 'i', 1`)
    expect(await detailOf('ERR_BAD_ROW', readEventsFile(missing))).toContain('user is missing')
    await errorOf('ERR_BAD_ROW', readEventsFile(await parquet(`SELECT ['u'] AS "user", 'i' AS item`)))
    await errorOf('ERR_BAD_ROW', readEventsFile(await parquet(`SELECT {'a': 'u'} AS "user", 'i' AS item`)))
  })

  test('names of columns are names, not SQL', async () => {
    const path = await parquet(`SELECT 'u' AS "x"" FROM y; --", 'i' AS item`)
    expect(rowsOf(await readEventsFile(path, { user: 'x" FROM y; --' }))).toEqual(['u i 1'])
  })

  test('without rows, without the columns, and what is no Parquet is refused', async () => {
    await errorOf('ERR_FILE_EMPTY', readEventsFile(await parquet(`SELECT 'u' AS "user", 'i' AS item WHERE false`)))
    expect(await detailOf('ERR_FILE_FORMAT', readEventsFile(await parquet(`SELECT 1 AS a, 2 AS b`)))).toContain('found "a", "b"')
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.parquet', 'user,item\na,b\n')))
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.parquet.gz', gzipSync('PAR1'))))
  })
})
