// Laws: what is written in any format is read back; the line counter cuts a file exactly as DuckDB does.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MatineeError } from '@matinee/core'
import { readEvents } from '../../src/files/read-events.ts'
import { recordScanner } from '../../src/files/table/records.ts'
import type { TextRecord } from '../../src/files/table/records.ts'
import { emptyFolder, runs, writeParquet } from './support.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
const settings = { seed, numRuns: runs(12), endOnFailure: true, verbose: true }
console.info(`records.property.test.ts: seed ${seed}`)

// ids of every kind: short and long for the 12 bytes that a string has room for, with all that must be quoted
const id = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'aé€😀"\',;|: \t\r\n\\:#-0'), minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 16 }),
  fc.integer().map(String),
  fc.uuid(),
).filter(text => text.trim() !== '' && !text.includes('\0') && text.isWellFormed())
const event = fc.record({
  user: id, item: id,
  rating: fc.double({ min: 2 ** -100, max: 2 ** 100, noNaN: true, noDefaultInfinity: true }).map(Math.fround),
  time: fc.integer({ min: 0, max: 4_000_000_000 }),
})
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never
const table = fc.array(event, { minLength: 1, maxLength: 60 })

const fields = ['user', 'item', 'rating', 'time'] as const
const quoted = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`
const delimited = (events: readonly Event[], delimiter: string): string =>
  [fields.join(delimiter), ...events.map(event => fields.map(field => quoted(event[field])).join(delimiter))].join('\n')
const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

const formats: Record<string, (events: readonly Event[], path: string) => Promise<void>> = {
  'table.csv': (events, path) => writeFile(path, delimited(events, ',')),
  'table.tsv': (events, path) => writeFile(path, delimited(events, '\t')),
  'table.dat': (events, path) => writeFile(path, delimited(events, '::')),
  'table.json': (events, path) => writeFile(path, JSON.stringify(events)),
  'table.jsonl': (events, path) => writeFile(path, events.map(event => JSON.stringify(event)).join('\n')),
  'table.parquet': (events, path) => {
    const values = events.map(({ user, item, rating, time }) => `(${sqlText(user)}, ${sqlText(item)}, ${rating}::DOUBLE, ${time})`)
    return writeParquet(path, `SELECT * FROM (VALUES ${values.join(', ')}) t("user", item, rating, time)`)
  },
}

test.each(Object.keys(formats))('any table written to %s is read back the same', { timeout: 600_000 }, async name => {
  const path = join(await emptyFolder(), name)
  await fc.assert(fc.asyncProperty(table, async events => {
    await formats[name](events, path)
    const { userIds, itemIds, interactions } = await readEvents(path, { threads: 1 })
    const read = Array.from(interactions.users, (user, row) => ({
      user: userIds[user], item: itemIds[interactions.items[row]], rating: interactions.values[row], time: interactions.timestamps?.[row],
    }))
    expect(read).toEqual(events)
    expect(userIds).toEqual([...new Set(events.map(event => event.user))])
    expect(itemIds).toEqual([...new Set(events.map(event => event.item))])
  }), settings)
})

function scanned(text: string, pieceLength: number, delimiter = ','): TextRecord[] {
  const records: TextRecord[] = []
  const scanner = recordScanner({ delimiter, quote: '"' }, record => records.push(record) > 0)
  for (let at = 0; at < text.length; at += pieceLength) scanner.push(text.slice(at, at + pieceLength))
  scanner.end()
  return records
}

const messy = fc.string({ unit: fc.constantFrom('a', 'b', ',', ',', '"', '"', '\n', '\n', ' ', '::', '\r\n', 'é'), maxLength: 60 })

test('a text is cut into the same records whatever pieces it comes in', () => {
  fc.assert(fc.property(messy, fc.integer({ min: 1, max: 7 }), fc.constantFrom(',', '::'), (text, length, delimiter) => {
    expect(scanned(text, length, delimiter)).toEqual(scanned(text, 1000, delimiter))
  }), { seed, numRuns: runs(1000) })
})

// The one says which line a row of the other stands on, so they must agree on what a row is: nothing that DuckDB takes may
// be cut in another way.
test('a messy file of two columns is read as it is cut, or refused', { timeout: 600_000 }, async () => {
  const path = join(await emptyFolder(), 'messy.csv')
  const piece = fc.constantFrom('a', 'b', ',', '"', ' ', '"x"', '""', ',b')
  const rows = fc.array(fc.string({ unit: piece, maxLength: 8 }), { minLength: 1, maxLength: 6 })
  let nRead = 0
  await fc.assert(fc.asyncProperty(rows, async lines => {
    const text = `user,item\n${lines.join('\n')}\n`
    await writeFile(path, text)
    const records = scanned(text, 1000).slice(1)
    const isWidth = ({ fields }: TextRecord): boolean => fields.length >= 2 && fields.slice(2).every(field => field === '')
    const hasId = ({ fields: [user, item] }: TextRecord): boolean => user !== '' && item !== ''
    const bad = records.find(record => record.fault !== undefined || !isWidth(record) || !hasId(record))
    const result = await readEvents(path, { threads: 1, delimiter: ',' }).catch((error: unknown) => error)
    if (result instanceof MatineeError) {
      if (records.length === 0) expect(result.code).toBe('ERR_FILE_EMPTY')
      else if (!bad) expect(result.code, result.message).toBe('ERR_FILE_FORMAT') // DuckDB is stricter: it refuses, without a line of ours
      if (result.code === 'ERR_BAD_ROW') expect(records.map(({ line }) => `line ${line}`)).toContain(/line \d+/.exec(result.detail)?.[0])
    } else {
      const { userIds, itemIds, interactions } = result as Awaited<ReturnType<typeof readEvents>>
      expect(bad).toBeUndefined()
      expect(Array.from(interactions.users, (user, row) => [userIds[user], itemIds[interactions.items[row]]]))
        .toEqual(records.map(record => record.fields.slice(0, 2)))
      nRead++
    }
  }), { ...settings, numRuns: runs(50), examples: [[['a,b', 'b,a']]] }) // few of the random ones are readable
  expect(nRead).toBeGreaterThan(0)
})
