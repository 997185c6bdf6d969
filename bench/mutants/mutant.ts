// What a planted bug is: one exact piece of text, replaced once.

export interface Mutant {
  /** What goes wrong, in words. */
  readonly name: string
  /** Below packages/core/. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly from: string
  readonly to: string
  /** The folders of packages/core/test that should notice; where they do not, all the others are asked as well. */
  readonly tests: readonly string[]
}

/** Mutants of one file. */
export const mutantsOf = (file: string, tests: readonly string[], list: readonly (readonly [name: string, from: string, to: string])[]): Mutant[] =>
  list.map(([name, from, to]) => ({ name, file, from, to, tests }))
