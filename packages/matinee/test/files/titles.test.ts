// Titles of the MovieLens formats, with accents, years and genres; and where datasets are looked for.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { datasetChecksum, datasetDefinition, datasets, locateDataset, readDataset } from '../../src/files/index.ts'
import { filesOf } from '../../src/files/definition.ts'
import type { DatasetDefinition } from '../../src/files/definition.ts'
import { emptyFolder, detailOf, errorOf, rowsOf } from './support.ts'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const flags = (...set: number[]): string => Array.from({ length: 3 }, (_, flag) => set.includes(flag) ? '1' : '0').join('|')

/** A folder as its archive unpacks, in small. */
async function folderOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await emptyFolder()
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

const ml100k = {
  'u.data': '1\t2\t5\t881250949\n1\t1\t3\t881250950\n',
  'u.genre': 'unknown|0\nAction|1\nDrama|2\n\n',
  'u.item': latin1(`1|Léon: der "Profi" (1994)|01-Jan-1994||http://x|${flags(1, 2)}\n`
    + `2|Misérables, Les (1995) |||http://y|${flags(2)}\n3|unknown||||${flags(0)}\n`),
}

describe('titles', () => {
  test('u.item: Latin-1, a title as published, its year, genres by the names in u.genre', async () => {
    const dataset = await readDataset(datasets['ml-100k'], await folderOf(ml100k))
    expect(rowsOf(dataset)).toEqual(['1 2 5 881250949', '1 1 3 881250950'])
    expect(dataset.catalogue).toEqual([
      { title: 'Misérables, Les (1995) ', attributes: { year: 1995, genres: ['Drama'] } },
      { title: 'Léon: der "Profi" (1994)', attributes: { year: 1994, genres: ['Action', 'Drama'] } },
    ])
    expect(dataset.name).toBe('ml-100k')
  })

  test('movies.dat: Latin-1 in ML-1M, UTF-8 in ML-10M', async () => {
    const movies = '7::Misérables, Les (1995)::Drama|Musical\n8::Cube::(no genres listed)\n'
    const ratings = '1::7::4.5::100\n1::8::3::101\n'
    const catalogue = [
      { title: 'Misérables, Les (1995)', attributes: { year: 1995, genres: ['Drama', 'Musical'] } },
      { title: 'Cube', attributes: { genres: [] } },
    ]
    const old = await folderOf({ 'ratings.dat': ratings, 'movies.dat': latin1(movies) })
    expect((await readDataset(datasets['ml-1m'], old)).catalogue).toEqual(catalogue)
    const later = await folderOf({ 'ratings.dat': ratings, 'movies.dat': movies })
    expect((await readDataset(datasets['ml-10m'], later)).catalogue).toEqual(catalogue)
    await errorOf('ERR_FILE_FORMAT', readDataset(datasets['ml-10m'], old))
  })

  test('movies.csv: quoted titles, a span of years is no year', async () => {
    const folder = await folderOf({
      'ratings.csv': 'userId,movieId,rating,timestamp\r\n1,7,4.5,100\r\n1,8,3,101\r\n',
      'movies.csv': 'movieId,title,genres\r\n7,"City of ""Lost"" Children, The (Cité, La) (1995)",Drama\r\n'
        + '8,Desu nôto (2006–2007),(no genres listed)\r\n',
    })
    for (const name of ['ml-latest-small', 'ml-20m', 'ml-25m', 'ml-32m'] as const) {
      expect((await readDataset(datasets[name], folder)).catalogue).toEqual([
        { title: 'City of "Lost" Children, The (Cité, La) (1995)', attributes: { year: 1995, genres: ['Drama'] } },
        { title: 'Desu nôto (2006–2007)', attributes: { genres: [] } },
      ])
    }
  })

  test.each([
    ['u.item', latin1('1|a|b\n'), 'ERR_BAD_ROW', 'u.item, line 1: 3 fields'],
    ['u.item', latin1(`1|a||||${flags()}\n\n1|b||||${flags()}\n`), 'ERR_BAD_ROW', 'u.item, line 3: item "1" stood there before'],
    ['u.item', latin1(`|a||||${flags()}\n`), 'ERR_BAD_ROW', 'u.item, line 1: the item id is missing'],
    ['u.item', '', 'ERR_FILE_EMPTY', 'u.item'],
    ['u.item', '\n', 'ERR_FILE_EMPTY', 'u.item'],
    ['u.genre', 'unknown|0\nAction|2\n', 'ERR_BAD_ROW', 'u.genre, line 2: "Action|2"'],
    ['u.data', '1\t2\t5\t881250949\n1\t1\t0\t1\n', 'ERR_BAD_ROW', 'u.data, line 2: column 2 is "0"'],
    ['u.data', '1,2,5,881250949\n', 'ERR_FILE_FORMAT', 'u.data has no column'],
  ] as const)('%s that holds %j is %s', async (name, content, code, detail) => {
    const folder = await folderOf({ ...ml100k, [name]: content })
    expect(await detailOf(code, readDataset(datasets['ml-100k'], folder))).toContain(detail)
  })

  test('a movies.csv with other columns is refused', async () => {
    const folder = await folderOf({ 'ratings.csv': 'userId,movieId,rating,timestamp\n1,7,4,100\n', 'movies.csv': 'id,name\n7,x\n' })
    expect(await detailOf('ERR_FILE_FORMAT', readDataset(datasets['ml-20m'], folder))).toContain('"movieId,title,genres"')
  })

  test('a file that is not there is ERR_FILE_MISSING', async () => {
    const folder = await folderOf(ml100k)
    await rm(join(folder, 'u.genre'))
    expect(await detailOf('ERR_FILE_MISSING', readDataset(datasets['ml-100k'], folder))).toContain('u.genre')
  })

  test('every file that is read is part of the checksum, which may be had without reading the rows', async () => {
    const checksum = async (files: Readonly<Record<string, string | Buffer>>): Promise<string | undefined> =>
      (await readDataset(datasets['ml-100k'], await folderOf(files))).provenance.checksum
    const whole = await checksum(ml100k)
    expect(whole).toMatch(/^[0-9a-f]{64}$/)
    expect(await checksum({ ...ml100k })).toBe(whole)
    expect(await datasetChecksum(datasets['ml-100k'], await folderOf(ml100k), {})).toBe(whole)
    expect(await checksum({ ...ml100k, 'u.genre': 'unknown|0\nAction|1\nDrama|2\n' })).not.toBe(whole)
  })
})

