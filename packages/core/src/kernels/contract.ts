// What models ask of the arithmetic. `reference/` is the specification in plain TypeScript, `wasm/` does the
// work; the contract suite holds one against the other.
import type { RunContext } from '../base/index.ts'
import type { Csr } from '../sparse/index.ts'
import type { BoostProblem, BoostWork, Forest, Tree } from './boosting-contract.ts'
import type { SgdProblem, SgdWork } from './sgd-contract.ts'

/** One of the two matrices of factors. */
export type Side = 'users' | 'items'
/** The side that is held while this one is solved. */
export const otherSide = (side: Side): Side => side === 'users' ? 'items' : 'users'

/** One matrix factorization problem; docs/math/als.md. */
export interface AlsProblem {
  /** [nUsers × nItems], values = weights > 0. */
  readonly byUser: Csr
  /** Its transpose. */
  readonly byItem: Csr
  readonly factors: number
  /** c = 1 + alpha · weight */
  readonly alpha: number
  /** c0, the confidence of an unobserved pair, above 0 and at most 1, which is the default. */
  readonly unobservedWeight?: number
  /** λ */
  readonly regularization: number
  /** Default: none. */
  readonly regularizationScaling?: RegularizationScaling
}

/**
 * What λ is multiplied by for a row of n interactions, with m rows on the other side: 1 by `none`, n by `counts`,
 * n + c0 · m by `ials` (Rendle et al. 2022).
 */
export type RegularizationScaling = 'none' | 'counts' | 'ials'

/** How one side is solved while the other is held. */
export type Solver =
  /** Conjugate gradient in whitened coordinates, `steps` steps from where the factors stand. */
  | { readonly kind: 'cg', readonly steps: number }
  /** Cholesky in whitened coordinates. */
  | { readonly kind: 'cholesky' }
  /** From where the factors stand, refined with residuals in float64 until they are right to float32's last bits. */
  | { readonly kind: 'refined' }

/** Sums over the observed pairs, from the scores s = x · y with the factors just solved. */
export interface ObservedSums {
  /** Σ c (1 − s)² */
  readonly loss: number
  /** Σ s² */
  readonly squares: number
}

/** The factors of both sides and the sweeps over them. */
export interface AlsWork {
  /** [nUsers × factors] or [nItems × factors], not a copy: solving changes it. Theirs who asked once the work is closed. */
  readFactors(side: Side): Float32Array
  writeFactors(side: Side, factors: Float32Array): void
  /**
   * y ← y + share · (y − before), summed in float64, for every factor y of `side`; `before` becomes the y that was.
   * before: [rows × factors].
   */
  extrapolate(side: Side, before: Float32Array, share: number): void
  /** YᵀY of a side's factors, float64 [factors × factors]. */
  gram(side: Side): Promise<Float64Array>
  /**
   * Solves every row of `side`; `gram` is the other side's. A row without interactions becomes zero.
   * Throws ERR_SINGULAR when gram + λI is not positive definite, or not finite, ERR_ABORTED when cancelled.
   */
  solve(side: Side, gram: Float64Array, solver: Solver): Promise<ObservedSums>
  /** [threads] rows solved so far by each thread. */
  rowsSolved(): readonly number[]
  /** Ends the threads. */
  close(): void
}

/** The side that is held while single rows of the other one are solved, and how their interactions count. */
export interface HeldSide extends Pick<AlsProblem, 'alpha' | 'unobservedWeight' | 'regularization' | 'regularizationScaling'> {
  /** Y: [nRows × n] */
  readonly held: Float32Array
  readonly n: number
}

/**
 * x [n] = A⁻¹ Σ c y, right to float32's last bits, of a row that has these interactions; zero where it has none.
 *
 * rows: of Y, no repeats. weights: [rows], > 0. Throws ERR_SINGULAR, ERR_MEMORY.
 */
export type RowSolver = (rows: ArrayLike<number>, weights: ArrayLike<number>) => Float32Array

/** Scores of all items for given vectors. */
export interface Scorer {
  /** The most vectors one call takes. */
  readonly batch: number
  /**
   * vectors: [n × factors], n ≤ batch. out: [n × nItems] receives vector · item, summed in float32 in the order
   * of the factors, so a vector's scores do not depend on what is scored beside it.
   */
  score(vectors: Float32Array, n: number, out: Float32Array): void
}

/** Which items may stand in a list. */
export interface Candidates {
  /** [nRows × nItems]: a row's items are left out for that row. */
  readonly excludeByRow?: Csr
  /** Item indices that are left out for all. */
  readonly exclude?: ArrayLike<number>
  /** If given, the only item indices that are not left out. */
  readonly allow?: ArrayLike<number>
}

