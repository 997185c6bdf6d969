// What a rating becomes before confidence: c = 1 + alpha · weight (Hu, Koren, Volinsky 2008).
import { type ChoiceOption, log1p, MatineeError } from '../base/index.ts'
import type { Interactions } from './interactions.ts'

/** Rating → weight, both > 0. */
export const weightings = {
  /** ln(1 + rating): the fifth star counts less than the first. */
  log: rating => log1p(rating),
  /** The rating itself. */
  linear: rating => rating,
  /** 1: that there is an interaction is all that counts. */
  binary: () => 1,
} as const satisfies Record<string, (rating: number) => number>

/** A name of `weightings`. */
export type Weighting = keyof typeof weightings

/** The declaration of the weighting, for commands and documents. */
export const weightingOption = {
  kind: 'choice',
  default: 'log',
  choices: Object.keys(weightings) as Weighting[],
  help: 'What a rating counts: log = ln(1 + rating), linear = rating, binary = 1; weights of events stay as they are.',
} as const satisfies ChoiceOption<Weighting>

/**
 * Weights of all rows, [n], > 0. Where the values are weights already they are handed through, not copied.
 *
 * Throws ERR_UNKNOWN_NAME for a weighting that is not in `weightings`.
 */
export function weightsOf(interactions: Interactions, weighting: Weighting): Float32Array {
  if (!Object.hasOwn(weightings, weighting)) {
    const names = Object.keys(weightings).join(', ')
    throw new MatineeError('ERR_UNKNOWN_NAME', `there is no weighting "${weighting}"; expected one of ${names}.`)
  }
  const { values, valueKind } = interactions
  if (valueKind === 'weight') return values
  const weightOf: (rating: number) => number = weightings[weighting]
  const weights = new Float32Array(values.length)
  for (let row = 0; row < values.length; row++) weights[row] = weightOf(values[row])
  return weights
}
