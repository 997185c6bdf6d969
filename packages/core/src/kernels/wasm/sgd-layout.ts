// Where everything of stochastic gradient descent lies in the wasm memory: what is fitted, whole, and each thread's block.
import { MatineeError } from '../../base/index.ts'
import { gridOf, mostItemsOf, type Grid } from '../grid.ts'
import type { SgdPart, SgdProblem } from '../sgd-contract.ts'
import { MAX_MEMORY_BYTES, placer, strideOf } from './layout.ts'

/** Byte offsets of one part; Part in assembly/sgd.ts has the fields and shapes. */
export interface PartLayout {
  readonly part: number
  readonly nRows: number
  readonly stride: number
  readonly values: number
  readonly squares: number
  /** 0 where the side is not hybrid. */
  readonly gradients: number
  readonly anchors: number
}

/** Byte offsets of one thread's scratch. */
export interface SgdSlot {
  readonly block: number
  readonly candidates: number
  readonly liked: number
}

export interface SgdLayout {
  readonly grid: Grid
  readonly factors: number
  readonly stride: number
  readonly parts: Readonly<Record<SgdPart, PartLayout>>
  readonly weights: number
  /** int32 pairs [interactions]: those of a user block where its rows begin, by item block. */
  readonly samples: number
  /** uint32 [nItems] */
  readonly places: number
  readonly slots: readonly SgdSlot[]
  readonly sizeBytes: number
}

/** What of a problem decides about the memory. */
type Sized = Pick<SgdProblem, 'byUser' | 'byItem' | 'factors' | 'hybrid' | 'tries'>

/** Lays out one problem for `threads` threads. Throws ERR_MEMORY when it does not fit 4 GiB. */
export function layOutSgd({ byUser, byItem, factors, hybrid, tries }: Sized, threads: number): SgdLayout {
  const grid = gridOf(byUser, byItem)
  const place = placer()
  const layOutPart = (nRows: number, stride: number, isHybrid: boolean): PartLayout => ({
    nRows, stride,
    part: place(32),
    values: place(4 * stride * nRows),
    squares: place(4 * nRows),
    gradients: isHybrid ? place(4 * stride * nRows) : 0,
    anchors: isHybrid ? place(4 * stride * nRows) : 0,
  })
  const stride = strideOf(factors)
  const nBlockUsers = Math.max(...Array.from({ length: grid.n }, (_, block) => grid.userStarts[block + 1] - grid.userStarts[block]))
  const layout = {
    grid, factors, stride,
    parts: {
      users: layOutPart(byUser.nRows, stride, hybrid.users),
      items: layOutPart(byItem.nRows, stride, hybrid.items),
      biases: layOutPart(byItem.nRows, 1, hybrid.items),
    },
    weights: place(4 * (tries + 1)),
    samples: place(8 * byUser.indices.length),
    places: place(4 * byItem.nRows),
    slots: Array.from({ length: threads }, () => ({
      block: place(128),
      candidates: place(4 * mostItemsOf(grid)),
      liked: place(4 * wordsOf(mostItemsOf(grid)) * nBlockUsers),
    })),
  }
  const sizeBytes = place(0)
  if (sizeBytes > MAX_MEMORY_BYTES) {
    throw new MatineeError('ERR_MEMORY', `${byUser.nRows} users, ${byItem.nRows} items and ${byUser.indices.length} interactions with ${factors} factors `
      + `need ${sizeBytes} bytes on ${threads} threads, expected at most ${MAX_MEMORY_BYTES}.`)
  }
  return { ...layout, sizeBytes }
}

/** Bytes of the kernels' memory. */
export const sgdBytes = (problem: Sized, threads: number): number => layOutSgd(problem, threads).sizeBytes

/** Words of 32 bits that hold so many bits. */
export const wordsOf = (bits: number): number => Math.ceil(bits / 32)
