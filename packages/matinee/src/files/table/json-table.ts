// JSON as a table: an array of objects, or one object a line.
import { MatineeError } from '@matinee/core'
import { literal } from './duckdb.ts'
import type { Engine } from './duckdb.ts'
import { readBeginning, readText } from './read-text.ts'
import type { Place, Table } from './table.ts'

/** The columns are all keys of all objects. Throws ERR_FILE_FORMAT, ERR_FILE_EMPTY. */
export async function openJson(engine: Engine, { path, file, isGzip }: Place): Promise<Table> {
  const storage = { isGzip, encoding: 'utf-8' } as const
  const { text } = await readBeginning(path, storage, 1 << 12)
  if (text.startsWith('\ufeff')) {
    throw new MatineeError('ERR_FILE_FORMAT', `${file} begins with a byte-order mark, which JSON forbids (RFC 8259); expected [ or {.`)
  }
  const isArray = text.trimStart().startsWith('[')
  const from = (more: string): string => `read_json_objects(${literal(path)}, format = '${isArray ? 'array' : 'newline_delimited'}', `
    + `compression = '${isGzip ? 'gzip' : 'none'}', hive_partitioning = false${more})`
  const lenient = from(isArray ? '' : ', ignore_errors = true') // a fault in an array leaves no way to the next object
  const [[nRows]] = await engine.rows(`SELECT count(*)::VARCHAR FROM ${lenient}`)
  if (nRows === '0') throw new MatineeError('ERR_FILE_EMPTY', `${file} holds 0 objects, expected at least one.`)
  const keys = await engine.rows(`SELECT k FROM (SELECT DISTINCT unnest(json_keys(json)) AS k FROM ${lenient} WHERE json_type(json) = 'OBJECT') ORDER BY k`)
  const columns = keys.map(([key]) => key ?? '')
  const pointer = (column: number): string => literal(`/${columns[column].replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return {
    file, columns, from: from(''), fromLenient: lenient,
    // an object or an array is no id and no number
    textOf: column => `CASE WHEN json_type(json, ${pointer(column)}) NOT IN ('OBJECT', 'ARRAY') THEN nullif(json ->> ${pointer(column)}, '') END`,
    valueOf: column => `(json -> ${pointer(column)})`,
    placeOf: row => isArray ? Promise.resolve(`object ${row + 1}`) : lineOfObject(path, storage, row),
  }
}

/** The line of an object where each has its own and blank lines do not count. */
async function lineOfObject(path: string, storage: { isGzip: boolean; encoding: 'utf-8' }, row: number): Promise<string> {
  let [line, objects, rest, found] = [0, 0, '', 0]
  const count = (lines: readonly string[]): void => {
    for (const text of lines) {
      line++
      if (text.trim() !== '' && objects++ === row) found = line
    }
  }
  await readText(path, storage, piece => {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    count(lines)
    return found === 0
  })
  if (found === 0) count([rest])
  return `line ${found}`
}
