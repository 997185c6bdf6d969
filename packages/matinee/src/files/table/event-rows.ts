// The rows of an events file as columns: ids numbered, values and times copied from raw vectors, a block at a time.
import type { DuckDBDataChunk } from '@duckdb/node-api'
import type { Engine } from './duckdb.ts'
import { numbering } from './numbering.ts'

export interface EventRows {
  /** Takes a chunk; returns the position in it of the first row that breaks a rule and may not be skipped, or −1. */
  push(chunk: DuckDBDataChunk): number
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

/**
 * Empty columns for what `eventQuery` selects. Memory: 20 bytes a row (12 without times) and, while `finish`
 * joins the blocks, one more column.
 */
export function eventRows(engine: Engine, { hasTimes, skipBad }: { hasTimes: boolean; skipBad: boolean }): EventRows {
  const userNumbers = numbering()
  const itemNumbers = numbering()
  const blocks = { users: [] as Int32Array<ArrayBuffer>[], items: [] as Int32Array<ArrayBuffer>[], values: [] as Float32Array<ArrayBuffer>[], times: [] as Float64Array<ArrayBuffer>[] }
  let [nRows, nBad, n] = [0, 0, 0]
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
    get nBad() {
      return nBad
    },
    push(chunk) {
      const column = (at: number, bytes: number): Uint8Array => engine.bytesOf(chunk, at, bytes)
      const rules = column(4, 1)
      const userWords = wordsOf(column(0, 16))
      const itemWords = wordsOf(column(1, 16))
      const values = new Float32Array(aligned(column(2, 4)))
      const times = new Float64Array(aligned(column(3, 8)))
      const textOf = (at: number): (row: number) => string => {
        const vector = chunk.getColumnVector(at)
        return row => vector.getItem(row) as string
      }
      const [userText, itemText] = [textOf(0), textOf(1)]
      for (let row = 0; row < chunk.rowCount; row++, nRows++) {
        if (rules[row] !== 0) {
          if (!skipBad) return row
          nBad++
          continue
        }
        const at = n % BLOCK_ROWS
        if (at === 0) addBlock()
        const block = (n - at) / BLOCK_ROWS
        blocks.users[block][at] = userNumbers.indexOf(userWords, row, userText)
        blocks.items[block][at] = itemNumbers.indexOf(itemWords, row, itemText)
        blocks.values[block][at] = values[row]
        if (hasTimes) blocks.times[block][at] = times[row]
        n++
      }
      return -1
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

const wordsOf = (bytes: Uint8Array): Int32Array => new Int32Array(aligned(bytes))

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
