// The real files, where MATINEE_DATA_DIR holds them.
import { describe, expect, test } from 'vitest'
import { datasets, locateDataset, readDataset } from '../../src/files/index.ts'

// as counted in the published files; items are those that have a rating
const facts = [
  {
    name: 'ml-100k', ratings: 100_000, users: 943, items: 1_682,
    title: ['50', 'Star Wars (1977)', 1977],
    accent: ['1633', 'Á köldum klaka (Cold Fever) (1994)'],
  },
  {
    name: 'ml-1m', ratings: 1_000_209, users: 6_040, items: 3_706,
    title: ['260', 'Star Wars: Episode IV - A New Hope (1977)', 1977],
    accent: ['1320', 'Alien³ (1992)'],
  },
  {
    name: 'ml-latest-small', ratings: 100_836, users: 610, items: 9_724,
    title: ['260', 'Star Wars: Episode IV - A New Hope (1977)', 1977],
    accent: ['73', 'Misérables, Les (1995)'],
  },
] as const

for (const { name, ratings, users, items, title: [id, title, year],
    accent } of facts) {
  const located = await locateDataset(datasets[name], { dataDir: process.env.MATINEE_DATA_DIR, cwd: import.meta.dirname })
  describe.skipIf(!located)(`${name} (skipped if MATINEE_DATA_DIR has no ${name}/)`, () => {
    const folder = located?.folder ?? ''

    test(`has ${ratings} ratings of ${users} users for ${items} items, each row a different pair, all with a title`, async () => {
      const dataset = await readDataset(datasets[name], folder)
      expect(dataset.provenance).toMatchObject({ rowsRead: ratings, badRows: 0, belowMinRating: 0, repeated: 0, outsideKCore: 0 })
      expect([dataset.users.size, dataset.items.size]).toEqual([users, items])
      expect(dataset.interactions.values).toHaveLength(ratings)
      expect(dataset.interactions.valueKind).toBe('rating')
      expect(dataset.catalogue.filter(item => item.title === undefined)).toEqual([])
      const item = dataset.catalogue[dataset.items.indexOf(id) ?? -1]
      expect(item).toMatchObject({ title, attributes: { year } })
      expect(item.attributes.genres).toContain('Sci-Fi')
      expect(dataset.catalogue[dataset.items.indexOf(accent[0]) ?? -1]?.title).toBe(accent[1])
      expect(dataset.catalogue.filter(known => /[\u0080-\u009f\ufffd]/.test(known.title ?? ''))).toEqual([])
      expect(datasets[name].published).toMatchObject({ ratings, users })
    })

    test('is the same for one thread and for three', async () => {
      const one = await readDataset(datasets[name], folder, { threads: 1 })
      const three = await readDataset(datasets[name], folder, { threads: 3 })
      expect(three.interactions).toEqual(one.interactions)
      expect(three.users.ids).toEqual(one.users.ids)
      expect(three.provenance).toEqual(one.provenance)
    })
  })
}
