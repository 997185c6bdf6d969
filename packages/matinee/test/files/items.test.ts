// An items file of one's own: ids, titles, and every other column as an attribute.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ErrorCode } from '@matinee/core'
import { readEventsFile, readItemsFile } from '../../src/files/index.ts'
import { emptyFolder, detailOf, errorOf, fileOf, writeParquet } from './support.ts'

describe('readItemsFile', () => {
  test('numbers are numbers, genres are lists, an empty field is no attribute, all else is text', async () => {
    const path = await fileOf('items.csv', 'sku,name,price,genres,code,note\n'
      + 'a,"Café, the",1.5,Drama|War,007,x\nb,Tea,-3,,12,\nc,,,(no genres listed),1,2\n')
    expect([...await readItemsFile(path)]).toEqual([
      ['a', { title: 'Café, the', attributes: { price: 1.5, genres: ['Drama', 'War'], code: '007', note: 'x' } }],
      ['b', { title: 'Tea', attributes: { price: -3, code: '12' } }],
      ['c', { attributes: { genres: [], code: '1', note: '2' } }],
    ])
  })

  test('id and title are columns of one’s choice, by name or position, with or without a header', async () => {
    const path = await fileOf('items.tsv', 'what\tnumber\nTea\t1\n')
    expect([...await readItemsFile(path, { id: 'number', title: 'what' })]).toEqual([['1', { title: 'Tea', attributes: {} }]])
    const bare = await fileOf('items.tsv', 'Tea\t1\tgreen\n')
    const tea = { title: 'Tea', attributes: { 'column 2': 'green' } }
    expect([...await readItemsFile(bare, { id: 1, title: 0, header: false })]).toEqual([['1', tea]])
  })

  test('Latin-1 is read right', async () => {
    const path = await fileOf('items.csv', Buffer.from('id;title\n1;Léon\n', 'latin1'))
    expect((await readItemsFile(path, { encoding: 'latin-1' })).get('1')?.title).toBe('Léon')
    await errorOf('ERR_FILE_FORMAT', readItemsFile(path))
  })

  test('JSON and Parquet keep their types', async () => {
    const tea = { id: 1, title: 'Tea', price: 2.5, new: true, tags: ['a', 'b'], x: null, deep: { a: [1] } }
    const json = await fileOf('items.json', JSON.stringify([tea]))
    const attributes = { price: 2.5, new: true, tags: ['a', 'b'], deep: '{"a":[1]}' }
    expect([...await readItemsFile(json)]).toEqual([['1', { title: 'Tea', attributes }]])
    const parquet = join(await emptyFolder(), 'items.parquet')
    await writeParquet(parquet, `SELECT 1 AS id, 'Tea' AS title, 2.5::DOUBLE AS price, true AS "new", ['a', 'b'] AS tags, `
      + `DATE '2001-02-03' AS day, 'nan'::DOUBLE AS bad`)
    expect([...await readItemsFile(parquet)]).toEqual([
      ['1', { title: 'Tea', attributes: { price: 2.5, new: true, tags: ['a', 'b'], day: '2001-02-03' } }],
    ])
  })

  test('an attribute called __proto__ is an attribute', async () => {
    const items = await readItemsFile(await fileOf('items.csv', 'id,__proto__,constructor\na,x,y\n'))
    expect(Object.entries(items.get('a')?.attributes ?? {})).toEqual([['__proto__', 'x'], ['constructor', 'y']])
  })

  test('a missing id, an id that comes twice, a missing column and a row too short are named', async () => {
    const refused = async (code: ErrorCode, content: string): Promise<string> =>
      detailOf(code, readItemsFile(await fileOf('items.csv', content)))
    expect(await refused('ERR_BAD_ROW', 'id,title\na,A\n,B\n')).toContain('line 3: id is missing')
    expect(await refused('ERR_BAD_ROW', 'id,title\na,A\nb,B\na,C\n')).toContain('line 4: id is "a"')
    expect(await refused('ERR_FILE_FORMAT', 'x,y\na,A\n')).toContain('found "x", "y"')
    expect(await refused('ERR_BAD_ROW', 'id,title,z\na,A\n')).toContain('line 2: 2 columns')
    await refused('ERR_FILE_EMPTY', 'id,title\n')
    await errorOf('ERR_FILE_MISSING', readItemsFile(join(await emptyFolder(), 'none.csv')))
  })

  test('the catalogue of an events file is in the order of its items, and its bytes are part of the checksum', async () => {
    const events = await fileOf('events.csv', 'user,item\nu,b\nu,a\nu,z\n')
    const items = await fileOf('items.csv', 'id,title\na,A\nb,B\nc,C\n')
    const dataset = await readEventsFile(events, { items: { path: items } })
    expect(dataset.catalogue.map(({ title }) => title)).toEqual(['B', 'A', undefined])
    expect(dataset.provenance.checksum).toMatch(/^[0-9a-f]{64}$/)
    expect(dataset.provenance.checksum).not.toBe((await readEventsFile(events)).provenance.checksum)
    const other = await readEventsFile(events, { items: { path: await fileOf('items.csv', 'id,title\na,A\nb,B\nc,D\n') } })
    expect(other.provenance.checksum).not.toBe(dataset.provenance.checksum)
  })
})
