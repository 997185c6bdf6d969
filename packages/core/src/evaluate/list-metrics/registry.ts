// All metrics of lists by name. A new one is one file and one line here.
import type { ListMetric } from './contract.ts'
import { coverage } from './coverage.ts'
import { diversity } from './diversity.ts'
import { gini } from './gini.ts'
import { novelty } from './novelty.ts'
import { popularityLift } from './popularity-lift.ts'

/** Every metric of lists by name; the name of a number is metric@k. */
export const listMetrics = { coverage, gini, novelty, diversity, popularityLift } satisfies Record<string, ListMetric>

/** A name of `listMetrics`. */
export type ListMetricName = keyof typeof listMetrics
