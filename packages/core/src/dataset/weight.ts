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
 * Turns values into weights in place, all > 0. What are weights already stays as it is.
 *
 * Throws ERR_UNKNOWN_NAME for a weighting that is not in `weightings`.
 */
export function weigh(values: Float32Array, valueKind: Interactions['valueKind'], weighting: Weighting): void {
  if (!Object.hasOwn(weightings, weighting)) {
    const names = Object.keys(weightings).join(', ')
    throw new MatineeError('ERR_UNKNOWN_NAME', `there is no weighting "${weighting}"; expected one of ${names}.`)
  }
  if (valueKind === 'weight') return
  const weightOf: (rating: number) => number = weightings[weighting]
  for (let row = 0; row < values.length; row++) values[row] = weightOf(values[row])
}
