// A fitted model's numbers on hidden interactions, over the full catalogue.
import { MatineeError, throwIfAborted, userIndex, type Progress, type RunContext } from '../base/index.ts'
import type { Interactions } from '../dataset/index.ts'
import type { FittedModel } from '../model/index.ts'
import { buildCsr, rowIndices, rowLength, type Csr } from '../sparse/index.ts'
import { metrics } from './metrics/registry.ts'
import { pessimisticRanks } from './ranks.ts'

/** What a model is asked, and on what. */
export interface EvaluationInput {
  /** [nUsers × nItems], what the model was fitted on; these items are no candidates. */
  readonly training: Csr
  /** What was hidden: a user's rows here are the user's relevant items. */
  readonly holdout: Interactions
  /** List lengths, each an integer in [1, nItems]. */
  readonly ks: readonly number[]
  /** What progress is called. */
  readonly stage: string
}

/** Names are metric@k: `recall@10`, `ndcg@10` … */
export interface Evaluation {
  /** Means over the users counted. */
  readonly metrics: Readonly<Record<string, number>>
  /** Users with at least one hidden interaction. */
  readonly usersCounted: number
  readonly relevantItems: number
  /** Relevant items without any training interaction; a model that cannot score them misses them. */
  readonly relevantUnseen: number
  readonly perUser: {
    /** [usersCounted], rising */
    readonly users: Int32Array
    /** Each [usersCounted]. */
    readonly values: Readonly<Record<string, Float64Array>>
  }
}

/** Throws ERR_OPTION for a k outside the catalogue, ERR_EMPTY when nothing was hidden, ERR_ABORTED. */
export async function evaluateModel(model: FittedModel, input: EvaluationInput, context: RunContext): Promise<Evaluation> {
  const { training, holdout, ks, stage } = input
  for (const k of ks) {
    if (!Number.isInteger(k) || k < 1 || k > model.nItems) throw new MatineeError('ERR_OPTION', `k is ${k}, expected an integer from 1 to the ${model.nItems} items of the catalogue.`)
  }
  const relevant = buildCsr(holdout.users, holdout.items, holdout.values, model.nUsers, model.nItems)
  const users = Int32Array.from(new Set(holdout.users)).sort()
  if (users.length === 0) throw new MatineeError('ERR_EMPTY', 'no user has a hidden interaction, so there is nothing to evaluate.')
  const { onProgress } = context
  const told = { ...context, ...(onProgress && { onProgress: (progress: Progress) => onProgress({ ...progress, stage }) }) }
  const ranks = model.rankUsers ? await model.rankUsers(users, relevant, training, Math.max(...ks), told) : await ranksByScores(model, users, relevant, training, told)
  const names = Object.entries(metrics).flatMap(([name, metric]) => ks.map(k => ({ name: `${name}@${k}`, metric, k })))
  const values = Object.fromEntries(names.map(({ name }) => [name, new Float64Array(users.length)]))
  let next = 0
  users.forEach((user, at) => {
    const own = ranks.slice(next, next += rowLength(relevant, user)).sort()
    for (const { name, metric, k } of names) values[name][at] = metric.ofUser(own, k)
  })
  return {
    metrics: Object.fromEntries(names.map(({ name }) => [name, values[name].reduce((sum, value) => sum + value, 0) / users.length])),
    usersCounted: users.length,
    relevantItems: holdout.items.length,
    relevantUnseen: countUnseen(holdout, training),
    perUser: { users, values },
  }
}

// For a model that only scores: batch after batch, all scores of a user at a time. Ranks as model.rankUsers gives them.
async function ranksByScores(model: FittedModel, users: Int32Array, relevant: Csr, training: Csr, context: RunContext): Promise<Float64Array> {
  const scores = new Float32Array(model.batch * model.nItems)
  const ranks: Float64Array[] = []
  let turn = performance.now()
  for (let start = 0; start < users.length; start += model.batch) {
    const batch = Array.from(users.subarray(start, start + model.batch), userIndex)
    model.scoreUsers(batch, scores)
    batch.forEach((user, row) => {
      const userScores = scores.subarray(row * model.nItems, (row + 1) * model.nItems)
      ranks.push(pessimisticRanks(userScores, rowIndices(relevant, user), rowIndices(training, user)))
    })
    if (performance.now() - turn > 50) {
      await new Promise(resolve => setTimeout(resolve))
      turn = performance.now()
    }
    throwIfAborted(context.signal)
    context.onProgress?.({ stage: 'rank', done: Math.min(start + model.batch, users.length), total: users.length })
  }
  const all = new Float64Array(ranks.reduce((n, own) => n + own.length, 0))
  let next = 0
  for (const own of ranks) {
    all.set(own, next)
    next += own.length
  }
  return all
}

function countUnseen({ items }: Interactions, { nColumns, indices }: Csr): number {
  const seen = new Uint8Array(nColumns)
  for (let at = 0; at < indices.length; at++) seen[indices[at]] = 1 // no iterator: it runs over every interaction
  return items.reduce((unseen, item) => unseen + (seen[item] ? 0 : 1), 0)
}
