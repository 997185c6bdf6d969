import { expect, test } from 'vitest'
import { featuresOf, unknownItem } from '../../src/dataset/index.ts'
import { rowIndices } from '../../src/sparse/index.ts'

const namesOf = (catalogue: Parameters<typeof featuresOf>[0]): string[][] => {
  const { matrix, names } = featuresOf(catalogue)
  expect([matrix.nRows, matrix.nColumns]).toEqual([catalogue.length, names.length])
  return Array.from(catalogue, (_, item) => Array.from(rowIndices(matrix, item), feature => names[feature]))
}

test('a list has a feature an element, a string and a truth one each; what one item alone has is none', () => {
  expect(namesOf([
    { attributes: { genres: ['Drama', 'War', 'Drama'], country: 'FR', colour: true, url: 'a' } },
    unknownItem,
    { attributes: { genres: ['War', 'Drama'], country: 'FR', colour: false, url: 'b' } },
    { attributes: { genres: ['War'], country: 'IT', colour: true } },
  ])).toEqual([['colour=true', 'country=FR', 'genres=Drama', 'genres=War'], [], ['country=FR', 'genres=Drama', 'genres=War'], ['colour=true', 'genres=War']])
})

test('a number is its own feature where there are few, and falls into ten bins of about equally many items otherwise', () => {
  expect(namesOf([1990, 1990, 1991, 1991].map(year => ({ attributes: { year } })))).toEqual([['year=1990'], ['year=1990'], ['year=1991'], ['year=1991']])
  const years = Array.from({ length: 200 }, (_, item) => ({ attributes: { year: item < 60 ? 1900 + item : 1990 + item % 7 } }))
  const bins = namesOf(years).flat()
  expect(bins).toHaveLength(200)
  const sizes = [...new Set(bins)].map(bin => [bin, bins.filter(other => other === bin).length])
  expect(sizes).toEqual([
    ['year=1900–1919', 20], ['year=1920–1939', 20], ['year=1940–1959', 20], ['year=1994', 20],
    ['year=1995', 20], ['year=1996', 20], ['year=1990', 20], ['year=1991', 20], ['year=1992', 20], ['year=1993', 20],
  ])
})

test('an empty catalogue has no features', () => {
  expect(featuresOf([unknownItem, unknownItem])).toMatchObject({ names: [], matrix: { nRows: 2, nColumns: 0 } })
})
