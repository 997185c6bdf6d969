// How a text table is written: delimiter, quotes, header, encoding; given, or read off the first lines.
import { MatineeError } from '@matinee/core'
import { recordScanner } from './records.ts'
import type { TextRecord } from './records.ts'

export type Encoding = 'utf-8' | 'latin-1'

export interface TextDialect {
  /** 1 to 4 bytes. */
  readonly delimiter: string
  /** `"`: fields may be quoted, a quote inside is doubled (RFC 4180). Empty: a quote is a character like any other. */
  readonly quote: '"' | ''
  readonly header: boolean
  readonly encoding: Encoding
}

/** A dialect of which some is still to be found out. */
export interface DialectQuestion {
  readonly delimiter: string
  readonly quote: '"' | ''
  readonly header: boolean | 'auto'
  readonly encoding: Encoding
}

/** Looks at the first record and says whether it names the columns that are wanted. */
export type HeaderTest = (fields: readonly string[]) => boolean

export interface FoundDialect extends TextDialect {
  /** The header's names, or `column 0`, `column 1` … where there is no header. */
  readonly columns: readonly string[]
  /** The fields of the first record, header or not. */
  readonly firstRecord: readonly string[]
  /** Physical lines before the first data row: blank ones, and the header. */
  readonly linesToSkip: number
}

// In this order when several fit equally well. A blank is last: titles have blanks.
const delimiters = [',', '\t', '::', ';', '|', ' ']

/**
 * Reads delimiter and header off the beginning of a file.
 *
 * The delimiter is the one that finds the wanted columns in the first record; if none does, the one that cuts
 * the first records into the same, largest number of fields. `isHeader` decides `auto`.
 *
 * Throws ERR_OPTION for a delimiter that cannot be one, ERR_FILE_FORMAT where no delimiter gives two columns.
 */
export function findDialect(sample: string, question: DialectQuestion, isHeader: HeaderTest, file: string): FoundDialect {
  const candidates = question.delimiter === 'auto' ? delimiters : [checkDelimiter(question.delimiter)]
  const readings = candidates.map((delimiter): Reading => {
    const records = firstRecords(sample, delimiter, question.quote)
    const fields = records.length > 0 ? records[0].fields : []
    return { delimiter, records, fields, isNamed: fields.length > 1 && isHeader(fields), width: evenWidth(records) }
  })
  const isBetter = (a: Reading, b: Reading): boolean => a.isNamed === b.isNamed ? a.width > b.width : a.isNamed
  const best = readings.reduce((first, next) => isBetter(next, first) ? next : first)
  if (best.fields.length < 2 && question.delimiter === 'auto') {
    throw new MatineeError('ERR_FILE_FORMAT', `${file} begins with ${JSON.stringify(sample.split(/\r?\n|\r/, 1)[0].slice(0, 80))}, `
      + `expected at least 2 columns separated by one of ${delimiters.map(text => JSON.stringify(text)).join(' ')}.`)
  }
  const header = question.header === 'auto' ? best.isNamed : question.header
  const columns = header ? best.fields : best.fields.map((_, position) => `column ${position}`)
  const blankLines = best.records.length > 0 ? best.records[0].line - 1 : 0
  return {
    delimiter: best.delimiter, quote: question.quote, encoding: question.encoding, header, columns,
    firstRecord: best.fields, linesToSkip: header ? blankLines + 1 : 0,
  }
}

interface Reading {
  readonly delimiter: string
  readonly records: readonly TextRecord[]
  /** Of the first record. */
  readonly fields: readonly string[]
  readonly isNamed: boolean
  readonly width: number
}

function checkDelimiter(delimiter: string): string {
  const bytes = Buffer.byteLength(delimiter)
  if (bytes >= 1 && bytes <= 4 && !/["\r\n]/.test(delimiter)) return delimiter
  throw new MatineeError('ERR_OPTION', `the delimiter is ${JSON.stringify(delimiter)}, expected 1 to 4 bytes without quote or line end.`)
}

const SAMPLE_RECORDS = 20

function firstRecords(sample: string, delimiter: string, quote: '"' | ''): TextRecord[] {
  const records: TextRecord[] = []
  const scanner = recordScanner({ delimiter, quote }, record => records.push(record) < SAMPLE_RECORDS)
  scanner.push(sample)
  scanner.end()
  return records
}

/** The number of fields if all records have the same, else 1. The last one may be cut off and does not count. */
function evenWidth(records: readonly TextRecord[]): number {
  if (records.length === 0) return 0
  const whole = records.length > 1 ? records.slice(0, -1) : records
  const width = records[0].fields.length
  return whole.every(({ fields }) => fields.length === width) ? width : 1
}
