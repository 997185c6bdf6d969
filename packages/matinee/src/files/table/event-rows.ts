// The rows of an events file as columns: ids numbered, values and times copied from raw vectors.
import type { DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api'
import { MatineeError } from '@matinee/core'
import type { Engine } from './duckdb.ts'
import { END_RULE } from './event-checks.ts'
import { eventColumns } from './event-columns.ts'
import type { EventTable } from './event-columns.ts'
import { numbering } from './numbering.ts'

export interface EventRows {
  /** Takes a chunk; returns the rule that its first row breaks that breaks one and may not be skipped, or 0. */
  push(chunk: DuckDBDataChunk): number
  /** True once the row that ends the query has come, and nothing after it. */
  readonly isComplete: boolean
  /** Data rows taken so far. */
  readonly nRows: number
  readonly nBad: number
  finish(): EventTable
}

/** Empty columns for what `eventQuery` selects. */
export function eventRows(engine: Engine, { hasTimes, skipBad }: { hasTimes: boolean; skipBad: boolean }): EventRows {
  const userNumbers = numbering()
  const itemNumbers = numbering()
  const columns = eventColumns(hasTimes)
  let [nRows, nBad] = [0, 0]
  let isComplete = false
  return {
    get nRows() {
      return nRows
    },
    get isComplete() {
      return isComplete
    },
    get nBad() {
      return nBad
    },
    push(chunk) {
      const { rowCount } = chunk
      const column = (at: number, bytes: number): ArrayBuffer => aligned(engine.bytesOf(chunk, at, bytes))
      const [userWords, userDigests] = [new Int32Array(column(0, 16)), new Int32Array(column(1, 16))]
      const [itemWords, itemDigests] = [new Int32Array(column(2, 16)), new Int32Array(column(3, 16))]
      const [values, times, rules] = [new Float32Array(column(4, 4)), new Float64Array(column(5, 8)), new Uint8Array(column(6, 1))]
      const [userText, itemText] = [textsOf(chunk, 0), textsOf(chunk, 2)]
      if (isComplete) throw new MatineeError('ERR_IO', 'rows came after the last one; the order of the rows is lost.')
      for (let row = 0; row < rowCount; row++) {
        if (rules[row] === END_RULE) {
          isComplete = row === rowCount - 1
          continue
        }
        if (rules[row] !== 0 && !skipBad) return rules[row]
        nRows++
        if (rules[row] !== 0) {
          nBad++
          continue
        }
        const user = userNumbers.indexOf(userWords, userDigests, row, userText)
        columns.push(user, itemNumbers.indexOf(itemWords, itemDigests, row, itemText), values[row], times[row])
      }
      return 0
    },
    finish: () => ({ userIds: userNumbers.ids, itemIds: itemNumbers.ids, ...columns.finish() }),
  }
}

/** The buffer of a vector's bytes from its first byte on, copied only if it does not begin where a view may. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
  return (isWhole ? bytes : bytes.slice()).buffer as ArrayBuffer
}

/** Reads single strings of a column; the vector is made when the first is asked for. */
function textsOf(chunk: DuckDBDataChunk, column: number): (row: number) => string {
  let vector: DuckDBVector | undefined
  return row => (vector ??= chunk.getColumnVector(column)).getItem(row) as string
}
