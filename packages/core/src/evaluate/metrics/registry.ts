// All metrics by name. A new one is one file and one line here.
import { cappedRecall } from './capped-recall.ts'
import type { Metric } from './contract.ts'
import { hitRate } from './hit-rate.ts'
import { mrr } from './mrr.ts'
import { ndcg } from './ndcg.ts'
import { recall } from './recall.ts'

/** Every metric by name; the name of a number is metric@k. */
export const metrics = { recall, ndcg, cappedRecall, mrr, hitRate } satisfies Record<string, Metric>

/** A name of `metrics`. */
export type MetricName = keyof typeof metrics