/** Vectors, and which items are candidates for them. */
export interface Vectors extends Candidates {
  /** [nRows × factors] */
  readonly vectors: Float32Array
  /** [n], the rows of `vectors` that are meant, in the order of the answer. */
  readonly rows: ArrayLike<number>
}

/** The best items of several vectors; a list a vector, best first, equal scores in the order of the item's index. */
export interface Lists {
  /** Length of each list. */
  readonly k: number
  /** [n × k] item indices; −1 where a list is shorter. */
  readonly items: Int32Array
  /** [n × k]; −Infinity where a list is shorter. */
  readonly scores: Float32Array
}

/**
 * Lists and ranks over all items, exactly, from scores with the bits that Scorer gives. A NaN is in no list and below
 * every score. The same bits for any number of threads.
 */
export interface Ranker {
  /** The k best items of each vector; k ≥ 1. Throws ERR_ABORTED, ERR_WORKER. */
  lists(vectors: Vectors, k: number, context: RunContext): Promise<Lists>
  /** The same at once, on the caller's thread. */
  listsNow(vectors: Vectors, k: number): Lists
  /**
   * Number of items with a score ≥ that of each relevant item, itself included: its pessimistic rank. Infinity for a
   * relevant item without a score; a rank beyond `limit` may be given as Infinity.
   *
   * relevant: [nRows × nItems], none excluded. Returns [Σ relevant items of the rows], row after row, in the matrix's order.
   */
  ranks(vectors: Vectors, relevant: Csr, limit: number, context: RunContext): Promise<Float64Array>
}

/** A gram matrix with something added to its diagonal. */
export interface GramProblem {
  /** X: [nUsers × n] */
  readonly byUser: Csr
  /** Its transpose. */
  readonly byItem: Csr
  /** [n], ≥ 0 */
  readonly diagonal: Float64Array
  /** What progress is called. */
  readonly stage: string
}

/** Vectors that are compared all with all. */
export interface NearestProblem {
  /** [nItems × nUsers], v_i a row, values > 0. */
  readonly vectors: Csr
  /** How many of each item's nearest are kept. */
  readonly neighbours: number
  /** h ≥ 0 in the similarity v_i · v_j / (‖v_i‖ ‖v_j‖ + h) */
  readonly shrinkage: number
}

/** Each item's neighbours, whose weights are to predict it. */
export interface NeighbourhoodProblem {
  /** X: [nUsers × nItems], 1 where there is an entry; values are not read. */
  readonly byUser: Csr
  /** Its transpose. */
  readonly byItem: Csr
  /** [nItems], D > 0 */
  readonly diagonal: Float64Array
  /** [nItems × nItems], the columns of row i are the neighbours C of i, itself not among them; values are not read. */
  readonly neighbours: Csr
}

/** One implementation of all the arithmetic. */
export interface Kernels {
  readonly name: 'reference' | 'wasm'
  als(problem: AlsProblem, context: RunContext): Promise<AlsWork>
  rowSolver(side: HeldSide): Promise<RowSolver>
  /**
   * (XᵀX + diagonal)⁻¹, [n × n] symmetric. Throws ERR_SINGULAR, ERR_MEMORY where half of it does not fit 4 GiB, ERR_ABORTED.
   */
  inverse(problem: GramProblem, context: RunContext): Promise<Float32Array>
  sgd(problem: SgdProblem, context: RunContext): Promise<SgdWork>
  /** Both implementations give the same bits. Throws ERR_MEMORY where the rows do not fit 4 GiB. */
  boosting(problem: BoostProblem, context: RunContext): Promise<BoostWork>
  /** Trees over so many features; both implementations give the same bits. */
  forest(trees: readonly Tree[], nFeatures: number): Promise<Forest>
  /** itemFactors: [nItems × factors] */
  scorer(itemFactors: Float32Array, nItems: number, factors: number): Promise<Scorer>
  /** itemFactors: [nItems × factors]. ranked: item indices, rising; the others are never listed and have no score. */
  ranker(itemFactors: Float32Array, nItems: number, factors: number, ranked: Int32Array): Promise<Ranker>
  /**
   * [nItems × nItems], in row i the most similar other items of i, with similarities in (0, 1]; among equal ones the lower index is
   * kept. Products are summed in float32 in the order of the users. The same bits for any number of threads. Throws ERR_ABORTED, ERR_WORKER.
   */
  nearest(problem: NearestProblem, context: RunContext): Promise<Csr>
  /**
   * The neighbours of each item i with the weights w = (G_CC + D_CC)⁻¹ G_Ci, G = XᵀX, solved in float64. The same bits for any number of
   * threads. Throws ERR_SINGULAR, ERR_ABORTED, ERR_WORKER.
   */
  neighbourhoods(problem: NeighbourhoodProblem, context: RunContext): Promise<Csr>
}
