// A fitted model's numbers on hidden interactions, over the full catalogue.
import { MatineeError, type Progress, type RunContext } from '../base/index.ts'
import { selectRows, type Catalogue, type Interactions } from '../dataset/index.ts'
import type { FittedModel } from '../model/index.ts'
import { checkedDiversity, itemWorld, type Diversity } from '../rank/index.ts'
import { buildCsr, rowLength, type Csr } from '../sparse/index.ts'
import { answersOf } from './answers.ts'
import { valuesByList } from './by-lists.ts'
import { rankedUsers, valuesByRank, type MetricValues } from './by-ranks.ts'
import { valuesBySlice, type SlicedValues } from './by-slices.ts'
import { valuesOfLastStep, type LastStepValues } from './last-step.ts'
import type { ListWorld } from './list-metrics/contract.ts'
import type { Sampling } from './sampled.ts'

/** What a model is asked, and on what. */
export interface EvaluationInput {
  /** [nUsers × nItems], what the model was fitted on. */
  readonly training: Csr
  /** [nItems], training interactions of each item; counted where it is not given. */
  readonly popularity?: Uint32Array
  /** [nUsers × nItems], what is known of the users and no candidate for them; by default what the model was fitted on. */
  readonly known?: Csr
  /** What was hidden: a user's rows here are the user's relevant items. */
  readonly holdout: Interactions
  /** List lengths, each an integer in [1, nItems]. */
  readonly ks: readonly number[]
  /** What progress is called. */
  readonly stage: string
  /** `main` (default): what the ranks within k tell; `all`: besides, every rank, the lists, and slices. */
  readonly metrics?: 'main' | 'all'
  /** [nItems], for what lists are made of. */
  readonly catalogue?: Catalogue
  /** [nUsers], as Split has it, for a slice. */
  readonly decidedByTies?: Uint8Array
  /** Ranks among random items, besides. */
  readonly sampling?: Sampling
  /** The last step of the lists: what it costs and what it gains, besides; it wants the catalogue. */
  readonly lastStep?: Diversity
}

/** Names are metric@k: `recall@10`, `ndcg@10` …, and `auc`. */
export interface Evaluation {
  /** Means over the users counted; what is one number for all lists stands here only. */
  readonly metrics: Readonly<Record<string, number>>
  /** Users with at least one hidden interaction of whom something is known. */
  readonly usersCounted: number
  /** Users with something hidden of whom nothing is known: left out, since a model by histories has nothing to go by. */
  readonly usersUnknown: number
  readonly relevantItems: number
  /** Relevant items without any training interaction; a model that cannot score them misses them. */
  readonly relevantUnseen: number
  readonly perUser: {
    /** [usersCounted], rising */
    readonly users: Int32Array
    /** Each [usersCounted]; its mean is the metric's number. */
    readonly values: Readonly<Record<string, Float64Array>>
  }
  /** Where all metrics were wanted. */
  readonly slices?: SlicedValues
  /** Where it was wanted: the metrics of ranks among random items. */
  readonly sampled?: MetricValues
  /** Where it was wanted and does anything. */
  readonly lastStep?: LastStepValues
}

/** Throws ERR_OPTION for a k outside the catalogue and as checkedDiversity, ERR_EMPTY when nothing was hidden, ERR_ABORTED. */
export async function evaluateModel(model: FittedModel, input: EvaluationInput, context: RunContext): Promise<Evaluation> {
  const { training, popularity = interactionsOfItems(training), known = training, holdout, ks, sampling } = input
  checkKs(ks, model.nItems)
  const { catalogue = [] } = input
  const diversity = input.lastStep && checkedDiversity(input.lastStep, catalogue)
  const isWhole = input.metrics === 'all'
  const asked = selectRows(holdout, Uint32Array.from(holdout.users.keys()).filter(row => rowLength(known, holdout.users[row]) > 0))
  const relevant = buildCsr(asked.users, asked.items, asked.values, model.nUsers, model.nItems)
  const users = Int32Array.from(new Set(asked.users)).sort()
  if (users.length === 0) throw new MatineeError('ERR_EMPTY', 'no user of whom something is known has a hidden interaction, so there is nothing to evaluate.')
  const longest = Math.max(...ks)
  const questions = { users, relevant, known, limit: isWhole ? Infinity : longest, listLength: isWhole ? longest : 0, ...(sampling && { sampling }) }
  const { ranks, lists, sampledRanks } = await answersOf(model, questions, named(input.stage, context))

  const nCandidates = Uint32Array.from(users, user => model.nItems - rowLength(known, user))
  const ranked = rankedUsers(users, relevant, ranks, popularity, nCandidates)
  const byRank = valuesByRank(ranked, ks, isWhole)
  const world = (): ListWorld & { readonly popularity: Uint32Array } => ({ nItems: model.nItems, nUsers: model.nUsers, popularity, attributes: itemWorld(catalogue).attributes })
  const byList = lists && valuesByList(lists, users, known, ks, world())
  const lastStep = diversity
    && await valuesOfLastStep(model, { users, relevant, known, ks, diversity, items: itemWorld(catalogue), lists: world() }, named(input.stage, context))
  const { decidedByTies } = input
  const sliced = { users, known, relevant, popularity, valueKind: holdout.valueKind, ...(decidedByTies && { decidedByTies }) }
  return {
    metrics: { ...byRank.metrics, ...byList?.metrics },
    usersCounted: users.length,
    usersUnknown: new Set(holdout.users).size - users.length,
    relevantItems: ranked.ranks.length,
    relevantUnseen: ranked.popularity.reduce((unseen, interactions) => unseen + (interactions > 0 ? 0 : 1), 0),
    perUser: { users, values: { ...byRank.values, ...byList?.values } },
    ...(isWhole && { slices: valuesBySlice(ranked, sliced, ks, isWhole) }),
    ...(sampledRanks && { sampled: valuesByRank(rankedUsers(users, relevant, sampledRanks, popularity, nCandidates), ks, false) }),
    ...(lastStep && { lastStep }),
  }
}

function checkKs(ks: readonly number[], nItems: number): void {
  for (const k of ks) {
    if (!Number.isInteger(k) || k < 1 || k > nItems) throw new MatineeError('ERR_OPTION', `k is ${k}, expected an integer from 1 to the ${nItems} items of the catalogue.`)
  }
}

// Progress by the stage's own name.
function named(stage: string, context: RunContext): RunContext {
  const { onProgress } = context
  return { ...context, ...(onProgress && { onProgress: (progress: Progress) => onProgress({ ...progress, stage }) }) }
}

// [nItems]. No iterator: it runs over every interaction.
function interactionsOfItems({ indices, nColumns }: Csr): Uint32Array {
  const counts = new Uint32Array(nColumns)
  for (let at = 0; at < indices.length; at++) counts[indices[at]]++
  return counts
}
