// MovieLens Latest Small, release of September 2018: ratings from 0.5 to 5, 1996 to 2018.
import type { DatasetDefinition } from '../definition.ts'
import { moviesCsv } from '../titles/movies-csv.ts'
import { GROUPLENS, citation, openLicense, ratingsCsv } from './movielens.ts'

export const mlLatestSmall: DatasetDefinition = {
  name: 'ml-latest-small',
  title: 'MovieLens Latest Small',
  published: { users: 610, items: 9_742, ratings: 100_836 },
  license: openLicense,
  citation,
  zipUrl: `${GROUPLENS}ml-latest-small.zip`,
  ratings: ratingsCsv,
  titles: moviesCsv,
}
