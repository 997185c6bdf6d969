// What a model is: declared options, a fit, a way back from its tensors; and what a fitted one can do.
//
// A model works on indices only, knows nothing of ids, files or formats, and hands over its state as named
// typed arrays. A new model is one file (or folder) and one line in registry.ts.
import type { ItemIndex, OptionSpecs, OptionValues, RunContext, UserIndex } from '../base/index.ts'
import type { TrainingPart, TrainingSet } from '../dataset/index.ts'
import type { Candidates, Lists } from '../kernels/index.ts'
import type { Csr } from '../sparse/index.ts'

/** A line of the registry: how a model is fitted and restored. */
export interface ModelDefinition<Specs extends OptionSpecs = OptionSpecs> {
  /** One sentence for tables and help. */
  readonly summary: string
  readonly options: Specs
  /** How the options' defaults were chosen: a sentence for the protocol, since tuning is part of a measurement. */
  readonly defaultsChosen: string
  /** What `fit` needs of the training set besides the weights; by default nothing. */
  readonly uses?: readonly TrainingPart[]
  /** The option that gives a fit more time, an integer from 1, for a tuner that stops hopeless trials early; absent where there is none. */
  readonly effort?: string
  /** Whether the seed changes nothing: one fit is all there is. Default false. */
  readonly seedless?: boolean
  /** Whether a list looks at what other users had, so that it changes when one of them is erased. Default false. */
  readonly asksOthers?: boolean
  /** Whether a fit with these options can begin where that state stands; absent for models whose fits begin from nothing. */
  startsFrom?(state: ModelState, options: OptionValues<Specs>): boolean
  /** Of how many days before the newest row a fit counts the times, Infinity for all; absent where times do not matter. */
  daysUsed?(options: OptionValues<Specs>): number
  /** Bytes that a fit and what follows take besides the training set, at most; absent for models that take next to nothing. */
  bytesNeeded?(training: TrainingSet, options: OptionValues<Specs>, context: Pick<RunContext, 'threads'>): number
  /** Same training set, options, seed and start: the same bits, at any number of threads. */
  fit(training: TrainingSet, options: OptionValues<Specs>, context: FitContext): Promise<FittedModel>
  /**
   * The state without the other users. kept: users that stay, rising; they become 0, 1, …, and what they are given stays the same bits,
   * but for a model that `asksOthers`.
   * What the others have taught the model of the items stays as well, among everybody's.
   */
  withoutOthers(state: ModelState, kept: Uint32Array): ModelState
  /** The inverse of FittedModel.state. Throws ERR_FORMAT when tensors are missing or of another shape. */
  restore(state: ModelState): Promise<FittedModel>
}

/** How a fit is run; of all this only the seed and the start have a say in the result. */
export interface FitContext extends RunContext {
  /** An integer in [0, 2³²). */
  readonly seed: number
  /** Where the fit begins, for a model that `startsFrom` another's state; the others do not look at it. */
  readonly start?: Start
}

/** A fitted model to begin from, and where in it users and items of the training set stand. */
export interface Start {
  readonly state: ModelState
  /** [nUsers], the user's index in the model; −1 for a new one */
  readonly users: Int32Array
  /** [nItems], likewise */
  readonly items: Int32Array
}

/** Flat, row-major. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array
}

/** All there is to a fitted model, in the form in which it is stored. */
export interface ModelState {
  /** The model's name in the registry. */
  readonly model: string
  readonly options: Readonly<Record<string, number | string>>
  readonly tensors: Readonly<Record<string, Tensor>>
}

/** A user's interactions known at request time, the earliest first where the time is known. */
export interface History {
  /** [n], item indices, no repeats. */
  readonly items: ArrayLike<number>
  /** [n], weights > 0. */
  readonly weights: ArrayLike<number>
  /** [n], seconds; NaN where a time is not known. */
  readonly times?: ArrayLike<number>
}

