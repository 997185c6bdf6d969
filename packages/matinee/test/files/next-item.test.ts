// ml-1m-next-item: titles through the maps, and the same interactions as ml-1m's 5-core, in an order that its timestamps allow.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { datasets, downloadDataset, locateDataset, readDataset } from '../../src/files/index.ts'
import { mappedTitles } from '../../src/files/titles/mapped.ts'
import { moviesDat } from '../../src/files/titles/movies-dat.ts'

const name = 'ml-1m-next-item'
const located = await locateDataset(datasets[name], { dataDir: process.env.MATINEE_DATA_DIR, cwd: import.meta.dirname })

describe.skipIf(!located)(`${name} (skipped if MATINEE_DATA_DIR has no ${name}/ beside ml-1m/)`, () => {
  const folder = located?.folder ?? ''

  test('has no timestamps, no ratings, and a title for every item', async () => {
    const { interactions, users, items, catalogue, provenance } = await readDataset(datasets[name], folder)
    expect([users.size, items.size, interactions.items.length]).toEqual([6040, 3416, 999_611])
    expect(provenance).toMatchObject({ repeated: 0, badRows: 0 })
    expect(interactions.timestamps).toBeUndefined()
    expect(new Set(interactions.values)).toEqual(new Set([1]))
    expect(catalogue.filter(({ title }) => title === undefined)).toEqual([])
    expect(catalogue[items.indexOf('1') ?? -1].title).toBe('Raiders of the Lost Ark (1981)') // 1198 of ml-1m
  })

  test('is ml-1m with --k-core 5 under other ids: the same pairs, in an order in which no timestamp falls', async () => {
    const next = await readDataset(datasets[name], folder)
    const core = await readDataset(datasets['ml-1m'], join(folder, '..', 'ml-1m'), { kCore: 5 })
    const titles = (catalogue: typeof next.catalogue): string[] => catalogue.map(({ title }) => title ?? '')
    const itemOf = new Map(titles(core.catalogue).map((title, index) => [title, index]))
    const items = titles(next.catalogue).map(title => itemOf.get(title) ?? -1)
    expect(new Set(items).size).toBe(3416)
    expect(core.interactions.items).toHaveLength(999_611)
    // users by what they had, since their ids differ
    const historiesOf = ({ interactions: { users, items: own, nUsers } }: typeof next, map: (item: number) => number): number[][] => {
      const histories = Array.from({ length: nUsers }, (): number[] => [])
      users.forEach((user, row) => histories[user].push(map(own[row])))
      return histories
    }
    const sorted = (history: readonly number[]): string => history.toSorted((a, b) => a - b).join(' ')
    const userOf = new Map(historiesOf(core, item => item).map((history, user) => [sorted(history), user]))
    const times = new Map<number, number>()
    core.interactions.users.forEach((user, row) => times.set(user * 3416 + core.interactions.items[row], core.interactions.timestamps?.[row] ?? NaN))
    const falls = historiesOf(next, item => items[item]).filter(history => {
      const user = userOf.get(sorted(history)) ?? NaN
      return !history.every((item, at) => at === 0 || (times.get(user * 3416 + item) ?? NaN) >= (times.get(user * 3416 + history[at - 1]) ?? NaN))
    })
    expect(falls).toEqual([])
  })
})

test('where it is missing, what is missing and where it comes from is said', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'matinee-next-item-'))
  try {
    await expect(downloadDataset(datasets[name], empty)).rejects.toThrow(/ERR_FILE_MISSING: .* lacks ml-1m.txt, sas_to_original_items.txt, ..\/ml-1m\/movies.dat.*github.com/)
  } finally {
    await rm(empty, { recursive: true })
  }
})

test('a map that names an unknown item is refused with its line', () => {
  const { parse } = mappedTitles('map.txt', '../other/', moviesDat('latin-1'))
  const movies = '7::Sabrina (1995)::Comedy|Romance\n'
  expect(parse('1 7\n', [movies], 'map.txt').get('1')?.title).toBe('Sabrina (1995)')
  expect(() => parse('1 7\n2 8\n', [movies], 'map.txt')).toThrow(/ERR_BAD_ROW: map.txt, line 2/)
  expect(() => parse('1 7 7\n', [movies], 'map.txt')).toThrow(/ERR_BAD_ROW: map.txt, line 1/)
})
