// movies.csv of MovieLens 20M and later: movieId,title,genres, quoted where a title has a comma.
import type { TitlesFormat } from '../definition.ts'
import { readItemRecords } from './item-records.ts'
import { genresOf, movieInfo } from './movie.ts'

export const moviesCsv: TitlesFormat = {
  file: 'movies.csv',
  encoding: 'utf-8',
  alsoReads: [],
  parse: (text, _, file) => readItemRecords(text, file, {
    delimiter: ',', quote: '"', nFields: 3, header: ['movieId', 'title', 'genres'],
    read: ([id, title, genres]) => [id, movieInfo(title, genresOf(genres))],
  }),
}
