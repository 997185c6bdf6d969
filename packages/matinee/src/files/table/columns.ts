// Which column is the user, the item, the rating: as asked for, or by names that are usual.
import { MatineeError } from '@matinee/core'

/** A column's name, or its position from 0. */
export type ColumnRef = string | number

/** What was asked for; the rest is looked for by `usualNames`. */
export interface EventColumns {
  readonly user?: ColumnRef
  readonly item?: ColumnRef
  /** Not together with `weight`. */
  readonly rating?: ColumnRef
  readonly weight?: ColumnRef
  readonly time?: ColumnRef
}

export type EventField = keyof EventColumns

/** Tried in this order, exactly first, then without regard to capitals. A rating is looked for before a weight. */
export const usualNames = {
  user: ['userId', 'user_id', 'user', 'customerId', 'customer_id'],
  item: ['itemId', 'item_id', 'item', 'movieId', 'movie_id', 'productId', 'product_id'],
  rating: ['rating'],
  weight: ['weight'],
  time: ['timestamp', 'time', 'ts'],
} as const satisfies Record<EventField, readonly string[]>

/** The columns an events file gives, as positions. */
export interface FoundColumns {
  readonly user: number
  readonly item: number
  readonly value?: { readonly column: number; readonly kind: 'rating' | 'weight' }
  readonly time?: number
}

/** Where `ref` stands among `names`, or undefined. A name is matched exactly, or else without regard to capitals. */
export function positionOf(ref: ColumnRef, names: readonly string[]): number | undefined {
  if (typeof ref === 'number') return Number.isInteger(ref) && ref >= 0 && ref < names.length ? ref : undefined
  const exact = names.indexOf(ref)
  if (exact >= 0) return exact
  const lower = ref.toLowerCase()
  const near = names.findIndex(name => name.toLowerCase() === lower)
  return near >= 0 ? near : undefined
}

/** Where the first of the usual names stands, or undefined. */
export function usualPosition(usual: readonly string[], names: readonly string[]): number | undefined {
  for (const name of usual) {
    const position = names.indexOf(name)
    if (position >= 0) return position
  }
  for (const name of usual) {
    const position = positionOf(name, names)
    if (position !== undefined) return position
  }
  return undefined
}

/**
 * True if the first record of a file names columns: every name that was asked for stands in it, and where the
 * user or the item was not asked for, a usual name. Where all are positions: any usual name, or a rating or time that
 * is a word.
 */
export function namesColumns(fields: readonly string[], asked: EventColumns): boolean {
  const refs = [asked.user, asked.item, asked.rating, asked.weight, asked.time].filter(ref => ref !== undefined)
  if (refs.some(ref => typeof ref === 'string' && positionOf(ref, fields) === undefined)) return false
  const isThere = (field: EventField): boolean => usualPosition(usualNames[field], fields) !== undefined
  const isMissing = (['user', 'item'] as const).some(field => asked[field] === undefined && !isThere(field))
  if (isMissing) return false
  if (typeof asked.user === 'string' || typeof asked.item === 'string' || asked.user === undefined || asked.item === undefined) return true
  const hasUsualValue = (['rating', 'weight', 'time'] as const).some(isThere)
  const hasText = [asked.rating, asked.weight, asked.time].some(ref => typeof ref === 'number' && isWord(fields[ref]))
  const hasUsual = [asked.user, asked.item].every((position, index) => {
    const usual: readonly string[] = index === 0 ? usualNames.user : usualNames.item
    return usual.some(name => name.toLowerCase() === fields[position]?.toLowerCase())
  })
  return hasText || hasUsual || hasUsualValue || refs.some(ref => typeof ref === 'string')
}

// a name of a column, not a number, a date, or one of the ways to write that there is none
const isWord = (text: string | undefined): boolean =>
  text !== undefined && /^[A-Za-z_][\w .-]*$/.test(text) && !/^(nan|inf|infinity|null|na|none)$/i.test(text)

/**
 * The positions of the columns that were asked for or are found by a usual name.
 *
 * Throws ERR_OPTION if rating and weight are both asked for, ERR_FILE_FORMAT naming the columns that were found
 * if one that is needed is missing, stands there twice, or serves two purposes.
 */
export function findColumns(names: readonly string[], asked: EventColumns, file: string): FoundColumns {
  if (asked.rating !== undefined && asked.weight !== undefined) {
    throw new MatineeError('ERR_OPTION', `rating is column ${asked.rating} and weight is column ${asked.weight}, expected one of the two.`)
  }
  const find = (field: EventField): number | undefined => {
    const ref = asked[field]
    return ref === undefined ? usualPosition(usualNames[field], names) : requireColumn(ref, names, field, file)
  }
  const user = find('user') ?? missing('user', usualNames.user, names, file)
  const item = find('item') ?? missing('item', usualNames.item, names, file)
  const rating = asked.weight === undefined ? find('rating') : undefined
  const weight = rating === undefined ? find('weight') : undefined
  const time = find('time')
  const positions = [user, item, rating, weight, time].filter(position => position !== undefined)
  if (new Set(positions).size < positions.length) {
    throw new MatineeError('ERR_FILE_FORMAT', `${file}: user, item, rating, weight and time are columns ${positions.join(', ')} of `
      + `${listNames(names)}, expected a different one for each.`)
  }
  const value = rating !== undefined ? { column: rating, kind: 'rating' as const }
    : weight !== undefined ? { column: weight, kind: 'weight' as const } : undefined
  return { user, item, ...(value && { value }), ...(time !== undefined && { time }) }
}

/** The position of a column that was asked for; throws ERR_FILE_FORMAT naming the columns that were found. */
export function requireColumn(ref: ColumnRef, names: readonly string[], field: string, file: string): number {
  const position = positionOf(ref, names)
  if (position === undefined) {
    const what = typeof ref === 'number' ? `position ${ref}` : JSON.stringify(ref)
    throw new MatineeError('ERR_FILE_FORMAT', `${file} has no column ${what} (${field}), expected one of the ${names.length} found: `
      + `${listNames(names)}.`)
  }
  if (typeof ref === 'string' && names.filter(name => name === ref).length > 1) {
    throw new MatineeError('ERR_FILE_FORMAT', `${file} has several columns called ${JSON.stringify(ref)} (${field}), expected one; found `
      + `${listNames(names)}.`)
  }
  return position
}

/** Throws ERR_FILE_FORMAT: no column has one of the usual names. */
export function missing(field: string, usual: readonly string[], names: readonly string[], file: string): never {
  throw new MatineeError('ERR_FILE_FORMAT', `${file} has no column for the ${field}: expected one called ${usual.join(', ')}, `
    + `or one named by you; found ${listNames(names)}.`)
}

const listNames = (names: readonly string[]): string =>
  names.slice(0, 30).map(name => JSON.stringify(name.slice(0, 60))).join(', ') || 'none'
