// Events of a plain text file straight from its bytes, in the pass that also takes its checksum: no quotes, no blank
// lines, ids that are not empty, and numbers that are digits with at most one point.
//
// Whatever is not as plain as that is DuckDB's to read or to refuse: this gives up, and the file is read again. So
// there is one set of rules and of messages, DuckDB's and event-checks.ts'; here are only rows that break none.
import { byteNumbering, EMPTY_HASH, nextHash } from './byte-numbering.ts'
import type { FoundColumns } from './columns.ts'
import type { FoundDialect } from './dialect.ts'
import { eventColumns } from './event-columns.ts'
import type { EventTable, GrowingEventColumns } from './event-columns.ts'

export interface PlainRows {
  /** Takes the next bytes of the file. */
  push(piece: Buffer): void
  /** The rows, or undefined where the file is not plain. */
  finish(): EventTable | undefined
}

const [LF, CR, QUOTE, POINT, ZERO] = [10, 13, 34, 46, 48]
// the first byte of a byte-order mark, which decoders leave out at the beginning of a text
const BOM = 0xef
// Longer lines are not plain; DuckDB refuses those over 2,000,000 bytes.
const LONGEST_LINE = 1 << 16
// Up to 15 digits are exact in a double, and so is the power of ten below them: their quotient is the nearest double.
const MOST_DIGITS = 15
// Of which the lines are counted to guess how many there are.
const BEGINNING_BYTES = 1 << 18
const powersOfTen = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, exponent) => Number(`1e${exponent}`))

/** A dialect that can be plain at all: one byte of delimiter or the same byte twice, and nothing before the first record. */
export function mayBePlain({ delimiter, header, linesToSkip, columns, firstRecord }: FoundDialect): boolean {
  const [first, second = first] = delimiter
  const isShort = delimiter.length <= 2 && first === second && /[\t!-~]/.test(first) && !/[0-9.]/.test(first)
  return isShort && linesToSkip === (header ? 1 : 0) && columns.length === firstRecord.length
}

export interface PlainReading {
  /** A value of 0 is let through, for a minimum rating to drop. */
  readonly mayBeZero: boolean
  /** Of the text, if it is known: so much room is made for rows. */
  readonly sizeBytes?: number
}

/** Nothing read yet. */
export function plainRows(dialect: FoundDialect, found: FoundColumns, { mayBeZero, sizeBytes = 0 }: PlainReading): PlainRows {
  const users = byteNumbering()
  const items = byteNumbering()
  const hasTimes = found.time !== undefined
  let columns: GrowingEventColumns | undefined
  const nColumns = dialect.columns.length
  const valueColumn = found.value?.column ?? -1
  const timeColumn = found.time ?? -1
  const delimiter = dialect.delimiter.charCodeAt(0)
  const isDouble = dialect.delimiter.length === 2
  const quote = dialect.quote === '' ? -1 : QUOTE
  const highest = dialect.encoding === 'utf-8' ? 255 : 126 // what a byte above means in latin-1 is DuckDB's to say
  let isPlain = true
  let isStart = true
  let hasCr: boolean | undefined // whether lines end in \r\n: the first one says
  let rest: Buffer = Buffer.alloc(0)
  let isHeader = dialect.header

  /** Takes the line at `start`; its \n is at or after it. Returns where the next begins, or −1: not plain. */
  const takeLine = (bytes: Buffer, start: number): number => {
    let at = start
    // one by one: until it is optimised, a destructuring makes an array and an iterator for every row
    let user = 0
    let item = 0
    let value = 1
    let time = 0
    for (let column = 0; column < nColumns; column++) {
      const from = at
      let hash = EMPTY_HASH
      let byte = bytes[at]
      if (column === valueColumn || column === timeColumn) {
        let number = 0
        let digits = 0
        let point = -1
        for (; byte !== delimiter && byte !== LF && byte !== CR; byte = bytes[++at]) {
          const digit = byte - ZERO
          if (digit >= 0 && digit <= 9) {
            number = 10 * number + digit
            digits++
          } else if (byte === POINT && point < 0 && digits > 0) point = digits
          else return -1
        }
        if (digits === 0 || digits > MOST_DIGITS || point === digits) return -1
        if (point >= 0) number /= powersOfTen[digits - point]
        if (column === valueColumn) value = number
        else time = number
      } else {
        for (; byte !== delimiter && byte !== LF && byte !== CR; byte = bytes[++at]) {
          if (byte < 32 || byte === quote || byte > highest) return -1
          hash = nextHash(hash, byte)
        }
        if (column === found.user || column === found.item) {
          if (at === from || bytes[from] === BOM) return -1
          if (column === found.user) user = users.indexOf(bytes, from, at, hash)
          else item = items.indexOf(bytes, from, at, hash)
        }
      }
      if (column === nColumns - 1) break
      // three of the same byte could be cut in two ways
      if (byte !== delimiter || (isDouble && (bytes[++at] !== delimiter || bytes[at + 1] === delimiter))) return -1
      at++
    }
    if (!isLineEnd(bytes, at) || !(value > 0 || (mayBeZero && value === 0))) return -1
    columns!.push(user, item, value, seconds(time))
    return at + (hasCr ? 2 : 1)
  }

  const isLineEnd = (bytes: Buffer, at: number): boolean => {
    const isCr = bytes[at] === CR
    hasCr ??= isCr
    return isCr === hasCr && bytes[isCr ? at + 1 : at] === LF
  }

  /** Takes whole lines: bytes ends in \n. */
  const takeLines = (bytes: Buffer): void => {
    let at = 0
    if (isHeader) {
      isHeader = false
      const end = bytes.indexOf(LF)
      const line = bytes.subarray(0, end)
      const isCr = line.at(-1) === CR
      if (line.includes(QUOTE) || (isCr ? line.indexOf(CR) !== end - 1 : line.includes(CR))) isPlain = false
      hasCr = isCr
      at = end + 1
    }
    while (isPlain && at < bytes.length) {
      at = takeLine(bytes, at)
      isPlain = at >= 0
    }
  }

  return {
    push(piece) {
      if (!isPlain || piece.length === 0) return
      const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece
      if (isStart && bytes[0] === BOM) isPlain = false
      isStart = false
      columns ??= eventColumns(hasTimes, expectedRows(bytes, sizeBytes))
      const end = bytes.lastIndexOf(LF) + 1
      if (end > 0) takeLines(bytes.subarray(0, end))
      rest = Buffer.from(bytes.subarray(end))
      if (rest.length > LONGEST_LINE) isPlain = false
    },
    finish() {
      if (isPlain && rest.length > 0) takeLines(Buffer.concat([rest, Buffer.from(hasCr ? '\r\n' : '\n')]))
      const table = isPlain ? columns?.finish() : undefined
      users.close()
      items.close()
      return table && table.users.length > 0 ? { userIds: users.ids, itemIds: items.ids, ...table } : undefined
    },
  }
}

// A tenth more than there are if all rows are as long as those at the beginning.
function expectedRows(piece: Buffer, sizeBytes: number): number {
  const beginning = piece.subarray(0, BEGINNING_BYTES)
  let nLines = 1
  for (let at = beginning.indexOf(LF); at >= 0; at = beginning.indexOf(LF, at + 1)) nLines++
  return Math.ceil(1.1 * nLines * Math.max(1, Math.max(sizeBytes, piece.length) / beginning.length))
}

// As event-checks.ts has it: milliseconds from 1e11 on, microseconds from 1e14 on.
const seconds = (time: number): number => time >= 1e14 ? time / 1e6 : time >= 1e11 ? time / 1e3 : time
