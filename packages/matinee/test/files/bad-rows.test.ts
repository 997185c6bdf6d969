// Every kind of bad row and bad file: named by file, line, column and value, or left out and counted.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readEventsFile } from '../../src/files/index.ts'
import { emptyFolder, detailOf, errorOf, fileOf, rowsOf } from './support.ts'

const head = 'user,item,rating,time\n'
const good = 'u1,i1,4,100\n'

describe('a bad row', () => {
  test.each([
    [',i1,4,100', 'user is missing, expected an id'],
    ['"",i1,4,100', 'user is missing'],
    ['u1,,4,100', 'item is missing'],
    ['u1,i1,,100', 'rating is missing, expected a finite number'],
    ['u1,i1,good,100', 'rating is "good", expected a finite number'],
    ['u1,i1,"4,5",100', 'rating is "4,5"'],
    ['u1,i1,nan,100', 'rating is "nan"'],
    ['u1,i1,inf,100', 'rating is "inf"'],
    ['u1,i1,-Infinity,100', 'rating is "-Infinity"'],
    ['u1,i1,1e400,100', 'rating is "1e400"'],
    ['u1,i1,1e39,100', 'rating is "1e39", expected a number up to 3.4e38'],
    ['u1,i1,-1,100', 'rating is "-1", expected a number > 0'],
    ['u1,i1,0,100', 'rating is "0", expected a number > 0 (an interaction has a rating > 0)'],
    ['u1,i1,1e-60,100', 'rating is "1e-60", expected a number > 0'],
    ['u1,i1,4,', 'time is missing'],
    ['u1,i1,4,nan', 'time is "nan"'],
    ['u1,i1,4,-1', 'time is "-1"'],
    ['u1,i1', '2 columns ("u1,i1"), expected 4 as in the header'],
    ['u1,i1,4,100,x', '5 columns'],
    ['   ', '1 columns'],
    ['u1,"i1"x,4,100', 'text after a closing quote (x)'],
  ])('%j is refused with its line, or left out and counted', async (row, detail) => {
    const path = await fileOf('events.csv', `${head}${good}\n"two\nlines",i,1,1\n${row}\n${good}`)
    expect(await detailOf('ERR_BAD_ROW', readEventsFile(path))).toContain(`events.csv, line 6: ${detail}`)
    const dataset = await readEventsFile(path, { skipBadRows: true })
    expect(dataset.provenance).toMatchObject({ rowsRead: 4, badRows: 1, repeated: 1 })
    expect(rowsOf(dataset)).toEqual(['two\nlines i 1 1', 'u1 i1 4 100'])
  })

  test('the first one is named, behind 300,000 good rows as well', async () => {
    const many = Array.from({ length: 300_000 }, (_, row) => `u${row % 1000},i${row % 777},3,${row}`)
    many[250_001] = 'u1,i1,-3,5'
    many[270_000] = 'u1,i1,nan,5'
    const path = await fileOf('many.csv', `${head}${many.join('\n')}\n`)
    expect(await detailOf('ERR_BAD_ROW', readEventsFile(path))).toContain('line 250003: rating is "-3"')
    expect((await readEventsFile(path, { skipBadRows: true })).provenance).toMatchObject({ rowsRead: 300_000, badRows: 2 })
  })

  test('with a wrong number of columns is refused behind 300,000 good rows as well', async () => {
    const many = Array.from({ length: 300_000 }, (_, row) => `u${row % 1000},i${row % 777},3,${row}`)
    many[280_000] = 'u1;i1;3;5'
    const path = await fileOf('many.csv', `${head}${many.join('\n')}\n`)
    expect(await detailOf('ERR_BAD_ROW', readEventsFile(path))).toContain('line 280002: 1 columns')
    expect((await readEventsFile(path, { skipBadRows: true })).provenance).toMatchObject({ rowsRead: 300_000, badRows: 1 })
  })

  test('with a rating of 0 is no fault where a minimum rating drops it', async () => {
    const path = await fileOf('events.csv', `${head}${good}u2,i2,0,100\n`)
    expect((await readEventsFile(path, { minRating: 1 })).provenance).toMatchObject({ rowsRead: 2, badRows: 0, belowMinRating: 1 })
  })

  test('that holds several faults counts once', async () => {
    const path = await fileOf('events.csv', `${head}${good},,nan,-1\n1,2,3,4,5,6,7,8\n`)
    expect((await readEventsFile(path, { skipBadRows: true })).provenance).toMatchObject({ rowsRead: 3, badRows: 2 })
  })

  test('is named by its position where there is no header', async () => {
    const path = await fileOf('u.data', '1\t2\t3\n1\t2\tx\n')
    const error = await errorOf('ERR_BAD_ROW', readEventsFile(path, { user: 0, item: 1, rating: 2 }))
    expect(error.detail).toBe('u.data, line 2: column 2 is "x", expected a finite number.')
  })

  test('a quote that is never closed is refused even where bad rows are left out', async () => {
    const path = await fileOf('events.csv', `${head}${good}"u2,i2,4,100\n${good}${good}`)
    expect(await detailOf('ERR_BAD_ROW', readEventsFile(path))).toContain('line 3')
    expect(await detailOf('ERR_FILE_FORMAT', readEventsFile(path, { skipBadRows: true }))).toContain('line 3')
  })

  test('ERR_EMPTY, not an empty dataset, is what remains of a file of bad rows', async () => {
    await errorOf('ERR_EMPTY', readEventsFile(await fileOf('events.csv', `${head}u,i,0,1\n`), { skipBadRows: true }))
  })
})

