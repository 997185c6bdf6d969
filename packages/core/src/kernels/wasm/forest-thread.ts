// One thread's share of a forest's scores: a function that does a block of rows.
import type { KernelExports } from './module.ts'

/** Rows that are scored together: what they and a tree take stays in the first cache. */
export const FOREST_ROWS = 256
/** Bytes of a ValueSplit in assembly/forest.ts. */
export const VALUE_SPLIT_BYTES = 20

/** Byte offsets. */
export interface ForestLayout {
  readonly nFeatures: number
  /** [trees] where the splits and the leaves' values of each begin */
  readonly splits: Uint32Array
  readonly values: Uint32Array
  /** [threads]: float32 [FOREST_ROWS × features] */
  readonly rows: readonly number[]
  /** [threads]: float64 [FOREST_ROWS] */
  readonly scores: readonly number[]
  readonly sizeBytes: number
}

/** Everything a thread needs besides the memory; can be sent to a worker. */
export interface ForestShared {
  readonly layout: ForestLayout
  /** [features] of [n] */
  readonly columns: readonly Float32Array[]
  /** [n] */
  readonly out: Float64Array
}

/** The function for thread number `slot`. */
export function forestThread(kernels: KernelExports, memory: WebAssembly.Memory, { layout, columns, out }: ForestShared, slot: number): (chunk: number) => void {
  const { nFeatures, splits, values } = layout
  const rows = new Float32Array(memory.buffer, layout.rows[slot], FOREST_ROWS * nFeatures)
  const scores = new Float64Array(memory.buffer, layout.scores[slot], FOREST_ROWS)
  return chunk => {
    const from = chunk * FOREST_ROWS
    const n = Math.min(FOREST_ROWS, out.length - from)
    for (let feature = 0; feature < nFeatures; feature++) {
      const column = columns[feature]
      for (let row = 0; row < n; row++) rows[row * nFeatures + feature] = column[from + row]
    }
    scores.fill(0)
    const padded = Math.ceil(n / 4) * 4 // what lies there from before is scored in vain
    for (let tree = 0; tree < splits.length; tree++) {
      kernels.addLeaves(splits[tree], values[tree], rows.byteOffset, 4 * nFeatures, padded, scores.byteOffset)
    }
    out.set(scores.subarray(0, n), from)
  }
}
