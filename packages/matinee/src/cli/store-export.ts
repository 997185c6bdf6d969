// The events of a store as a file that `matinee train` and `matinee store import` read.
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { once } from 'node:events'
import { throwIfAborted, type RunContext } from '@matinee/core'
import { writeError } from '../files/index.ts'
import type { Store, StoredEvent } from '../store/index.ts'

const CHANGES_AT_ONCE = 2_000

export type ExportFormat = 'csv' | 'jsonl'

export interface ExportOptions extends RunContext {
  readonly format: ExportFormat
  /** Only events of this type. */
  readonly type?: string
}

/** Writes beside `path`, and under its name when all is there; gives the number of events. Throws ERR_STORE, ERR_DISK_FULL, ERR_READ_ONLY, ERR_IO. */
export async function exportToFile(store: Store, path: string, options: ExportOptions): Promise<number> {
  const incoming = `${path}.incoming`
  const out = createWriteStream(incoming)
  const failed = new Promise<never>((_, reject) => out.on('error', error => reject(writeError(error, path))))
  const written = (async () => {
    const n = await exportTo(store, out, options)
    await new Promise<void>(resolve => out.end(resolve))
    await rename(incoming, path)
    return n
  })()
  try {
    return await Promise.race([written, failed])
  } catch (error) {
    out.destroy()
    await rm(incoming, { force: true })
    throw error
  }
}

/** Writes events in the order of their numbers; those that were undone or erased are not among them. Gives how many. */
export async function exportTo(store: Store, out: Writable, { format, type, signal, onProgress }: ExportOptions): Promise<number> {
  const { events: total } = await store.stats()
  const wanted = (event: StoredEvent): boolean => type === undefined || event.type === type
  const line = format === 'jsonl' ? jsonLine : await csv(store, out, wanted)
  let n = 0
  for await (const events of pages(store)) {
    throwIfAborted(signal)
    const lines = events.filter(wanted).map(line)
    n += lines.length
    if (!out.writable) return n // who reads has enough
    if (lines.length > 0 && !out.write(lines.join(''))) await drained(out)
    onProgress?.({ stage: 'export', done: Math.min(n, total), total })
  }
  return n
}

async function drained(out: Writable): Promise<void> {
  try {
    await once(out, 'drain')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}

async function* pages(store: Store): AsyncGenerator<StoredEvent[]> {
  for (let last = 0; ;) {
    const changes = await store.changesAfter(last, CHANGES_AT_ONCE)
    const newest = changes.at(-1)
    if (newest === undefined) return
    last = newest.sequence
    yield changes.flatMap(change => change.kind === 'event' ? [change.event] : [])
  }
}

// userId comes first: by that import knows the file
const jsonLine = ({ userId, itemId, rating, weight, type, timestamp, key, receivedAt, sequence }: StoredEvent): string =>
  `${JSON.stringify({ userId, itemId, rating, weight, type, timestamp, key, receivedAt, sequence })}\n`

/**
 * Writes the header, and gives what writes a row. `train` wants one column of values with a value in each row: `rating` where every
 * event has one, `weight` where none has; where some have, both stand there and --type takes them apart. Where the client did not say
 * when, it is when the server had it.
 */
async function csv(store: Store, out: Writable, wanted: (event: StoredEvent) => boolean): Promise<(event: StoredEvent) => string> {
  let [rated, others] = [false, false]
  for await (const events of pages(store)) {
    for (const event of events.filter(wanted)) {
      if (event.rating === undefined) others = true
      else rated = true
    }
  }
  const values: [string, (event: StoredEvent) => number | string][] = []
  if (rated) values.push(['rating', ({ rating }) => rating ?? ''])
  if (others || !rated) values.push(['weight', ({ rating, weight }) => rating === undefined ? weight ?? 1 : ''])
  out.write(`userId,itemId,${values.map(([name]) => name).join()},timestamp,type\n`)
  return event => {
    const fields = [event.userId, event.itemId, ...values.map(([, of]) => of(event)), event.timestamp ?? event.receivedAt / 1000, event.type]
    return `${fields.map(field).join()}\n`
  }
}

const field = (value: string | number): string => typeof value === 'string' && /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value)
