// Events of a file into a store. Each row has a key of the file's checksum and the row's number, so that an import that was killed
// is started again and nothing is there twice.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { MatineeError, throwIfAborted, type RunContext } from '@matinee/core'
import { readError, readEvents, type EventReading } from '../files/index.ts'
import { eventProblem, type FeedbackEvent, type Store } from '../store/index.ts'

const ROWS_AT_ONCE = 2_000

export interface Imported {
  readonly rows: number
  readonly added: number
  /** Were there already. */
  readonly duplicates: number
  /** Left out with --skip-bad-rows. */
  readonly badRows: number
}

export interface ImportOptions extends RunContext {
  readonly reading: EventReading
  readonly skipBadRows: boolean
  /** Of events whose rows do not say it. */
  readonly type: string
}

interface Row {
  readonly event: FeedbackEvent
  /** `line 7`. */
  readonly place: string
}

interface Rows {
  readonly all: AsyncIterable<Row> | Iterable<Row>
  readonly total: number
  /** Left out before. */
  readonly badRows: number
}

/** Throws what readEvents and a store throw, and ERR_BAD_ROW with the place for what a store cannot keep. */
export async function importEvents(store: Store, path: string, options: ImportOptions): Promise<Imported> {
  const { signal, onProgress, skipBadRows } = options
  const { all, total, badRows } = await isExport(path, options.reading) ? await exportedRows(path, options) : await tableRows(path, options)
  const counts = { rows: badRows, added: 0, duplicates: 0, badRows }
  let batch: FeedbackEvent[] = []
  const flush = async (): Promise<void> => {
    throwIfAborted(signal)
    for (const { duplicate } of await store.append(batch)) counts[duplicate ? 'duplicates' : 'added']++
    batch = []
    onProgress?.({ stage: `import ${basename(path)}`, done: counts.rows, total: Math.max(total, counts.rows) })
  }
  for await (const { event, place } of all) {
    counts.rows++
    const problem = eventProblem(event)
    if (problem !== undefined && !skipBadRows) throw new MatineeError('ERR_BAD_ROW', `${basename(path)}, ${place}: ${problem}.`)
    if (problem !== undefined) counts.badRows++
    else if (batch.push(event) === ROWS_AT_ONCE) await flush()
  }
  await flush()
  return counts
}

/** Whether it is what `matinee store export` writes as JSON lines; anything else is a table of which columns are named. */
async function isExport(path: string, reading: EventReading): Promise<boolean> {
  if (!/\.(jsonl|ndjson)$/.test(path) || Object.values(reading).some(value => value !== undefined)) return false
  const file = await open(path).catch((error: unknown) => { throw readError(error, path) })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0)
    return buffer.toString('utf8', 0, bytesRead).startsWith('{"userId":')
  } finally {
    await file.close()
  }
}

async function exportedRows(path: string, { type }: ImportOptions): Promise<Rows> {
  const hash = createHash('sha256')
  let total = 0
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(piece)
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) total++
  }
  const checksum = hash.digest('hex')
  const lines = async function* (): AsyncGenerator<Row> {
    let n = 0
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const place = `line ${++n}`
      if (line === '') continue
      const { type: own = type, timestamp = null, key = keyOf(checksum, n), ...fields } = parsed(line, `${basename(path)}, ${place}`)
      yield { place, event: { ...fields, type: own, timestamp, key } }
    }
  }
  return { all: lines(), total, badRows: 0 }
}

/** The fields of an event that a client may tell; what they hold is checked afterwards. */
function parsed(line: string, place: string): Pick<FeedbackEvent, 'userId' | 'itemId'> & Partial<FeedbackEvent> {
  try {
    const { userId, itemId, rating, weight, type, timestamp, key } = JSON.parse(line) as FeedbackEvent
    return { userId, itemId, type, timestamp, key, ...(rating !== undefined && { rating }), ...(weight !== undefined && { weight }) }
  } catch (error) {
    throw new MatineeError('ERR_BAD_ROW', `${place} is ${JSON.stringify(line.slice(0, 80))}, expected an object in JSON.`, { cause: error })
  }
}

async function tableRows(path: string, { type, reading, skipBadRows, signal, onProgress }: ImportOptions): Promise<Rows> {
  const { userIds, itemIds, interactions, badRows, print } = await readEvents(path, { ...reading, skipBadRows, signal, onProgress })
  const { users, items, values, valueKind, timestamps } = interactions
  const rows = function* (): Generator<Row> {
    for (let row = 0; row < users.length; row++) {
      const event = {
        userId: userIds[users[row]], itemId: itemIds[items[row]], type, timestamp: timestamps?.[row] ?? null, key: keyOf(print.sha256, row + 1),
        [valueKind]: shortest(values[row]),
      }
      yield { place: `row ${row + 1}`, event }
    }
  }
  return { all: rows(), total: users.length, badRows }
}

const keyOf = (checksum: string, row: number): string => `import-${checksum}-${row}`

/** The decimal number with the fewest digits that is this float32: 4.1, where the column holds 4.099999904632568. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}
