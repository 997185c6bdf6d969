// Matrices in panels of eight columns, as multiply() of assembly/multiply.ts reads them.

/** Floats that a [depth × nColumns] matrix takes in panels. */
export const panelLength = (depth: number, nColumns: number): number => Math.ceil(nColumns / 8) * 8 * depth

/**
 * Packs a matrix given by its columns: out[panel][k][8] ← value(k, column).
 *
 * out: [panelLength(depth, nColumns)], must be zero where no column is written.
 */
export function packPanels(out: Float32Array, depth: number, nColumns: number, value: (k: number, column: number) => number): void {
  for (let column = 0; column < nColumns; column++) {
    const start = (column >> 3) * 8 * depth + (column & 7)
    for (let k = 0; k < depth; k++) out[start + 8 * k] = value(k, column)
  }
}
