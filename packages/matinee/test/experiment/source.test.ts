import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { originFrom, originRecord } from '../../src/experiment/index.ts'

const cwd = resolve('somewhere')
const dir = join(cwd, 'artifacts')

test('what a manifest says of its data is what was loaded, with files by their paths from the folder of the versions', () => {
  const reading = { user: 'customer', item: 1, header: undefined }
  const load = { minRating: 3, kCore: 5, skipBadRows: true }
  const record = originRecord({ data: { file: 'data/events.csv', reading, itemsFile: 'items.csv', usersFile: join(cwd, 'users.csv') }, load }, dir, cwd)
  expect(record).toEqual({ file: '../data/events.csv', reading, itemsFile: '../items.csv', usersFile: '../users.csv', ...load })
  const moved = resolve('elsewhere', 'artifacts')
  expect(originFrom({ source: JSON.parse(JSON.stringify(record)) as object }, moved)).toEqual({
    data: { file: resolve('elsewhere/data/events.csv'), reading: { user: 'customer', item: 1 }, itemsFile: resolve('elsewhere/items.csv'), usersFile: resolve('elsewhere/users.csv') }, load,
  })
})

test('a dataset is known by its name, also where an older manifest says no more', () => {
  const record = originRecord({ data: { dataset: 'ml-100k', mirror: 'https://example.org' }, load: {} }, dir, cwd)
  expect(originFrom({ source: record }, dir)).toEqual({ data: { dataset: 'ml-100k' }, load: {} })
  expect(originFrom({ dataset: { name: 'synthetic' } }, dir)).toEqual({ data: { dataset: 'synthetic' }, load: {} })
  for (const manifest of [{}, { dataset: { name: 'events.csv' } }]) expect(() => originFrom(manifest, dir)).toThrow(/ERR_USAGE: the live version in .*artifacts does not say/)
})
