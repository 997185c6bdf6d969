// MovieLens 25M, released 2019: ratings from 0.5 to 5, 1995 to 2019.
import type { DatasetDefinition } from '../definition.ts'
import { moviesCsv } from '../titles/movies-csv.ts'
import { GROUPLENS, citation, openLicense, ratingsCsv } from './movielens.ts'

export const ml25m: DatasetDefinition = {
  name: 'ml-25m',
  title: 'MovieLens 25M',
  published: { users: 162_541, items: 62_423, ratings: 25_000_095 },
  license: openLicense,
  citation,
  zipUrl: `${GROUPLENS}ml-25m.zip`,
  ratings: ratingsCsv,
  titles: moviesCsv,
}
