// The regularization of each row, in units of an unobserved pair's confidence c0: λ_r / c0. docs/math/als.md#regularization
import type { AlsProblem, Side } from './contract.ts'

/** Part of AlsProblem. */
export type Regularization = Pick<AlsProblem, 'regularization' | 'regularizationScaling' | 'unobservedWeight'>

/** Of one side's rows: constant + perInteraction · a row's interactions. */
export interface Ridge {
  readonly constant: number
  readonly perInteraction: number
}

/** nColumns: rows of the side that is held. */
export function ridgeOf({ regularization, regularizationScaling = 'none', unobservedWeight = 1 }: Regularization, nColumns: number): Ridge {
  const lambda = regularization / unobservedWeight
  switch (regularizationScaling) {
    case 'none': return { constant: lambda, perInteraction: 0 }
    case 'counts': return { constant: 0, perInteraction: lambda }
    case 'ials': return { constant: regularization * nColumns, perInteraction: lambda }
  }
}

/** λ_r / c0 of a row; what is proportional to its interactions is rounded to float32, as the kernels have it. */
export const rowRidge = ({ constant, perInteraction }: Ridge, nInteractions: number): number => constant + Math.fround(perInteraction) * nInteractions

/** The side's λ_r are not all the same. */
export const isScaled = ({ regularizationScaling = 'none' }: Regularization): boolean => regularizationScaling !== 'none'

/** c / c0 of an observed pair, c = 1 + alpha · weight; rounded to float32 step by step, as the kernels do. */
export const confidence = (alpha: number, weight: number, unobservedWeight = 1): number =>
  1 + Math.fround(Math.fround(1 / unobservedWeight - 1) + Math.fround(Math.fround(alpha / unobservedWeight) * Math.fround(weight)))

/** The side that is held while this one is solved has so many rows. */
export const nColumnsOf = ({ byUser, byItem }: AlsProblem, side: Side): number => (side === 'users' ? byItem : byUser).nRows
