// movies.dat of MovieLens 1M and 10M: id::title::genres, nothing quoted.
import type { TitlesFormat } from '../definition.ts'
import type { Encoding } from '../table/dialect.ts'
import { readItemRecords } from './item-records.ts'
import { genresOf, movieInfo } from './movie.ts'

/** 1M is Latin-1, 10M is UTF-8. */
export const moviesDat = (encoding: Encoding): TitlesFormat => ({
  file: 'movies.dat',
  encoding,
  alsoReads: [],
  parse: (text, _, file) => readItemRecords(text, file, {
    delimiter: '::', quote: '', nFields: 3, read: ([id, title, genres]) => [id, movieInfo(title, genresOf(genres))],
  }),
})
