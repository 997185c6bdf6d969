// What every splitter takes and gives.
import type { OptionSpecs } from '../base/index.ts'
import type { Dataset, Interactions } from '../dataset/index.ts'

/** What becomes of a row; the numbers in `Split.roles`. */
export const role = { training: 0, validation: 1, test: 2 } as const

/** A dataset's rows by what becomes of them; the parts are disjoint and make up the whole. */
export interface Split {
  /** [n], the role of each row of the dataset. */
  readonly roles: Uint8Array
  /** Neither validation nor test. Rows of all parts stand in order of arrival; each is copied out when it is asked for. */
  readonly train: Interactions
  readonly validation: Interactions
  readonly test: Interactions
  /** Everything but test: what `train` fits on once the choices are made. */
  readonly fitRows: Interactions
  /** [n], 1 for the rows of fitRows, for who needs no copy of them. */
  readonly isFitted: Uint8Array
  readonly protocol: SplitProtocol
}

/** How the split was made and what came of it, for reports. */
export interface SplitProtocol {
  /** The splitter's name in the registry. */
  readonly split: string
  /** Interactions of a user in test, and as many in validation; fewer where training would be left with none. */
  readonly n: number
  /** How interactions of a user with equal timestamps are put in order. */
  readonly ties: 'hash' | 'file'
  readonly seed: number
  /** Users whose test set begins inside a group of equal timestamps, so that `ties` chose the items. */
  readonly usersDecidedByTies: number
  readonly usersWithTest: number
  readonly usersWithoutTest: number
  readonly usersWithValidation: number
}

/** A line of the registry: how rows are hidden. */
export interface SplitterDefinition {
  /** One sentence for help texts and the docs table. */
  readonly help: string
  readonly options: OptionSpecs
  /** Throws ERR_OPTION for a value that `options` does not allow; the dataset is not changed. */
  readonly split: (dataset: Dataset, options?: Readonly<Record<string, unknown>>) => Split
}
