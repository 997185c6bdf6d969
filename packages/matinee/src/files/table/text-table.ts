// CSV, TSV, `::` and their like as a table.
import { MatineeError } from '@matinee/core'
import { findDialect } from './dialect.ts'
import type { DialectQuestion, FoundDialect, HeaderTest } from './dialect.ts'
import { literal, pathLiteral } from './duckdb.ts'
import { readBeginning, readText } from './read-text.ts'
import { recordScanner } from './records.ts'
import type { TextRecord } from './records.ts'
import type { Place, Table } from './table.ts'

const SAMPLE_LENGTH = 1 << 16

export interface TextTable extends Table {
  readonly dialect: FoundDialect
}

/** Throws ERR_FILE_EMPTY where there is no data row, ERR_FILE_FORMAT, ERR_OPTION. */
export async function openText(place: Place, question: DialectQuestion, isHeader: HeaderTest): Promise<TextTable> {
  const { path, file, isGzip } = place
  const { text } = await readBeginning(path, { isGzip, encoding: question.encoding }, SAMPLE_LENGTH)
  if (/^\ufeff?[\r\n]*$/.test(text)) throw new MatineeError('ERR_FILE_EMPTY', `${file} holds no row, expected at least one.`)
  const dialect = findDialect(text, question, isHeader, file)
  const keepBlank = dialect.columns.length === 1
  const scan = (receive: (record: TextRecord, row: number) => boolean): Promise<void> =>
    scanRows(place, dialect, keepBlank, receive)
  return {
    file,
    dialect,
    columns: dialect.columns,
    ...(!dialect.header && { firstRow: dialect.firstRecord }),
    from: fromSql(place, dialect, ''),
    fromLenient: fromSql(place, dialect, ', store_rejects = true'),
    // a row may be refused for several reasons; a quote left open is no bad row but swallows all that follow
    countLeftOut: 'SELECT count(DISTINCT line_byte_position), '
      + "max(line) FILTER (error_type = 'UNQUOTED VALUE' AND csv_line LIKE '%' || chr(10) || '%') FROM reject_errors",
    textOf: column => `c${column}`,
    valueOf: column => `c${column}`,
    async placeOf(row) {
      let line = 0
      await scan((record, at) => {
        line = record.line
        return at < row
      })
      return `line ${line}`
    },
    explain: error => explain(error, file, dialect, scan),
  }
}

function fromSql({ path, isGzip }: Place, dialect: FoundDialect, more: string): string {
  const columns = dialect.columns.map((_, position) => `c${position}: 'VARCHAR'`).join(', ')
  const { delimiter, quote, encoding, linesToSkip } = dialect
  return `read_csv(${pathLiteral(path)}, columns = {${columns}}, auto_detect = false, header = false, skip = ${linesToSkip}, `
    + `delim = ${literal(delimiter)}, quote = ${literal(quote)}, escape = ${literal(quote)}, comment = '', `
    + `encoding = ${literal(encoding)}, compression = '${isGzip ? 'gzip' : 'none'}', hive_partitioning = false${more})`
}

/** Goes through the data rows, numbered from 0 as DuckDB gives them; the header is left out. */
async function scanRows(
  { path, isGzip }: Place, dialect: FoundDialect, keepBlank: boolean, receive: (record: TextRecord, row: number) => boolean,
): Promise<void> {
  let row = dialect.header ? -1 : 0
  const scanner = recordScanner({ ...dialect, keepBlank }, record => row++ < 0 || receive(record, row - 1))
  let isOpen = true
  await readText(path, { isGzip, encoding: dialect.encoding }, piece => (isOpen = scanner.push(piece)))
  if (isOpen) scanner.end()
}

/** The first row that is no row of this table, as ERR_BAD_ROW; else what DuckDB said, or that line ends are mixed. */
async function explain(
  error: MatineeError, file: string, dialect: FoundDialect, scan: (receive: (record: TextRecord, row: number) => boolean) => Promise<void>,
): Promise<MatineeError> {
  const { columns, header } = dialect
  let found: MatineeError | undefined
  await scan(({ line, fields, fault }) => {
    // DuckDB lets empty fields too many pass
    const isWidth = fields.length >= columns.length && fields.slice(columns.length).every(field => field === '')
    if (fault !== undefined) {
      found = new MatineeError('ERR_BAD_ROW', `${file}, line ${line}: ${fault}; expected fields quoted as in RFC 4180.`)
    } else if (!isWidth) {
      const text = fields.join(dialect.delimiter).slice(0, 100)
      found = new MatineeError('ERR_BAD_ROW', `${file}, line ${line}: ${fields.length} columns (${JSON.stringify(text)}), `
        + `expected ${columns.length} as in the ${header ? 'header' : 'first row'}.`)
    }
    return found === undefined
  })
  if (found) return found
  if (!/state machine|line \d+/i.test(error.detail)) return error
  return new MatineeError('ERR_FILE_FORMAT', `${file} cannot be read: its lines do not all end alike, or a quote stands where none may; `
    + 'expected every line to end in \\n, or every line in \\r\\n.', { cause: error })
}
