// MovieLens 32M, released 2024: ratings from 0.5 to 5, 1995 to 2023.
import type { DatasetDefinition } from '../definition.ts'
import { moviesCsv } from '../titles/movies-csv.ts'
import { GROUPLENS, citation, openLicense, ratingsCsv } from './movielens.ts'

export const ml32m: DatasetDefinition = {
  name: 'ml-32m',
  title: 'MovieLens 32M',
  published: { users: 200_948, items: 87_585, ratings: 32_000_204 },
  license: openLicense,
  citation,
  zipUrl: `${GROUPLENS}ml-32m.zip`,
  ratings: ratingsCsv,
  titles: moviesCsv,
}