describe('a bad file', () => {
  test.each([
    ['nothing', ''], ['blank lines', '\n\n'], ['a byte-order mark', '\ufeff'], ['a header', head],
    ['a header without line end', head.trim()],
  ])('with %s and no row is ERR_FILE_EMPTY', async (_, content) => {
    await errorOf('ERR_FILE_EMPTY', readEventsFile(await fileOf('events.csv', content)))
    await errorOf('ERR_FILE_EMPTY', readEventsFile(await fileOf('events.csv', content), { skipBadRows: true }))
  })

  test('that is not there is ERR_FILE_MISSING, a folder ERR_FILE_FORMAT', async () => {
    const folder = await emptyFolder()
    expect(await detailOf('ERR_FILE_MISSING', readEventsFile(join(folder, 'none.csv')))).toContain('none.csv')
    await mkdir(join(folder, 'events.csv'))
    expect(await detailOf('ERR_FILE_FORMAT', readEventsFile(join(folder, 'events.csv')))).toContain('is a folder')
  })

  test('of one column is refused', async () => {
    await errorOf('ERR_FILE_FORMAT', readEventsFile(await fileOf('events.csv', 'user\na\nb\n')))
  })

  test('options out of range are ERR_OPTION', async () => {
    const path = await fileOf('events.csv', head + good)
    await errorOf('ERR_OPTION', readEventsFile(path, { threads: 0 }))
    await errorOf('ERR_OPTION', readEventsFile(path, { minRating: -1 }))
    await errorOf('ERR_OPTION', readEventsFile(path, { encoding: 'utf-16' as 'utf-8' }))
    await errorOf('ERR_OPTION', readEventsFile(path, { header: 'yes' as 'auto' }))
  })

  test('less memory than the read needs is ERR_MEMORY', async () => {
    const quoted = head.replace('user', '"user"') // what has no quotes is read without DuckDB
    const many = Array.from({ length: 200_000 }, (_, row) => `user-${row}-${'x'.repeat(50)},i,3,${row}`)
    await errorOf('ERR_MEMORY', readEventsFile(await fileOf('many.csv', `${quoted}${many.join('\n')}\n`), { memoryMiB: 1 }))
  })
})
