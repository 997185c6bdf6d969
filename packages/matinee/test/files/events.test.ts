// Events from text: columns by name or position, delimiters, headers, times, order, checksum.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readEventsFile } from '../../src/files/index.ts'
import { detailOf, errorOf, fileOf, rowsOf } from './support.ts'

const csv = 'userId,itemId,rating,timestamp\nu1,i1,4,100\nu2,i1,3.5,200\nu1,i2,5,300\n'
const rows = ['u1 i1 4 100', 'u2 i1 3.5 200', 'u1 i2 5 300']

describe('columns', () => {
  test('usual names are found without being asked for', async () => {
    const dataset = await readEventsFile(await fileOf('events.csv', csv))
    expect(rowsOf(dataset)).toEqual(rows)
    expect(dataset.name).toBe('events.csv')
    expect(dataset.interactions.valueKind).toBe('rating')
    expect(dataset.synthetic).toBe(false)
  })

  test('columns are taken by the names that are given, in any order and among others', async () => {
    const path = await fileOf('shop.csv', 'ts,x,sku,customer,stars\n100,a,i1,u1,4\n200,b,i1,u2,3.5\n300,c,i2,u1,5\n')
    expect(rowsOf(await readEventsFile(path, { user: 'customer', item: 'sku', rating: 'stars', time: 'ts' }))).toEqual(rows)
  })

  test('a name is found without regard to capitals if it is not there exactly', async () => {
    const path = await fileOf('shop.csv', 'USERID,Item,RATING\nu1,i1,4\n')
    expect(rowsOf(await readEventsFile(path))).toEqual(['u1 i1 4'])
    expect(rowsOf(await readEventsFile(path, { user: 'userid', item: 'ITEM' }))).toEqual(['u1 i1 4'])
  })

  test('columns are taken by positions from 0, without a header or past one', async () => {
    const positions = { user: 1, item: 0, rating: 2 }
    expect(rowsOf(await readEventsFile(await fileOf('a.tsv', 'i1\tu1\t4\ni2\tu1\t5\n'), positions))).toEqual(['u1 i1 4', 'u1 i2 5'])
    expect(rowsOf(await readEventsFile(await fileOf('a.tsv', 'what\twho\thow\ni1\tu1\t4\n'), positions))).toEqual(['u1 i1 4'])
    const named = await fileOf('a.tsv', 'what\twho\t9\ni1\tu1\t4\n')
    expect(rowsOf(await readEventsFile(named, { ...positions, header: true }))).toEqual(['u1 i1 4'])
  })

  test('with neither rating nor weight every event weighs 1', async () => {
    const { interactions } = await readEventsFile(await fileOf('views.csv', 'user,item\nu1,i1\nu2,i1\n'))
    expect(interactions).toMatchObject({ valueKind: 'weight', values: new Float32Array([1, 1]) })
    expect(interactions.timestamps).toBeUndefined()
  })

  test('weights of events add up', async () => {
    const dataset = await readEventsFile(await fileOf('plays.csv', 'user,item,weight\nu1,i1,2\nu1,i1,3\n'))
    expect(rowsOf(dataset)).toEqual(['u1 i1 5'])
    expect(dataset.interactions.valueKind).toBe('weight')
    expect(dataset.provenance).toMatchObject({ rowsRead: 2, repeated: 1 })
  })

  test('a column that is not there is named together with those that are', async () => {
    const path = await fileOf('events.csv', 'who,what\na,b\n')
    expect(await detailOf('ERR_FILE_FORMAT', readEventsFile(path, { user: 'who', item: 'sku' }))).toContain('"who", "what"')
    expect(await detailOf('ERR_FILE_FORMAT', readEventsFile(path))).toContain('userId')
    expect(await detailOf('ERR_FILE_FORMAT', readEventsFile(path, { user: 0, item: 7 }))).toContain('position 7')
  })

  test('a file without a header whose columns are not named shows its first row', async () => {
    const path = await fileOf('u.data', '196\t242\t3\t881250949\n186\t302\t3\t891717742\n')
    expect(await detailOf('ERR_FILE_FORMAT', readEventsFile(path))).toContain('"196", "242", "3"')
  })

  test('one column for two purposes, two columns of one name, a rating and a weight are refused', async () => {
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.csv', csv), { user: 'userId', item: 'userId' }))
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.csv', 'user,item,x,x\na,b,1,2\n'), { rating: 'x' }))
    await errorOf('ERR_OPTION', readEventsFile(await fileOf('a.csv', csv), { rating: 'rating', weight: 'rating' }))
  })

  test('names of columns and files that are SQL are names', async () => {
    const name = `x'; DROP TABLE "a" --`
    const path = await fileOf(`it's "[a]*?.csv`, `"x'; DROP TABLE ""a"" --",itemId\nu1,i1\n`)
    expect(rowsOf(await readEventsFile(path, { user: name }))).toEqual(['u1 i1 1'])
  })

  test('a file name that is a pattern means that file and no other', async () => {
    const path = await fileOf('events[1].csv', csv)
    await writeFile(join(dirname(path), 'events1.csv'), 'userId,itemId\nother,other\n')
    expect(rowsOf(await readEventsFile(path))).toEqual(rows)
    for (const name of ['a*b.csv', 'a?b.csv', 'a[!x]b].csv', 'a[[]b.csv', 'year=2001.csv', 'ünï çödé.csv', '$HOME ~.csv']) {
      expect(rowsOf(await readEventsFile(await fileOf(name, csv)))).toEqual(rows)
    }
    await errorOf('ERR_FILE_MISSING', readEventsFile(join(dirname(path), 'events*.csv')))
  })

  test('a path may be relative to the current folder', async () => {
    expect(rowsOf(await readEventsFile(relative(process.cwd(), await fileOf('events.csv', csv))))).toEqual(rows)
  })
})

