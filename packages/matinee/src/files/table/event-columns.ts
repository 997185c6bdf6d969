// Columns of events whose number is not known beforehand.

/** The events of a file: indices, values, times, and the ids in order of first appearance. */
export interface EventTable extends EventColumnArrays {
  readonly userIds: readonly string[]
  readonly itemIds: readonly string[]
}

interface EventColumnArrays {
  readonly users: Int32Array<ArrayBuffer>
  readonly items: Int32Array<ArrayBuffer>
  readonly values: Float32Array<ArrayBuffer>
  /** [n] seconds, whole ones below 2³² in 4 bytes; empty where the file has none. */
  readonly times: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
}

export interface GrowingEventColumns {
  /** `time` is not kept where the file has none. */
  push(user: number, item: number, value: number, time: number): void
  finish(): EventColumnArrays
}

/**
 * Empty columns with room for `capacity` rows; more make them grow. Room that is not used costs addresses, no memory.
 * 12 bytes a row, and 4 for a time: 8 from the first on that is no whole number of seconds below 2³².
 */
export function eventColumns(hasTimes: boolean, capacity = 1 << 16): GrowingEventColumns {
  let room = Math.max(capacity, 1)
  let users = new Int32Array(room)
  let items = new Int32Array(room)
  let values = new Float32Array(room)
  let times: EventColumnArrays['times'] = new Uint32Array(hasTimes ? room : 0)
  let n = 0
  const grow = (): void => {
    room *= 2
    users = copied(users, new Int32Array(room))
    items = copied(items, new Int32Array(room))
    values = copied(values, new Float32Array(room))
    if (hasTimes) times = copied(times, times instanceof Uint32Array ? new Uint32Array(room) : new Float64Array(room))
  }
  return {
    push(user, item, value, time) {
      if (n === room) grow()
      users[n] = user
      items[n] = item
      values[n] = value
      if (hasTimes) {
        times[n] = time
        if (times[n] !== time) {
          times = copied(times, new Float64Array(room))
          times[n] = time
        }
      }
      n++
    },
    finish: () => ({
      users: users.subarray(0, n), items: items.subarray(0, n), values: values.subarray(0, n), times: times.subarray(0, hasTimes ? n : 0),
    }),
  }
}

function copied<Column extends Int32Array | Float32Array | Uint32Array | Float64Array>(column: ArrayLike<number>, larger: Column): Column {
  larger.set(column)
  return larger
}
