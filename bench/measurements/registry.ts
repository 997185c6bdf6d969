// Every measurement by its name. A new one is a file and a line here.
import { alsIteration } from './als-iteration.ts'
import type { Measurement } from './contract.ts'
import { endToEnd } from './end-to-end.ts'
import { lambdamart } from './lambdamart.ts'
import { memory } from './memory.ts'
import { modelsBeside } from './models.ts'
import { scale } from './scale.ts'
import { servingFeedback } from './serving-feedback.ts'
import { servingSwaps } from './serving-swaps.ts'
import { servingTwoStages } from './serving-two-stages.ts'
import { serving } from './serving.ts'
import { timeToLoss } from './time-to-loss.ts'
import { timeToQuality } from './time-to-quality.ts'
import { topK } from './top-k.ts'

/** Every measurement, in the order in which they run. */
export const measurements = {
  'als-iteration': alsIteration,
  'time-to-loss': timeToLoss,
  'top-k': topK,
  'end-to-end': endToEnd,
  'scale': scale,
  'memory': memory,
  'time-to-quality': timeToQuality,
  'models': modelsBeside,
  'serving': serving,
  'serving-feedback': servingFeedback,
  'serving-swaps': servingSwaps,
  'serving-two-stages': servingTwoStages,
  'lambdamart': lambdamart,
} as const satisfies Record<string, Measurement>
