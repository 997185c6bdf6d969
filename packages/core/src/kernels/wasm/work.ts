// What assembly/interactions.ts is told of the rows in work, in the order of the fields of its class Work.
import { TILE_BYTES } from './chunks.ts'
import type { AlsLayout, SlotLayout } from './layout.ts'

/** How interactions count. */
export interface RowRules {
  /** c / c0 − 1 = constant + perWeight · weight */
  readonly gain: { readonly constant: number, readonly perWeight: number }
  /** Rows have λ of their own: the held side is rotated, not whitened. */
  readonly isRotated: boolean
  /** What an interaction adds to a row's λ. */
  readonly ridgePerInteraction: number
}

/** What all threads read, and one thread's scratch: byte offsets, as AlsLayout and SlotLayout have them. */
type Matrices = Pick<AlsLayout, 'stride' | 'span' | 'zeros' | 'blockRows' | 'gram' | 'whiten' | 'unwhiten' | 'spectrum'>
type Scratch = Pick<SlotLayout, 'work' | 'whitened' | 'plain' | 'starts' | 'lengths' | 'indices' | 'values' | 'entries' | 'vectors' | 'states' | 'matrix' | 'block' | 'sums' | 'wide'>

export function writeFields(
  { buffer }: WebAssembly.Memory, layout: Matrices, scratch: Scratch, { gain, isRotated, ridgePerInteraction, isTogether }: RowRules & { readonly isTogether: boolean },
): void {
  new Uint32Array(buffer, scratch.work, 28).set([
    scratch.whitened, scratch.starts, scratch.indices, scratch.values, isTogether ? 1 : 0, scratch.lengths, 0, 4 * layout.stride,
    scratch.entries, layout.span, 0, 0, layout.zeros, scratch.vectors, scratch.states, TILE_BYTES, scratch.matrix, scratch.block,
    layout.blockRows, scratch.sums, scratch.wide, scratch.plain, layout.gram, layout.whiten, layout.unwhiten, 0, isRotated ? layout.spectrum : 0, 0,
  ])
  const floats = new Float32Array(buffer, scratch.work, 28)
  floats[6] = gain.perWeight
  floats[25] = gain.constant
  floats[27] = ridgePerInteraction
}
