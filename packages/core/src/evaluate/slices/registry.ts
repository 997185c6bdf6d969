// All slices by name. A new one is one file and one line here.
import { activity } from './activity.ts'
import type { SliceDefinition } from './contract.ts'
import { popularity } from './popularity.ts'
import { rating } from './rating.ts'
import { ties } from './ties.ts'

/** Every slice by name. */
export const slices = { activity, popularity, rating, ties } satisfies Record<string, SliceDefinition>

/** A name of `slices`. */
export type SliceName = keyof typeof slices
