// u.item of MovieLens 100K: id | title | release | video release | IMDb URL | 19 genre flags; names in u.genre.
import { MatineeError } from '@matinee/core'
import type { TitlesFormat } from '../definition.ts'
import { readItemRecords } from './item-records.ts'
import { movieInfo } from './movie.ts'

const FIRST_FLAG = 5

export const uItem: TitlesFormat = {
  file: 'u.item',
  encoding: 'latin-1',
  alsoReads: ['u.genre'],
  parse: (text, [genreText], file) => {
    const genres = genreNames(genreText)
    return readItemRecords(text, file, {
      delimiter: '|', quote: '', nFields: FIRST_FLAG + genres.length,
      read: ([id, title, ...rest]) => {
        const flags = rest.slice(FIRST_FLAG - 2)
        return [id, movieInfo(title, genres.filter((_, genre) => flags[genre] === '1'))]
      },
    })
  },
}

/** position = flag, from lines `Action|1` */
function genreNames(text: string): string[] {
  const names: string[] = []
  text.split(/\r?\n/).forEach((line, at) => {
    if (line === '') return
    const [name, position, ...more] = line.split('|')
    if (position !== String(names.length) || more.length > 0) {
      throw new MatineeError('ERR_BAD_ROW', `u.genre, line ${at + 1}: ${JSON.stringify(line.slice(0, 80))}, `
        + `expected a genre and the number ${names.length}, as in Action|1.`)
    }
    names.push(name)
  })
  return names
}