describe('text', () => {
  test.each([
    ['tab', '\t'], ['two colons', '::'], ['semicolon', ';'], ['bar', '|'], ['blank', ' '], ['comma', ','],
  ])('a file cut by a %s is recognized and may be named', async (_, delimiter) => {
    const path = await fileOf('events.txt', csv.replaceAll(',', delimiter))
    expect(rowsOf(await readEventsFile(path))).toEqual(rows)
    expect(rowsOf(await readEventsFile(path, { delimiter }))).toEqual(rows)
  })

  test('a delimiter that is not the file’s is refused with the columns it gives', async () => {
    const error = await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.csv', csv), { delimiter: ';' }))
    expect(error.detail).toContain('"userId,itemId,rating,timestamp"')
    await errorOf('ERR_OPTION', readEventsFile(await fileOf('a.csv', csv), { delimiter: 'abcde' }))
    await errorOf('ERR_OPTION', readEventsFile(await fileOf('a.csv', csv), { delimiter: '' }))
  })

  test('quotes, doubled quotes, delimiters and line ends within quotes belong to the field', async () => {
    const dataset = await readEventsFile(await fileOf('a.csv', 'user,item\n"a,b","say ""x"""\n"two\nlines",i\n'))
    expect(rowsOf(dataset)).toEqual(['a,b say "x" 1', 'two\nlines i 1'])
  })

  test('with no quote a quote is a character like any other', async () => {
    const dataset = await readEventsFile(await fileOf('a.csv', 'user,item\n"a,b"\n'), { quote: '' })
    expect(rowsOf(dataset)).toEqual(['"a b" 1'])
  })

  test.each([['\\r\\n', '\r\n'], ['\\r', '\r']])('lines may end in %s, and the last in nothing', async (_, end) => {
    expect(rowsOf(await readEventsFile(await fileOf('a.csv', csv.trimEnd().replaceAll('\n', end))))).toEqual(rows)
  })

  test('blank lines and a byte-order mark are left out', async () => {
    expect(rowsOf(await readEventsFile(await fileOf('a.csv', `\ufeff${csv.replaceAll('\n', '\n\n')}`)))).toEqual(rows)
    expect(rowsOf(await readEventsFile(await fileOf('a.csv', `\n\n${csv}\n`)))).toEqual(rows)
    expect(rowsOf(await readEventsFile(await fileOf('a.csv', '\ufeffu1,i1\n'), { user: 0, item: 1 }))).toEqual(['u1 i1 1'])
  })

  test('line ends of two kinds are refused, not guessed at', async () => {
    const error = await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.csv', 'user,item\na,b\r\nc,d\ne,f\r\n')))
    expect(error.detail).toContain('end alike')
  })

  test('ids stay as they are written', async () => {
    const dataset = await readEventsFile(await fileOf('a.csv', 'user,item\n007,1.0\n7,1\n 7 ,1e0\nNULL,nan\n'))
    expect(dataset.users.ids).toEqual(['007', '7', ' 7 ', 'NULL'])
    expect(dataset.items.ids).toEqual(['1.0', '1', '1e0', 'nan'])
  })

  test('Latin-1 is read right when it is named, and refused with that advice when not', async () => {
    const path = await fileOf('a.csv', Buffer.from('user,item\nRenée,Léon\nÿ,ÀÖ\n', 'latin1'))
    expect(rowsOf(await readEventsFile(path, { encoding: 'latin-1' }))).toEqual(['Renée Léon 1', 'ÿ ÀÖ 1'])
    expect(await detailOf('ERR_FILE_FORMAT', readEventsFile(path))).toContain('--encoding latin-1')
    expect(await detailOf('ERR_FILE_FORMAT', readEventsFile(path, { skipBadRows: true }))).toContain('byte 13')
  })

  test('a character that is cut by the end of a piece is no fault, one cut by the end of the file is', async () => {
    const long = `user,item\n${'x'.repeat(2 ** 20 - 13)},é\n`
    expect((await readEventsFile(await fileOf('a.csv', `user,item\na${'é'.repeat(700_000)},i\n`))).users.ids[0]).toHaveLength(700_001)
    expect(rowsOf(await readEventsFile(await fileOf('a.csv', long)))[0]).toContain(' é 1')
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.csv', Buffer.from('user,item\na,é').subarray(0, -1))))
  })

  test('a zipped file is read like the file, and a truncated or damaged one refused', async () => {
    const many = `user,item\n${Array.from({ length: 5000 }, (_, row) => `u${row},i${row % 7}`).join('\n')}\n`
    const zipped = gzipSync(many)
    expect((await readEventsFile(await fileOf('a.csv.gz', zipped))).provenance.rowsRead).toBe(5000)
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.csv.gz', zipped.subarray(0, zipped.length / 2))))
    const damaged = Buffer.from(zipped)
    damaged[zipped.length - 6] ^= 1
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.csv.gz', damaged)))
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('a.csv.gz', many)))
  })
})

