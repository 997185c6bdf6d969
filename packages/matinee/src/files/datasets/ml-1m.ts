// MovieLens 1M, released 2003: ratings from 1 to 5, 2000 to 2003.
import type { DatasetDefinition } from '../definition.ts'
import { moviesDat } from '../titles/movies-dat.ts'
import { GROUPLENS, citation, closedLicense, ratingsDat } from './movielens.ts'

export const ml1m: DatasetDefinition = {
  name: 'ml-1m',
  title: 'MovieLens 1M',
  published: { users: 6_040, items: 3_883, ratings: 1_000_209 },
  license: closedLicense,
  citation,
  zipUrl: `${GROUPLENS}ml-1m.zip`,
  ratings: ratingsDat,
  titles: moviesDat('latin-1'),
}
