// What models ask of the arithmetic. `reference/` is the specification in plain TypeScript, `wasm/` does the
// work; the contract suite holds one against the other.
import type { RunContext } from '../base/index.ts'
import type { Csr } from '../sparse/index.ts'

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
  /** λ, not scaled by counts. */
  readonly regularization: number
}

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
  /** [nUsers × factors] or [nItems × factors], a copy. */
  readFactors(side: Side): Float32Array
  writeFactors(side: Side, factors: Float32Array): void
  /** YᵀY of a side's factors, float64 [factors × factors]. */
  gram(side: Side): Promise<Float64Array>
  /**
   * Solves every row of `side`; `gram` is the other side's. A row without interactions becomes zero.
   * Throws ERR_SINGULAR when gram + λI is not positive definite, ERR_ABORTED when cancelled.
   */
  solve(side: Side, gram: Float64Array, solver: Solver): Promise<ObservedSums>
  /** [threads] rows solved so far by each thread. */
  rowsSolved(): readonly number[]
  /** Ends the threads. */
  close(): void
}

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

/** One implementation of all the arithmetic. */
export interface Kernels {
  readonly name: 'reference' | 'wasm'
  als(problem: AlsProblem, context: RunContext): Promise<AlsWork>
  /** itemFactors: [nItems × factors] */
  scorer(itemFactors: Float32Array, nItems: number, factors: number): Promise<Scorer>
}