describe('times', () => {
  test.each([
    ['978300760', 978300760],
    ['978300760.5', 978300760.5],
    ['978300760000', 978300760],
    ['978300760000000', 978300760],
    ['99999999999', 99999999999],
    ['2001-01-01', 978307200],
    ['2001-01-01T00:00:00Z', 978307200],
    ['2001-01-01 02:00:00+02:00', 978307200],
    ['2001-01-01T00:00:00.25', 978307200.25],
    ['1970-01-01', 0],
    ['0', 0],
  ])('%s is %d seconds', async (text, seconds) => {
    const { interactions } = await readEventsFile(await fileOf('a.csv', `user,item,time\nu,i,${text}\n`))
    expect(interactions.timestamps?.[0]).toBe(seconds)
  })

  const noTimes = ['', 'yesterday', '01/02/2001', '2001-13-01', 'nan', 'inf', '-5', '1969-12-31', 'infinity', 'epoch']
  test.each(noTimes)('"%s" is no time', async text => {
    const error = await errorOf('ERR_BAD_ROW', readEventsFile(await fileOf('a.csv', `user,item,time\nu,i,1\nu,i,${text}\n`)))
    expect(error.detail).toContain(`line 3: time is ${text === '' ? 'missing' : JSON.stringify(text)}`)
  })
})

describe('order, numbers, checksum', () => {
  // over 122,880 rows, so that several threads have work
  const line = (row: number): string => `customer-number-${(row * 7919) % 5003},i${(row * 104729) % 9973},${row}`
  const many = `user,item,time\n${Array.from({ length: 400_000 }, (_, row) => line(row)).join('\n')}\n`

  test('rows keep the order of the file and ids that of their first appearance, for any number of threads, by DuckDB and without', async () => {
    const one = await readEventsFile(await fileOf('many.csv', many))
    const path = await fileOf('many.csv', many.replace('user', '"user"'))
    for (const threads of [1, 3]) {
      const byDuckDb = await readEventsFile(path, { threads })
      expect(byDuckDb.interactions).toEqual(one.interactions)
      expect(byDuckDb.users.ids).toEqual(one.users.ids)
      expect(byDuckDb.items.ids).toEqual(one.items.ids)
    }
    const { timestamps, users } = one.interactions
    expect(timestamps?.every((time, row) => row === 0 || time > timestamps[row - 1])).toBe(true)
    let seen = -1
    expect(users.every(user => user <= seen || user === ++seen)).toBe(true)
    expect(one.users.ids[1]).toBe('customer-number-2916')
  })

  test('the checksum is the SHA-256 of the file', async () => {
    const path = await fileOf('a.csv', csv)
    const sha256 = createHash('sha256').update(await readFile(path)).digest('hex')
    expect((await readEventsFile(path)).provenance.checksum).toBe(sha256)
  })

  test.each([
    ['without DuckDB', many], ['by DuckDB', many.replace('user', '"user"')],
  ])('a cancelled read %s ends with ERR_ABORTED, before it begins or in the middle', async (_, content) => {
    const path = await fileOf('many.csv', content)
    await errorOf('ERR_ABORTED', readEventsFile(path, { signal: AbortSignal.abort() }))
    const controller = new AbortController()
    const stages = new Set<string>()
    await errorOf('ERR_ABORTED', readEventsFile(path, {
      signal: controller.signal,
      onProgress: ({ stage, done, total }) => {
        expect(done).toBeLessThanOrEqual(total)
        stages.add(stage)
        if (stage.startsWith('read')) controller.abort()
      },
    }))
    expect([...stages]).toEqual(['check many.csv', 'read many.csv'])
  })

  test('minRating and kCore are applied, and every row is accounted for', async () => {
    const path = await fileOf('a.csv', 'user,item,rating\na,x,5\na,y,5\nb,x,5\nb,y,4\nc,z,5\na,z,1\n')
    const { provenance, interactions } = await readEventsFile(path, { minRating: 2, kCore: 2 })
    expect(provenance).toMatchObject({ rowsRead: 6, badRows: 0, belowMinRating: 1, repeated: 0, outsideKCore: 1 })
    expect(interactions.values).toHaveLength(4)
  })
})
