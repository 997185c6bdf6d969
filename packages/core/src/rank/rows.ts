// What is learned from: rows of features in groups, with labels.
import { MatineeError } from '../base/index.ts'
import { MAX_LABEL } from '../kernels/index.ts'

/** Candidates with their features and how relevant they are, group by group: a group is what was asked at once, and is ranked as one list. */
export interface RankingRows {
  /**
   * Blocks of rows, one after the other, each an array of [features] columns; NaN is a missing value, infinity is none. Put into
   * `shareableBuffer`s, they are read by threads where they lie.
   */
  readonly blocks: readonly (readonly Float32Array[])[]
  /** [groups + 1] the first row of each group, and the number of rows. */
  readonly groups: Uint32Array
  /** [rows] relevance, 0 … 31; worth 2^label − 1. */
  readonly labels: Uint8Array
}

/** Throws ERR_SHAPE where lengths do not fit, labels are too high or a value is infinite. */
export function checkRows({ blocks, groups, labels }: RankingRows, nFeatures: number, what: string): void {
  const fail = (detail: string): never => { throw new MatineeError('ERR_SHAPE', `${what}: ${detail}`) }
  let nRows = 0
  blocks.forEach((columns, block) => {
    if (columns.length !== nFeatures) fail(`block ${block} has ${columns.length} columns, expected ${nFeatures}, one a feature.`)
    columns.forEach((column, feature) => {
      if (column.length !== columns[0].length) fail(`feature ${feature} of block ${block} has ${column.length} rows, expected ${columns[0].length}.`)
      for (let row = 0; row < column.length; row++) {
        if (Math.abs(column[row]) === Infinity) fail(`feature ${feature} is infinite in row ${row} of block ${block}, expected a number or NaN.`)
      }
    })
    nRows += columns[0].length
  })
  if (labels.length !== nRows) fail(`there are ${labels.length} labels for ${nRows} rows.`)
  if (groups.length === 0 || groups[0] !== 0 || groups[groups.length - 1] !== nRows) fail(`groups must begin with 0 and end with the number of rows, ${nRows}.`)
  for (let group = 1; group < groups.length; group++) {
    if (groups[group] <= groups[group - 1]) fail(`group ${group - 1} from row ${groups[group - 1]} to ${groups[group]} is empty.`)
  }
  const high = labels.findIndex(label => label > MAX_LABEL)
  if (high >= 0) fail(`the label of row ${high} is ${labels[high]}, expected 0 to ${MAX_LABEL}.`)
}
