// Titles of a dataset that numbers another one's items anew: lines `own-id other-id`, and the other's titles.
import { MatineeError } from '@matinee/core'
import type { TitlesFormat } from '../definition.ts'

/** file: the map, in the dataset's folder; folder: of the other dataset, from there. */
export const mappedTitles = (file: string, folder: string, other: TitlesFormat): TitlesFormat => ({
  file,
  encoding: other.encoding,
  alsoReads: [other.file, ...other.alsoReads].map(name => `${folder}${name}`),
  parse: (text, [titles, ...others], name) => {
    const known = other.parse(titles, others, other.file)
    const lines = text.split(/\r?\n/).filter(line => line !== '')
    return new Map(lines.map((line, at) => {
      const [own, theirs, ...more] = line.split(' ')
      const info = known.get(theirs)
      if (info && more.length === 0) return [own, info]
      throw new MatineeError('ERR_BAD_ROW', `${name}, line ${at + 1}: ${JSON.stringify(line.slice(0, 80))}, expected an id, a blank, and an id of ${other.file}.`)
    }))
  },
})