/** The neighbours of a history in the first n places; the arrays are the same each time, and are overwritten by the next history. */
export interface Neighbours {
  readonly n: number
  /** User indices. */
  readonly users: Int32Array
  /** By user: the place in the sequences of the latest item of the history that the user had. */
  readonly anchors: Int32Array
  /** By user, > 0, float64. */
  readonly nearness: Float64Array
}

/** Immutable. What is optional a model may be unable to do; docs/reference/models.md says why. */
export interface FittedModel {
  readonly nUsers: number
  readonly nItems: number
  /** The most users one call of `scoreUsers` takes. */
  readonly batch: number
  /**
   * out: [users.length × nItems] receives a score for every item; higher is better; NaN where the model cannot
   * score (an item without training interactions).
   */
  scoreUsers(users: readonly UserIndex[], out: Float32Array): void
  /** out: [nItems], as scoreUsers, for somebody with this history who need not have been in training. */
  scoreHistory?(history: History, out: Float32Array): void
  /** A user's history as scoreUsers counts it, for models that score by histories; theirs is what `explain` takes apart. */
  historyOf?(user: UserIndex): History
  /**
   * The k best candidates of each user by scoreUsers, k ≥ 1, equal scores in the order of the item's index; a row of
   * `excludeByRow` is a user. In threads; the same bits for any number of them. Throws ERR_ABORTED, ERR_WORKER.
   */
  listUsers?(users: ArrayLike<number>, k: number, candidates: Candidates, context: RunContext): Promise<Lists>
  /** The same for one user, at once on the caller's thread. */
  listUser?(user: UserIndex, k: number, candidates: Candidates): Lists
  /** The same by scoreHistory. */
  listHistory?(history: History, k: number, candidates: Candidates): Lists
  /**
   * Pessimistic ranks by scoreUsers, as evaluate/ranks.ts defines them, in threads. A rank beyond `limit` may be given as
   * Infinity: to know that nine others are above is dearer than to know that ten are.
   *
   * relevant, exclude: [nUsers × nItems], with no entry in common. Returns [Σ relevant items of the users], user after
   * user, in the matrix's order. Throws ERR_ABORTED, ERR_WORKER.
   */
  rankUsers?(users: ArrayLike<number>, relevant: Csr, exclude: Csr, limit: number, context: RunContext): Promise<Float64Array>
  /** out: [nItems] cosine similarity in [−1, 1]; NaN where undefined; the item itself is 1. */
  similarItems?(item: ItemIndex, out: Float32Array): void
  /** out: [nUsers] cosine similarity in [−1, 1]; NaN where undefined; the user itself is 1. */
  similarUsers?(user: UserIndex, out: Float32Array): void
  /** Who has lately had the same, for a model that asks them. */
  nearestUsers?(history: History): Neighbours
  /** [history] each history item's share of the item's score; the shares sum to the score. */
  explain?(history: History, item: ItemIndex): Float64Array
  /** Each feature's share of the item's score, for a model that scores by features. */
  explainFeatures?(history: History, item: ItemIndex): FeatureShares
  /** Loss in parts after each iteration, for models that minimise one. */
  readonly losses?: readonly LossParts[]
  /** What the fit has to say of itself besides, as plain data for records; not kept with the state. */
  readonly about?: Readonly<Record<string, unknown>>
  state(): ModelState
}

/** A score by the features that it comes from: base + Σ contributions is the score but for rounding. */
export interface FeatureShares {
  readonly score: number
  /** What is expected where no feature is known. */
  readonly base: number
  /** value: NaN where it is not known. */
  readonly features: readonly { readonly feature: string, readonly value: number, readonly contribution: number }[]
  /** Who proposes the item, with its rank from 1. Where nobody does there are no features, and base is the score. */
  readonly proposedBy: readonly { readonly source: string, readonly rank: number }[]
}

/** A loss by what it is made of; docs/math/als.md. */
export interface LossParts {
  /** Σ over observed pairs of c (1 − s)² */
  readonly observed: number
  /** Σ over unobserved pairs of s² */
  readonly unobserved: number
  /** λ (Σ‖x‖² + Σ‖y‖²) */
  readonly regularization: number
  readonly total: number
}
