// Where everything of boosting lies in the wasm memory: the rows' bins, what a tree is grown from, and each thread's scratch.
import { MatineeError } from '../../base/index.ts'
import type { BoostProblem } from '../boosting-contract.ts'
import { MAX_MEMORY_BYTES, placer } from './layout.ts'

/** Features whose bins lie together: a row's are four bytes. */
export const TOGETHER = 4
/** Bytes of a histogram of so many features; assembly/histogram.ts. */
export const HISTOGRAM_BYTES = 16_384
/** Bytes of a Cut in assembly/histogram.ts and of a BinSplit in assembly/leaves.ts. */
export const CUT_BYTES = 32
export const SPLIT_BYTES = 20
/** Values that a thread copies in at once. */
export const COPIED_VALUES = 16_384
/** Rows that a thread cuts at once. */
export const CUT_ROWS = 16_384
/** Groups of a chunk. */
export const CHUNK_GROUPS = 32

/** Byte offsets of one thread's scratch. */
export interface BoostSlot {
  /** float32 [COPIED_VALUES] */
  readonly values: number
  /** float32 [256] */
  readonly borders: number
  /** Lambdas of assembly/lambdas.ts, and what it points to. */
  readonly lambdas: number
  readonly order: number
  readonly spare: number
  readonly labelled: number
  /** Search of assembly/histogram.ts. */
  readonly search: number
  /** 16 bytes [rows]: the gradients of a leaf's rows, one after the other */
  readonly gathered: number
}

export interface BoostLayout {
  readonly nRows: number
  readonly nFeatures: number
  readonly nBlocks: number
  readonly nGroups: number
  /** Four bytes [blocks × rows] */
  readonly bins: number
  /** int32 [blocks × 4]: bins of each feature, 0 for one that the tree may not use */
  readonly nBins: number
  /** 16 bytes [rows]: float64 pairs, then int32 × 4 */
  readonly gradients: number
  /** float64 [rows] */
  readonly scores: number
  /** uint8 [rows] */
  readonly labels: number
  /** float64 [longest group] */
  readonly discounts: number
  /** float64 pairs [groups]: Σ |gradient|, Σ hessian */
  readonly groupSums: number
  /** uint32 [rows]: by leaf; and what goes left and right in a cut */
  readonly rows: number
  readonly left: number
  readonly right: number
  /** [numLeaves × blocks] histograms */
  readonly histograms: number
  /** [blocks × 2] cuts: of the leaf with fewer rows and of the other */
  readonly cuts: number
  /** BinSplit [numLeaves − 1], float64 [numLeaves] */
  readonly splits: number
  readonly leafValues: number
  readonly slots: readonly BoostSlot[]
  readonly sizeBytes: number
}

/** Lays out one problem for `threads` threads. Throws ERR_MEMORY when it does not fit 4 GiB. */
export function layOutBoosting({ borders, groups, labels, growth: { numLeaves } }: BoostProblem, threads: number): BoostLayout {
  const [nRows, nFeatures, nGroups] = [labels.length, borders.length, groups.length - 1]
  const nBlocks = Math.ceil(nFeatures / TOGETHER)
  let longest = 1
  for (let group = 0; group < nGroups; group++) longest = Math.max(longest, groups[group + 1] - groups[group])
  const place = placer()
  const layout = {
    nRows, nFeatures, nBlocks, nGroups,
    bins: place(TOGETHER * nRows * nBlocks),
    nBins: place(4 * TOGETHER * nBlocks),
    gradients: place(16 * nRows),
    scores: place(8 * nRows),
    labels: place(nRows),
    discounts: place(8 * longest),
    groupSums: place(16 * nGroups),
    rows: place(4 * nRows),
    left: place(4 * nRows + 64),
    right: place(4 * nRows + 64),
    histograms: place(HISTOGRAM_BYTES * nBlocks * numLeaves),
    cuts: place(2 * CUT_BYTES * nBlocks),
    splits: place(SPLIT_BYTES * numLeaves),
    leafValues: place(8 * numLeaves),
    slots: Array.from({ length: threads }, () => ({
      values: place(4 * COPIED_VALUES),
      borders: place(1024),
      lambdas: place(64),
      order: place(16 * longest),
      spare: place(16 * longest),
      labelled: place(4 * longest),
      search: place(64),
      gathered: place(16 * nRows),
    })),
  }
  const sizeBytes = place(0)
  if (sizeBytes <= MAX_MEMORY_BYTES) return { ...layout, sizeBytes }
  throw new MatineeError('ERR_MEMORY', `${nRows} rows of ${nFeatures} features and trees of ${numLeaves} leaves need ${sizeBytes} bytes, `
    + `expected at most ${MAX_MEMORY_BYTES}. Train on fewer groups.`)
}
