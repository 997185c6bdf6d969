// The matrices of factors × factors: written and read once a sweep, between two phases, or once a model for folding in.
import { MatineeError } from '../../base/index.ts'
import { singular } from '../reference/linear-algebra.ts'
import type { AlsLayout } from './layout.ts'
import type { KernelExports } from './module.ts'

/** Byte offsets of the matrices; AlsLayout has their shapes. */
export type MatrixPlaces = Pick<AlsLayout, 'stride' | 'gram' | 'lower' | 'inverse' | 'whiten' | 'color' | 'unwhiten' | 'eigenvalues' | 'spectrum' | 'gramParts'>

/** n = factors, without padding. */
export function matrixWriter(kernels: KernelExports, memory: WebAssembly.Memory, layout: MatrixPlaces, n: number) {
  const { stride } = layout
  const rowBytes = 8 * stride
  const doubles = new Float64Array(memory.buffer)
  const cells = doubles.subarray(layout.gram / 8, layout.gram / 8 + stride * stride)
  const writeGram = (regularized: Float64Array): void => {
    for (let i = 0; i < n; i++) cells.set(regularized.subarray(i * n, (i + 1) * n), i * stride)
  }
  return {
    /** Whitening matrices of gram + λI, [n × n]; the padding stays zero. Throws ERR_SINGULAR. */
    writeWhitening(regularized: Float64Array): void {
      writeGram(regularized)
      const row = kernels.factorizeLower(layout.gram, n, rowBytes, layout.lower)
      if (row >= 0) throw singular(new Float64Array(memory.buffer, layout.lower, stride * stride)[row * (stride + 1)], row)
      kernels.invertLower(layout.lower, n, rowBytes, layout.inverse)
      kernels.packPanels(layout.inverse, n, rowBytes, layout.whiten, true) // yᵀ L⁻ᵀ
      kernels.packPanels(layout.lower, n, rowBytes, layout.color, false) // xᵀ L
      kernels.packPanels(layout.inverse, n, rowBytes, layout.unwhiten, false) // x'ᵀ L⁻¹
    },
    /** The eigenvectors of gram + λI, [n × n], as rotations, and its eigenvalues, which are at least `least`. Throws ERR_SINGULAR. */
    writeRotation(regularized: Float64Array, least: number): void {
      writeGram(regularized)
      doubles.copyWithin(layout.lower / 8, layout.gram / 8, layout.gram / 8 + stride * stride)
      if (kernels.diagonalize(layout.lower, n, rowBytes, layout.inverse, layout.eigenvalues) === 0) {
        throw new MatineeError('ERR_SINGULAR', 'the factors\' gram matrix plus regularization has values that are not finite, expected numbers.')
      }
      const values = new Float64Array(memory.buffer, layout.eigenvalues, n)
      new Float32Array(memory.buffer, layout.spectrum, stride).fill(1).set(values.map(value => Math.max(value, least)))
      kernels.packPanels(layout.inverse, n, rowBytes, layout.whiten, true) // yᵀ Q
      kernels.packPanels(layout.inverse, n, rowBytes, layout.color, true) // xᵀ Q
      kernels.packPanels(layout.inverse, n, rowBytes, layout.unwhiten, false) // x'ᵀ Qᵀ
    },
    /** YᵀY, [n × n], from its parts' upper triangles, in their order. */
    sumGramParts(parts: number): Float64Array {
      kernels.sumParts(layout.gramParts, parts, stride * stride, layout.gram)
      const gram = new Float64Array(n * n)
      for (let i = 0; i < n; i++) for (let j = i; j < n; j++) gram[i * n + j] = gram[j * n + i] = cells[i * stride + j]
      return gram
    },
  }
}
