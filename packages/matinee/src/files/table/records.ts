// Cuts text into records and counts lines, as DuckDB does: RFC 4180 quotes, blank lines left out.
//
// DuckDB reads the data; this names the line of a row it refused (its own line numbers are approximate when
// several threads read), looks at the beginning of a file, and reads the small files of titles.

export interface TextRecord {
  /** Where it begins, from 1; a record with a quoted line end spans several. */
  readonly line: number
  readonly fields: readonly string[]
  /** Something that RFC 4180 forbids: text after a closing quote, or a quote never closed. */
  readonly fault?: string
}

export interface RecordScanner {
  /** Takes the next piece of text; false once the receiver has had enough. */
  push(text: string): boolean
  /** Takes what is left as the last record. */
  end(): void
}

export interface ScanOptions {
  readonly delimiter: string
  readonly quote: '"' | ''
  /** Where there is one column only, a blank line is a record like any other. */
  readonly keepBlank?: boolean
}

// DuckDB's own bound for a line; without it, a quote that is never closed would gather the whole file.
const LONGEST_RECORD = 2_000_000

/** Hands each record to `receive` until that returns false. A byte-order mark at the beginning is left out. */
export function recordScanner(options: ScanOptions, receive: (record: TextRecord) => boolean): RecordScanner {
  const { keepBlank = false } = options
  let rest = ''
  let line = 1
  let isFirst = true
  let isOpen = true
  const scan = (text: string, isLast: boolean): void => {
    let at = 0
    while (isOpen && at < text.length) {
      const found = readRecord(text, at, options, isLast)
      if (!found) {
        if (text.length - at <= LONGEST_RECORD) break
        const fault = `more than ${LONGEST_RECORD} characters, perhaps after a quote never closed`
        receive({ line, fields: [text.slice(at, at + 80)], fault })
        isOpen = false
        break
      }
      const isBlank = found.end === found.start
      if (keepBlank || !isBlank) isOpen = receive({ line, fields: found.fields, ...(found.fault !== undefined && { fault: found.fault }) })
      line += found.lines
      at = found.next
    }
    rest = text.slice(at)
  }
  return {
    push(text) {
      if (isFirst && text !== '') {
        isFirst = false
        if (text.startsWith('\ufeff')) text = text.slice(1)
      }
      scan(rest + text, false)
      return isOpen
    },
    end: () => scan(rest, true),
  }
}

interface FoundRecord {
  readonly fields: readonly string[]
  readonly fault?: string
  readonly start: number
  /** Where its text ends, the line end excluded. */
  readonly end: number
  readonly next: number
  readonly lines: number
}

const LINE_END = /\r\n|\r|\n/g

/** The record that begins at `start`, or undefined if the text may stop in the middle of it. */
function readRecord(text: string, start: number, { delimiter, quote }: ScanOptions, isLast: boolean): FoundRecord | undefined {
  const fields: string[] = []
  let fault: string | undefined
  let at = start
  for (;;) {
    const field = (quote && readQuoted(text, at, delimiter, quote)) || readPlain(text, at, delimiter)
    // a piece may end between \r and \n, inside a delimiter of several characters, or between two quotes
    if (!isLast && field.end + delimiter.length >= text.length) return undefined
    fields.push(field.value)
    fault ??= field.fault
    if (!text.startsWith(delimiter, field.end)) {
      const isCrlf = text.startsWith('\r\n', field.end)
      const next = Math.min(field.end + (isCrlf ? 2 : 1), text.length)
      const lines = text.slice(start, next).match(LINE_END)?.length ?? 0
      return { fields, ...(fault !== undefined && { fault }), start, end: field.end, next, lines }
    }
    at = field.end + delimiter.length
  }
}

interface FoundField {
  readonly value: string
  readonly end: number
  readonly fault?: string
}

function readPlain(text: string, start: number, delimiter: string): FoundField {
  const first = delimiter.charCodeAt(0)
  let end = start
  for (; end < text.length; end++) {
    const unit = text.charCodeAt(end)
    if (unit === 10 || unit === 13 || (unit === first && text.startsWith(delimiter, end))) break
  }
  return { value: text.slice(start, end), end }
}

/** A quoted field, a blank before and any after the quotes left out; undefined if the field is not quoted. */
function readQuoted(text: string, start: number, delimiter: string, quote: string): FoundField | undefined {
  let open = text[start] === ' ' && delimiter !== ' ' ? start + 1 : start // after two blanks, to DuckDB, a quote is text
  if (text[open] !== quote) return undefined
  let value = ''
  for (;;) {
    let close = text.indexOf(quote, open + 1)
    while (close >= 0 && text[close + 1] === quote) close = text.indexOf(quote, close + 2)
    if (close < 0) return { value: value + text.slice(open + 1), end: text.length, fault: 'a quote that is never closed' }
    value += text.slice(open + 1, close).replaceAll(quote + quote, quote)
    const next = skipBlanks(text, close + 1, delimiter)
    if (text[next] !== quote) {
      const after = readPlain(text, next, delimiter)
      return { value, end: after.end, ...(after.value !== '' && { fault: `text after a closing quote (${after.value.slice(0, 20)})` }) }
    }
    value += text.slice(close + 1, next) // DuckDB takes `"a" "b"` for one field, a b
    open = next
  }
}

function skipBlanks(text: string, at: number, delimiter: string): number {
  while (text[at] === ' ' && delimiter !== ' ') at++
  return at
}
