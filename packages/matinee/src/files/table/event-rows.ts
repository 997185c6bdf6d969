// The rows of an events file as columns: ids numbered, values and times copied from raw vectors, a block at a time.
import type { DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api'
import { MatineeError } from '@matinee/core'
import type { Engine } from './duckdb.ts'
import { END_RULE } from './event-checks.ts'
import { numbering } from './numbering.ts'

export interface EventRows {
  /** Takes a chunk; returns the rule that its first row breaks that breaks one and may not be skipped, or 0. */
  push(chunk: DuckDBDataChunk): number
  /** True once the row that ends the query has come, and nothing after it. */
  readonly isComplete: boolean
  /** Data rows taken so far. */
  readonly nRows: number
  readonly nBad: number
  finish(): EventColumnsRead
}

export interface EventColumnsRead {
  readonly userIds: readonly string[]
  readonly itemIds: readonly string[]
  readonly users: Int32Array<ArrayBuffer>
  readonly items: Int32Array<ArrayBuffer>
  readonly values: Float32Array<ArrayBuffer>
  /** [n] seconds; empty where the file has none. */
  readonly times: Float64Array<ArrayBuffer>
}

const BLOCK_ROWS = 1 << 18

interface Blocks {
  readonly users: Int32Array<ArrayBuffer>[]
  readonly items: Int32Array<ArrayBuffer>[]
  readonly values: Float32Array<ArrayBuffer>[]
  readonly times: Float64Array<ArrayBuffer>[]
}

/**
 * Empty columns for what `eventQuery` selects. Memory: 20 bytes a row (12 without times) and, while `finish`
 * joins the blocks, one more column.
 */
export function eventRows(engine: Engine, { hasTimes, skipBad }: { hasTimes: boolean; skipBad: boolean }): EventRows {
  const userNumbers = numbering()
  const itemNumbers = numbering()
  const blocks: Blocks = { users: [], items: [], values: [], times: [] }
  let [nRows, nBad, n] = [0, 0, 0]
  let isComplete = false
  const addBlock = (): void => {
    blocks.users.push(new Int32Array(BLOCK_ROWS))
    blocks.items.push(new Int32Array(BLOCK_ROWS))
    blocks.values.push(new Float32Array(BLOCK_ROWS))
    if (hasTimes) blocks.times.push(new Float64Array(BLOCK_ROWS))
  }
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
        const at = n % BLOCK_ROWS
        if (at === 0) addBlock()
        const block = (n - at) / BLOCK_ROWS
        blocks.users[block][at] = userNumbers.indexOf(userWords, userDigests, row, userText)
        blocks.items[block][at] = itemNumbers.indexOf(itemWords, itemDigests, row, itemText)
        blocks.values[block][at] = values[row]
        if (hasTimes) blocks.times[block][at] = times[row]
        n++
      }
      return 0
    },
    finish: () => ({
      userIds: userNumbers.ids,
      itemIds: itemNumbers.ids,
      users: joined(blocks.users, new Int32Array(n)),
      items: joined(blocks.items, new Int32Array(n)),
      values: joined(blocks.values, new Float32Array(n)),
      times: joined(blocks.times, new Float64Array(hasTimes ? n : 0)),
    }),
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

/** Copies the blocks into one column and lets go of each as it is copied. */
function joined<Column extends Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
  blocks: Column[], column: Column,
): Column {
  let at = 0
  for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
    const rows = Math.min(BLOCK_ROWS, column.length - at)
    column.set(block.subarray(0, rows), at)
    at += rows
  }
  return column
}
