// Events from somebody's own program: any iterable or async iterable of objects, or plain columns.
import { MatineeError } from '../base/index.ts'
import type { ItemInfo } from './catalogue.ts'
import { type CatalogueEntry, itemInfoOf, type UserEntry, userInfoOf } from './catalogue-entries.ts'
import { type GrowingColumns, growingColumns } from './growing-columns.ts'
import type { RawEvents } from './prepare.ts'
import { show } from './show.ts'
import { secondsOf, type Timestamp, timestampForms } from './timestamp.ts'

/** One event. All events of a set agree: all rated, all weighted or neither; all with a timestamp or none. */
export interface InteractionEvent {
  /** Not empty; a number is a safe integer, and 7 is the same id as '7'. */
  readonly userId: string | number
  /** Like userId. */
  readonly itemId: string | number
  /** > 0; becomes a weight by the weighting that is chosen later. */
  readonly rating?: number
  /** > 0; counts as it is. Without rating and weight every event has weight 1. */
  readonly weight?: number
  readonly timestamp?: Timestamp
}

/** The same as columns of one length. */
export interface EventColumns {
  readonly userId: ArrayLike<string | number>
  readonly itemId: ArrayLike<string | number>
  readonly rating?: ArrayLike<number>
  readonly weight?: ArrayLike<number>
  readonly timestamp?: ArrayLike<Timestamp>
}

/** Events one by one, as they come, or as columns. */
export type EventSource = Iterable<InteractionEvent> | AsyncIterable<InteractionEvent> | EventColumns

/** What is known besides the events. */
export interface EventOptions {
  /** What outputs call the events; default `events`. */
  readonly name?: string
  /** What is known of the items; ids without events are allowed. The last entry of an id counts. */
  readonly items?: Iterable<CatalogueEntry> | AsyncIterable<CatalogueEntry>
  /** The same of the users. */
  readonly users?: Iterable<UserEntry> | AsyncIterable<UserEntry>
}

/**
 * Reads events into columns; rows keep the order in which the events came.
 *
 * Throws ERR_EVENT for the first event with a field that is missing, of the wrong kind, empty, not finite or
 * ≤ 0, or that has other fields than the event before it; ERR_SHAPE for columns of different lengths or a source
 * of no accepted kind; ERR_EMPTY for no event.
 */
export async function fromEvents(source: EventSource, { name = 'events', items = [], users }: EventOptions = {}): Promise<RawEvents> {
  const reader = eventReader()
  if (isColumns(source)) {
    readColumns(source, reader)
  } else if (Symbol.asyncIterator in source) {
    for await (const event of source) reader.read(event)
  } else if (Symbol.iterator in source) {
    for (const event of source) reader.read(event)
  } else {
    throw new MatineeError('ERR_SHAPE', `the events are ${show(source)}, expected an iterable, an async iterable or columns.`)
  }
  const columns = reader.finish()
  if (!columns) throw new MatineeError('ERR_EMPTY', `${name} holds 0 events, expected at least 1.`)
  const itemInfo = await readEntries('items', items, itemInfoOf)
  const userInfo = users && await readEntries('users', users, userInfoOf)
  return { name, synthetic: false, ...columns, itemInfo, ...(userInfo && { userInfo }), rowsRead: columns.interactions.users.length, badRows: 0 }
}

async function readEntries<Entry>(
  of: 'items' | 'users', entries: Iterable<Entry> | AsyncIterable<Entry>, infoOf: (entry: Entry, position: number) => [string, ItemInfo],
): Promise<Map<string, ItemInfo>> {
  if (typeof entries !== 'object' || !(Symbol.asyncIterator in entries || Symbol.iterator in entries)) {
    throw new MatineeError('ERR_SHAPE', `${of} is ${show(entries)}, expected an iterable or async iterable of objects with ${of === 'items' ? 'itemId' : 'userId'}.`)
  }
  const info = new Map<string, ItemInfo>()
  let position = 0
  for await (const entry of entries) info.set(...infoOf(entry, position++))
  return info
}

