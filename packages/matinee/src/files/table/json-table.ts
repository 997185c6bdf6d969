// JSON as a table: an array of objects, or one object a line.
import { MatineeError } from '@matinee/core'
import { literal, pathLiteral } from './duckdb.ts'
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
  const from = (more: string): string => `read_json_objects(${pathLiteral(path)}, format = '${isArray ? 'array' : 'newline_delimited'}', `
    + `compression = '${isGzip ? 'gzip' : 'uncompressed'}', hive_partitioning = false${more})`
  const lenient = from(isArray ? '' : ', ignore_errors = true') // a fault in an array leaves no way to the next object
  const [[nRows]] = await engine.rows(`SELECT count(*)::VARCHAR FROM ${lenient}`)
  if (nRows === '0') throw new MatineeError('ERR_FILE_EMPTY', `${file} holds 0 objects, expected at least one.`)
  const allKeys = `SELECT DISTINCT unnest(json_keys(json)) AS k FROM ${lenient} WHERE json_type(json) = 'OBJECT'`
  const keys = await engine.rows(`SELECT k FROM (${allKeys}) ORDER BY k`)
  const columns = keys.map(([key]) => key ?? '')
  const pointer = (column: number): string => literal(`/${columns[column].replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return {
    file, columns, from: from(''), fromLenient: lenient,
    // an object or an array is no id and no number
    textOf: column => `CASE WHEN json_type(json, ${pointer(column)}) NOT IN ('OBJECT', 'ARRAY') `
      + `THEN nullif(json ->> ${pointer(column)}, '') END`,
    valueOf: column => `(json -> ${pointer(column)})`,
    placeOf: async row => isArray ? `object ${row + 1}` : `line ${(await findLine(path, storage, (_, at) => at === row))?.line ?? 0}`,
    ...(!isArray && { explain: error => explain(error, file, path, storage) }),
  }
}

/** The first line that is no JSON as ERR_BAD_ROW; DuckDB counts lines in its own way. */
async function explain(error: MatineeError, file: string, path: string, storage: TextStorage): Promise<MatineeError> {
  const found = await findLine(path, storage, text => !isJson(text))
  if (!found) return error
  const text = JSON.stringify(found.text.slice(0, 80))
  return new MatineeError('ERR_BAD_ROW', `${file}, line ${found.line}: ${text} is no JSON, expected one object a line.`, { cause: error })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

interface TextStorage {
  readonly isGzip: boolean
  readonly encoding: 'utf-8'
}

/** The first line that `test` is true for, where each object has its own line; blank lines do not count as rows. */
async function findLine(
  path: string, storage: TextStorage, test: (text: string, row: number) => boolean,
): Promise<{ line: number; text: string } | undefined> {
  let [line, row, rest] = [0, 0, '']
  let found: { line: number; text: string } | undefined
  const take = (text: string): void => {
    line++
    if (!found && text.trim() !== '' && test(text, row++)) found = { line, text }
  }
  await readText(path, storage, piece => {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(take)
    return found === undefined
  })
  if (!found) take(rest)
  return found
}
