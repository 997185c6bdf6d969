// MovieLens 1M as next-item papers have it (SASRec, BERT4Rec): 5-core, no ratings, and the order of the file is the time.
import type { DatasetDefinition } from '../definition.ts'
import { mappedTitles } from '../titles/mapped.ts'
import { moviesDat } from '../titles/movies-dat.ts'
import { citation, closedLicense } from './movielens.ts'

export const ml1mNextItem: DatasetDefinition = {
  name: 'ml-1m-next-item',
  title: 'MovieLens 1M, next item',
  published: { users: 6_040, items: 3_416, ratings: 999_611 },
  license: closedLicense,
  citation,
  page: 'https://github.com/kang205/SASRec (data/ml-1m.txt) and https://github.com/asash/ml1m-sas-mapping (the maps to the ids of ml-1m)',
  ratings: { file: 'ml-1m.txt', dialect: { delimiter: ' ', quote: '', header: false, encoding: 'utf-8' }, columns: { user: 0, item: 1 } },
  titles: mappedTitles('sas_to_original_items.txt', '../ml-1m/', moviesDat('latin-1')),
}