function isColumns(source: unknown): source is EventColumns {
  if (typeof source !== 'object' || source === null) {
    throw new MatineeError('ERR_SHAPE', `the events are ${show(source)}, expected an iterable, an async iterable or columns.`)
  }
  return 'userId' in source || 'itemId' in source
}

function readColumns(columns: EventColumns, { read }: EventReader): void {
  const { userId, itemId, rating, weight, timestamp } = columns
  const length = userId?.length
  for (const [name, column] of Object.entries({ userId, itemId, rating, weight, timestamp })) {
    const isOptional = name !== 'userId' && name !== 'itemId'
    if (column === undefined && isOptional) continue
    if (!Number.isInteger(column?.length) || column?.length !== length) {
      throw new MatineeError('ERR_SHAPE', `column ${name} has ${column?.length ?? 'no'} rows, expected ${length ?? 'as many as userId'}.`)
    }
  }
  for (let row = 0; row < length; row++) {
    read({ userId: userId[row], itemId: itemId[row], rating: rating?.[row], weight: weight?.[row], timestamp: timestamp?.[row] })
  }
}

interface EventReader {
  readonly read: (event: InteractionEvent) => void
  /** Undefined where no event came. */
  readonly finish: () => ReturnType<GrowingColumns['finish']> | undefined
}

type ValueField = 'rating' | 'weight' | 'neither'

// The first event says which fields all of them have.
function eventReader(): EventReader {
  let position = 0
  let field: ValueField = 'neither'
  let hasTimestamps = false
  let columns: GrowingColumns | undefined
  const read = (event: InteractionEvent): void => {
    if (typeof event !== 'object' || event === null) throw badField(position, 'itself', event, 'an object with userId and itemId')
    if (!columns) {
      field = event.rating !== undefined ? 'rating' : event.weight !== undefined ? 'weight' : 'neither'
      hasTimestamps = event.timestamp !== undefined
      columns = growingColumns(hasTimestamps)
    }
    checkId(event.userId, 'userId', position)
    checkId(event.itemId, 'itemId', position)
    const timestamp = hasTimestamps ? timeOf(event, position) : noTimeOf(event, position)
    columns.push(event.userId, event.itemId, valueOf(event, field, position), timestamp)
    position++
  }
  return { read, finish: () => columns?.finish(field === 'rating' ? 'rating' : 'weight') }
}

function checkId(id: unknown, field: string, position: number): void {
  const isId = typeof id === 'string' ? id !== '' : Number.isSafeInteger(id)
  if (!isId) throw badField(position, field, id, 'a string that is not empty, or a safe integer')
}

function valueOf(event: InteractionEvent, field: ValueField, position: number): number {
  const other = field === 'rating' ? 'weight' : field === 'weight' ? 'rating' : event.rating !== undefined ? 'rating' : 'weight'
  if (event[other] !== undefined) {
    const expected = field === 'neither' ? 'none, as in the event before' : `none, since events have a ${field}`
    throw badField(position, other, event[other], expected)
  }
  if (field === 'neither') return 1
  const value = event[field]
  const asFloat32 = Math.fround(value as number)
  if (typeof value === 'number' && asFloat32 > 0 && asFloat32 < Infinity) return value
  throw badField(position, field, value, 'a finite number > 0 within the range of float32')
}

function timeOf(event: InteractionEvent, position: number): number {
  const seconds = secondsOf(event.timestamp)
  if (seconds === undefined) throw badField(position, 'timestamp', event.timestamp, timestampForms)
  return seconds
}

function noTimeOf(event: InteractionEvent, position: number): undefined {
  if (event.timestamp !== undefined) throw badField(position, 'timestamp', event.timestamp, 'none, as in the event before')
}

const badField = (position: number, field: string, value: unknown, expected: string): MatineeError =>
  new MatineeError('ERR_EVENT', `event ${position} (counted from 0): ${field} is ${show(value)}, expected ${expected}.`)
