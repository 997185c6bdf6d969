// One thread's share of a forest's scores: a function that does a block of rows.
import type { KernelExports } from './module.ts'

/** Rows that are scored together: their values and a tree stay in the first cache. */
export const FOREST_ROWS = 128
/** Bytes of a node and of Nodes in assembly/forest.ts. */
export const NODE_BYTES = 16
export const NODES_BYTES = 12

/** Byte offsets. */
export interface ForestLayout {
  readonly nFeatures: number
  readonly nTrees: number
  /** Nodes [trees] */
  readonly trees: number
  /** [trees] where the nodes and the leaves' values of each begin */
  readonly nodes: Uint32Array
  readonly values: Uint32Array
  /** [threads]: float32 [features × FOREST_ROWS] */
  readonly columns: readonly number[]
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
  const values = new Float32Array(memory.buffer, layout.columns[slot], FOREST_ROWS * layout.nFeatures)
  const scores = new Float64Array(memory.buffer, layout.scores[slot], FOREST_ROWS)
  return chunk => {
    const from = chunk * FOREST_ROWS
    const n = Math.min(FOREST_ROWS, out.length - from)
    columns.forEach((column, feature) => values.set(column.subarray(from, from + n), feature * FOREST_ROWS))
    scores.fill(0)
    const padded = Math.ceil(n / 8) * 8 // what lies there from before is scored in vain
    kernels.addTrees(layout.trees, layout.nTrees, values.byteOffset, padded, scores.byteOffset)
    out.set(scores.subarray(0, n), from)
  }
}
