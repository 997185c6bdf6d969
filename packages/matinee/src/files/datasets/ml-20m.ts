// MovieLens 20M, released 2015: ratings from 0.5 to 5, 1995 to 2015.
import type { DatasetDefinition } from '../definition.ts'
import { moviesCsv } from '../titles/movies-csv.ts'
import { GROUPLENS, citation, closedLicense, ratingsCsv } from './movielens.ts'

export const ml20m: DatasetDefinition = {
  name: 'ml-20m',
  title: 'MovieLens 20M',
  published: { users: 138_493, items: 27_278, ratings: 20_000_263 },
  license: closedLicense,
  citation,
  zipUrl: `${GROUPLENS}ml-20m.zip`,
  ratings: ratingsCsv,
  titles: moviesCsv,
}
