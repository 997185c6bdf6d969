// Rows of factors on their way between an array outside, [rows × n], and the wasm memory, where each is padded to `stride`.

/** Row numbers count in the array outside; places are byte offsets in the wasm memory. */
export interface RowCopier {
  /** Copies rows in, with zeros for padding. */
  copyIn(from: Float32Array, first: number, nRows: number, to: number): void
  copyOut(from: number, nRows: number, to: Float32Array, first: number): void
}

/** memory: all of the wasm memory. */
export function rowCopier(memory: Float32Array, n: number, stride: number): RowCopier {
  const isWhole = n === stride
  return {
    copyIn(from, first, nRows, to) {
      if (isWhole) return memory.set(from.subarray(first * n, (first + nRows) * n), to / 4)
      memory.fill(0, to / 4, to / 4 + nRows * stride)
      for (let at = 0; at < nRows; at++) memory.set(from.subarray((first + at) * n, (first + at + 1) * n), to / 4 + at * stride)
    },
    copyOut(from, nRows, to, first) {
      if (isWhole) return to.set(memory.subarray(from / 4, from / 4 + nRows * n), first * n)
      for (let at = 0; at < nRows; at++) to.set(memory.subarray(from / 4 + at * stride, from / 4 + at * stride + n), (first + at) * n)
    },
  }
}
