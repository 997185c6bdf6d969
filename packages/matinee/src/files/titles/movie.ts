// What MovieLens says of a film: its title as published, the year at its end, its genres.
import type { ItemInfo } from '@matinee/core'

/** `year` is the number in the brackets that end the title; a title without them has none. */
export function movieInfo(title: string, genres: readonly string[]): ItemInfo {
  const year = /\((\d{4})\)\s*$/.exec(title)?.[1]
  return { title, attributes: { ...(year !== undefined && { year: Number(year) }), genres } }
}

/** `Comedy|Drama` as a list; `(no genres listed)` is none. */
export function genresOf(text: string): string[] {
  return text === '' || text === '(no genres listed)' ? [] : text.split('|')
}