describe('the registry', () => {
  test('each dataset is one file of its folder, under its own name', async () => {
    const files = await readdir(fileURLToPath(new URL('../../src/files/datasets', import.meta.url)))
    expect(files.filter(file => file !== 'movielens.ts').map(file => file.replace('.ts', '')).sort()).toEqual(Object.keys(datasets).sort())
    for (const [name, definition] of Object.entries(datasets)) {
      expect(definition.name).toBe(name)
      expect(datasetDefinition(name)).toBe(definition)
      if (!definition.page) expect(definition.zipUrl).toBe(`https://files.grouplens.org/datasets/movielens/${name}.zip`)
      expect(definition.citation).toContain('Harper')
      expect(definition.license).not.toBe('')
      for (const figure of Object.values(definition.published)) expect(figure).toBeGreaterThan(0)
    }
  })

  test('another name is ERR_UNKNOWN_NAME and lists those there are', async () => {
    for (const name of ['ml-2m', 'toString', '']) {
      const error = await errorOf('ERR_UNKNOWN_NAME', (async () => datasetDefinition(name))())
      expect(error.detail).toContain('ml-latest-small')
    }
  })
})

describe('locateDataset', () => {
  const place = async (definition: DatasetDefinition, folder: string): Promise<string> => {
    await mkdir(join(folder, definition.name), { recursive: true })
    for (const file of filesOf(definition)) await writeFile(join(folder, definition.name, file), '')
    return join(folder, definition.name)
  }
  const definition = datasets['ml-100k']

  test('looks in MATINEE_DATA_DIR, then in data/, and says where it found it', async () => {
    const cwd = await emptyFolder()
    const other = await emptyFolder()
    expect(await locateDataset(definition, { cwd })).toBeUndefined()
    expect(await locateDataset(definition, { cwd, dataDir: other })).toBeUndefined()
    const inData = await place(definition, join(cwd, 'data'))
    expect(await locateDataset(definition, { cwd, dataDir: other })).toEqual({ folder: inData, foundIn: 'data' })
    expect(await locateDataset(definition, { cwd, dataDir: '' })).toEqual({ folder: inData, foundIn: 'data' })
    const inOther = await place(definition, other)
    expect(await locateDataset(definition, { cwd, dataDir: other })).toEqual({ folder: inOther, foundIn: 'MATINEE_DATA_DIR' })
    expect(await locateDataset(definition, { cwd })).toEqual({ folder: inData, foundIn: 'data' })
  })

  test('a relative MATINEE_DATA_DIR counts from where the command was started', async () => {
    const cwd = await emptyFolder()
    const folder = await place(definition, join(cwd, 'sets'))
    const found = await locateDataset(definition, { cwd: join(cwd, 'project'), dataDir: '../sets' })
    expect(found).toEqual({ folder, foundIn: 'MATINEE_DATA_DIR' })
  })

  test('a folder that lacks a file is not the dataset', async () => {
    const cwd = await emptyFolder()
    const folder = await place(definition, join(cwd, 'data'))
    await rm(join(folder, 'u.genre'))
    expect(await locateDataset(definition, { cwd })).toBeUndefined()
  })
})
