// The options of a list, checked, and such that they can be read more than once.
import { MatineeError } from '../base/index.ts'
import type { RecommendOptions } from './contract.ts'

export interface Wanted extends Omit<RecommendOptions, 'n' | 'exclude' | 'allow'> {
  readonly n: number
  readonly exclude: readonly string[]
  readonly allow?: readonly string[]
}

/** Throws ERR_OPTION for an n that is no length. */
export function settled({ n = 10, exclude, allow, filter, includeSeen = false, mmr, caps }: RecommendOptions): Wanted {
  return {
    n: checkN(n), exclude: exclude ? [...exclude] : [], includeSeen, ...(allow && { allow: [...allow] }), ...(filter && { filter }),
    ...(mmr !== undefined && { mmr }), ...(caps && { caps }),
  }
}

/** A list's length. Throws ERR_OPTION. */
export function checkN(n: number): number {
  if (Number.isInteger(n) && n >= 1) return n
  throw new MatineeError('ERR_OPTION', `n is ${n}, expected an integer ≥ 1.`)
}
