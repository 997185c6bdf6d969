// Parquet as a table: the names of its schema, its values as text.
import { MatineeError } from '@matinee/core'
import { identifier, pathLiteral } from './duckdb.ts'
import type { Engine } from './duckdb.ts'
import type { Place, Table } from './table.ts'

/** Throws ERR_FILE_FORMAT if the file is no Parquet, ERR_FILE_EMPTY if it has no row. */
export async function openParquet(engine: Engine, { path, file, isGzip }: Place): Promise<Table> {
  if (isGzip) throw new MatineeError('ERR_FILE_FORMAT', `${file} is a zipped Parquet file, expected it unzipped.`)
  const from = `read_parquet(${pathLiteral(path)}, binary_as_string = true, hive_partitioning = false)`
  const described = await engine.rows(`DESCRIBE SELECT * FROM ${from}`)
  const columns = described.map(([name]) => name ?? '')
  const types = described.map(([, type]) => type ?? '')
  const [[nRows]] = await engine.rows(`SELECT count(*)::VARCHAR FROM ${from}`)
  if (nRows === '0') throw new MatineeError('ERR_FILE_EMPTY', `${file} holds 0 rows, expected at least one.`)
  // a list or a struct is no id and no number
  const isNested = (column: number): boolean => /[[\](]/.test(types[column].replace(/^DECIMAL\(.*\)$/, ''))
  return {
    file, columns, from, fromLenient: from,
    textOf: column => isNested(column) ? 'NULL::VARCHAR' : `nullif(CAST(${identifier(columns[column])} AS VARCHAR), '')`,
    valueOf: column => identifier(columns[column]),
    placeOf: row => Promise.resolve(`row ${row + 1}`),
  }
}
