// What every splitter takes and gives.
import type { OptionSpecs } from '../base/index.ts'
import type { Dataset, Interactions } from '../dataset/index.ts'

/** What becomes of a row; the numbers in `Split.roles`. A history is neither fitted nor asked for: it is given at request time. */
export const role = { training: 0, validation: 1, test: 2, validationHistory: 3, testHistory: 4 } as const

/** The roles of what is fitted on once the choices are made. */
export const fittedRoles: readonly number[] = [role.training, role.validation, role.validationHistory]

/** A dataset's rows by what becomes of them; the parts are disjoint and make up the whole. */
export interface Split {
  /** [n], the role of each row of the dataset. */
  readonly roles: Uint8Array
  /** What is fitted on to choose options. Rows of all parts stand in order of arrival; each is copied out when it is asked for. */
  readonly train: Interactions
  readonly validation: Interactions
  readonly test: Interactions
  /** Everything but test and its histories: what `train` fits on once the choices are made. */
  readonly fitRows: Interactions
  /** [n], 1 for the rows of fitRows, for who needs no copy of them. */
  readonly isFitted: Uint8Array
  /** The other rows: test and its histories. */
  readonly heldOut: Interactions
  /** Where the users of a part are no users of the fit: what is known of them when they are asked for, each user's earliest first. */
  readonly histories?: Readonly<Record<'validation' | 'test', Interactions>>
  /** [nUsers], 1 where the rule for equal times chose what was hidden from the user; absent where time has no say. */
  readonly decidedByTies?: Uint8Array
  readonly protocol: SplitProtocol
}

/** How the split was made and what came of it, for reports: the splitter's options stand beside these. */
export interface SplitProtocol {
  /** The splitter's name in the registry. */
  readonly split: string
  /** How interactions of a user with equal timestamps are put in order, where time has a say. */
  readonly ties?: 'hash' | 'file'
  /** Of what is drawn or hashed; absent where nothing is. */
  readonly seed?: number
  /** Users for whom `ties` chose what was hidden, where time has a say. */
  readonly usersDecidedByTies?: number
  /** Where the split is by time: nothing that is fitted on is of this moment or later; and while choices are made, of that one. */
  readonly moment?: number
  readonly validationFrom?: number
  readonly usersWithTest: number
  readonly usersWithoutTest: number
  readonly usersWithValidation: number
  /**
   * Share of what is fitted on that is later than a user's first test interaction, in the mean over users with a test:
   * what the model knows of the future. Absent without timestamps.
   */
  readonly trainingAfterTest?: number
  readonly [option: string]: unknown
}

/** A line of the registry: how rows are hidden. */
export interface SplitterDefinition {
  /** One sentence for help texts and the docs table. */
  readonly help: string
  readonly options: OptionSpecs
  /** Throws ERR_OPTION for a value that `options` does not allow; ERR_NO_TIME; the dataset is not changed. */
  readonly split: (dataset: Dataset, options?: Readonly<Record<string, unknown>>) => Split
}
