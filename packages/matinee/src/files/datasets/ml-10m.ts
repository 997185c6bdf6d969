// MovieLens 10M, released 2009: ratings from 0.5 to 5, 1995 to 2009.
import type { DatasetDefinition } from '../definition.ts'
import { moviesDat } from '../titles/movies-dat.ts'
import { GROUPLENS, citation, closedLicense, ratingsDat } from './movielens.ts'

export const ml10m: DatasetDefinition = {
  name: 'ml-10m',
  title: 'MovieLens 10M',
  published: { users: 71_567, items: 10_681, ratings: 10_000_054 },
  license: closedLicense,
  citation,
  zipUrl: `${GROUPLENS}ml-10m.zip`,
  ratings: ratingsDat,
  titles: moviesDat('utf-8'),
}
