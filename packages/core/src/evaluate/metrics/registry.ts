// All metrics of ranks by name. A new one is one file and one line here.
import { auc } from './auc.ts'
import { cappedRecall } from './capped-recall.ts'
import type { Metric } from './contract.ts'
import { debiasedNdcg } from './debiased-ndcg.ts'
import { hitRate } from './hit-rate.ts'
import { map } from './map.ts'
import { mrr } from './mrr.ts'
import { ndcg } from './ndcg.ts'
import { precision } from './precision.ts'
import { recall } from './recall.ts'

/** Every metric of ranks by name; the name of a number is metric@k, or the metric alone where it is of the whole order. */
export const metrics = { recall, ndcg, cappedRecall, mrr, hitRate, precision, map, debiasedNdcg, auc } satisfies Record<string, Metric>

/** A name of `metrics`. */
export type MetricName = keyof typeof metrics
