// What everybody tunes of ALS, and lambda for a scaling.
import type { RegularizationScaling } from '@matinee/core'
import type { Config, Space } from './trials.ts'

/** The ends are wide of where anybody is good on MovieLens. */
export const alsSpace = {
  factors: [32, 64, 128],
  alpha: { min: 0.1, max: 40, scale: 'log' },
  regularization: { min: 0.1, max: 100, scale: 'log' },
  iterations: [5, 10, 15],
} as const satisfies Space

/** A configuration of these, and what a side has besides. `regularization` is that of a mean row, see lambdaOf. */
export type AlsConfig = Config & Readonly<Record<keyof typeof alsSpace, number>>

interface Size { readonly nUsers: number, readonly nItems: number, readonly interactions: number }

/**
 * λ for a scaling, so that `regularization` is what a row has in the mean over both sides, whatever the scaling: one range fits
 * all of them (λ* of Rendle et al. 2022).
 */
export function lambdaOf({ regularization, regularizationScaling = 'none', unobservedWeight = 1 }: AlsConfig, { nUsers, nItems, interactions }: Size): number {
  const pairs: Readonly<Record<RegularizationScaling, number>> = { none: 0, counts: interactions, ials: interactions + Number(unobservedWeight) * nUsers * nItems }
  const mean = regularizationScaling === 'none' ? 1 : 2 * pairs[regularizationScaling as RegularizationScaling] / (nUsers + nItems)
  return regularization / mean
}
