// Columns of events whose number is not known beforehand, a block at a time: nothing is copied as they grow.

/** The events of a file: indices, values, times, and the ids in order of first appearance. */
export interface EventTable extends EventColumnArrays {
  readonly userIds: readonly string[]
  readonly itemIds: readonly string[]
}

interface EventColumnArrays {
  readonly users: Int32Array<ArrayBuffer>
  readonly items: Int32Array<ArrayBuffer>
  readonly values: Float32Array<ArrayBuffer>
  /** [n] seconds; empty where the file has none. */
  readonly times: Float64Array<ArrayBuffer>
}

export interface GrowingEventColumns {
  /** `time` is not kept where the file has none. */
  push(user: number, item: number, value: number, time: number): void
  finish(): EventColumnArrays
}

const BLOCK_ROWS = 1 << 18

/** Empty columns. Memory: 20 bytes a row (12 without times) and, while `finish` joins the blocks, one more column. */
export function eventColumns(hasTimes: boolean): GrowingEventColumns {
  const users: Int32Array<ArrayBuffer>[] = []
  const items: Int32Array<ArrayBuffer>[] = []
  const values: Float32Array<ArrayBuffer>[] = []
  const times: Float64Array<ArrayBuffer>[] = []
  let [userBlock, itemBlock] = [new Int32Array(0), new Int32Array(0)]
  let valueBlock = new Float32Array(0)
  let timeBlock = new Float64Array(0)
  let [n, at] = [0, BLOCK_ROWS] // rows, and rows of the last block
  const addBlock = (): void => {
    users.push(userBlock = new Int32Array(BLOCK_ROWS))
    items.push(itemBlock = new Int32Array(BLOCK_ROWS))
    values.push(valueBlock = new Float32Array(BLOCK_ROWS))
    if (hasTimes) times.push(timeBlock = new Float64Array(BLOCK_ROWS))
    at = 0
  }
  return {
    push(user, item, value, time) {
      if (at === BLOCK_ROWS) addBlock()
      userBlock[at] = user
      itemBlock[at] = item
      valueBlock[at] = value
      if (hasTimes) timeBlock[at] = time
      at++
      n++
    },
    finish: () => ({
      users: joined(users, new Int32Array(n)),
      items: joined(items, new Int32Array(n)),
      values: joined(values, new Float32Array(n)),
      times: joined(times, new Float64Array(hasTimes ? n : 0)),
    }),
  }
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
