// MovieLens 100K, released 1998: ratings from 1 to 5, September 1997 to April 1998.
import type { DatasetDefinition } from '../definition.ts'
import { uItem } from '../titles/u-item.ts'
import { GROUPLENS, citation, closedLicense, columns } from './movielens.ts'

export const ml100k: DatasetDefinition = {
  name: 'ml-100k',
  title: 'MovieLens 100K',
  published: { users: 943, items: 1_682, ratings: 100_000 },
  license: closedLicense,
  citation,
  zipUrl: `${GROUPLENS}ml-100k.zip`,
  ratings: { file: 'u.data', dialect: { delimiter: '\t', quote: '', header: false, encoding: 'utf-8' }, columns },
  titles: uItem,
}
