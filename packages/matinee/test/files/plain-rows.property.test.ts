// Plain files are read without DuckDB: what comes out, data or error, is what DuckDB's way gives for the same rows.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MatineeError } from '@matinee/core'
import { readEventsFile } from '../../src/files/index.ts'
import type { ReadEventsFileOptions } from '../../src/files/index.ts'
import { findDialect } from '../../src/files/table/dialect.ts'
import { mayBePlain, plainRows } from '../../src/files/table/plain-rows.ts'
import { emptyFolder, rowsOf, runs } from './support.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
console.info(`plain-rows.property.test.ts: seed ${seed}`)

/** The rows, ids and counts, or the error's message. */
async function outcome(path: string, options: ReadEventsFileOptions): Promise<unknown> {
  try {
    const dataset = await readEventsFile(path, { ...options, threads: 1 })
    const { provenance: { checksum: _, ...counts }, users, items } = dataset
    return { rows: rowsOf(dataset), users: users.ids, items: items.ids, counts }
  } catch (error) {
    if (error instanceof MatineeError) return error.message
    throw error
  }
}

// A header in quotes is never plain, and means the same.
const bothWays = async (folder: string, rows: string, delimiter: string, end: string, options: ReadEventsFileOptions): Promise<unknown[]> => {
  const path = join(folder, 'a.txt')
  const outcomes: unknown[] = []
  for (const quote of ['', '"']) {
    const header = ['userId', 'itemId', 'rating', 'note', 'timestamp'].map(name => quote + name + quote).join(delimiter)
    await writeFile(path, `${header}${end}${rows}`)
    outcomes.push(await outcome(path, options))
  }
  return outcomes
}

const id = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('1', 'u1', 'é', '007', 'a-very-long-user-id', 'a b', 'NULL', '\\N', '日本', 'x'.repeat(300)) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '"q"', 'a"b', 'a:b', ' a', 'a ', '\u00a0', '\ufeff', '\0', '#c', '\t') },
)
const number = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('1', '5', '3.5', '0.1', '05', '4.000', '123456789012345', '0.000000000000001', '16777217', '2.675') },
  { weight: 4, arbitrary: fc.tuple(fc.nat(999_999), fc.nat(999_999)).map(([whole, part]) => `${whole}.${part}`) },
  { weight: 1, arbitrary: fc.constantFrom('0', '0.0', '', '.5', '5.', '-1', '+1', '1e1', 'nan', 'inf', '1_0', ' 1', '1 ', '1234567890123456', 'x', '1.2.3') },
)
const time = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('0', '978300760', '978300760123', '978300760123456', '99999999999', '100000000000', '12.25') },
  { weight: 1, arbitrary: fc.constantFrom('2001-01-01', '-5', '', '1e9', 'soon') },
)
const plainRow = fc.tuple(id, id, number, fc.constantFrom('', 'x', 'some words', '1'), time)
const row = fc.oneof({ weight: 12, arbitrary: plainRow }, { weight: 1, arbitrary: fc.array(id, { maxLength: 6 }) })

test('a file read without DuckDB gives what DuckDB gives', { timeout: 600_000 }, async () => {
  const folder = await emptyFolder()
  const file = fc.record({
    rows: fc.array(row, { minLength: 1, maxLength: 6 }), delimiter: fc.constantFrom(',', '\t', '::', ';', '|'),
    end: fc.constantFrom('\n', '\n', '\r\n'), hasLastEnd: fc.boolean(), skipBadRows: fc.boolean(), minRating: fc.constantFrom(0, 0, 3),
  })
  await fc.assert(fc.asyncProperty(file, async ({ rows, delimiter, end, hasLastEnd, ...options }) => {
    const text = rows.map(fields => fields.join(delimiter)).join(end) + (hasLastEnd ? end : '')
    const [plain, quoted] = await bothWays(folder, text, delimiter, end, options)
    expect(plain).toEqual(quoted)
  }), { seed, numRuns: runs(150), verbose: true })
})

const columns = { user: 0, item: 1, value: { column: 2, kind: 'rating' as const }, time: 3 }

function read(text: string, cuts: readonly number[] = []) {
  const dialect = findDialect(text, { delimiter: 'auto', quote: '"', header: 'auto', encoding: 'utf-8' }, fields => fields[0] === 'userId', 'a.csv')
  expect(mayBePlain(dialect)).toBe(true)
  const rows = plainRows(dialect, columns, { mayBeZero: false })
  const bytes = Buffer.from(text)
  const ends = [...cuts.map(cut => cut % bytes.length), bytes.length].sort((a, b) => a - b)
  ends.forEach((end, at) => rows.push(bytes.subarray(ends[at - 1] ?? 0, end)))
  return rows.finish()
}

test('a plain file is read, wherever its bytes are cut into pieces', () => {
  const text = 'userId,itemId,rating,timestamp\r\nu1,é,4,5\r\nu2,日本,3.5,978300760123\r\nu1,i3,1,7'
  const whole = read(text)
  expect(whole).toEqual({
    userIds: ['u1', 'u2'], itemIds: ['é', '日本', 'i3'], users: Int32Array.of(0, 1, 0), items: Int32Array.of(0, 1, 2),
    values: Float32Array.of(4, 3.5, 1), times: Float64Array.of(5, 978300760.123, 7),
  })
  fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 8 }), cuts => {
    expect(read(text, cuts)).toEqual(whole)
  }), { seed })
})

test('many ids, and columns of several blocks', () => {
  const lines = Array.from({ length: 300_000 }, (_, row) => `user ${row % 70_001},i${row % 9973},1,${row}`)
  const { userIds, itemIds, users, items, times } = read(['userId,itemId,rating,timestamp', ...lines].join('\n'))!
  expect([userIds.length, itemIds.length, users.length]).toEqual([70_001, 9973, 300_000])
  expect(lines.every((line, row) => line === `${userIds[users[row]]},${itemIds[items[row]]},1,${times[row]}`)).toBe(true)
})

test.each([
  ['a quote', '"u",i,1,1'], ['a blank line', '\nu,i,1,1'], ['no id', ',i,1,1'], ['a zero', 'u,i,0,1'], ['a date', 'u,i,1,2001-01-01'],
  ['16 digits', 'u,i,1,1234567890123456'], ['a field too few', 'u,i,1'], ['a field too many', 'u,i,1,1,'], ['line ends of two kinds', 'u,i,1,1\r\nu,j,1,1'],
])('%s is left to DuckDB', (_, rows) => {
  expect(read(`userId,itemId,rating,timestamp\nu,k,1,1\n${rows}\n`)).toBeUndefined()
})
