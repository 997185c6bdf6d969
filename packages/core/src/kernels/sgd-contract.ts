// What models that descend by samples ask of the arithmetic; docs/math/factorization.md.
import { log } from '../base/index.ts'
import type { Csr } from '../sparse/index.ts'

/** What a step makes smaller. */
export type SgdLoss = 'bpr' | 'warp' | 'logistic'

/** One factorization by samples; docs/math/factorization.md. */
export interface SgdProblem {
  /** [nUsers × nItems]; the values do not count. */
  readonly byUser: Csr
  /** Its transpose. */
  readonly byItem: Csr
  readonly factors: number
  readonly loss: SgdLoss
  /** Negatives, any item of the block as likely, drawn for an interaction at most: until one violates the margin (warp), or is none of the user's (the others). */
  readonly tries: number
  readonly learningRate: number
  readonly regularization: Readonly<Record<'users' | 'items', number>>
  /** Sides whose vectors are sums with features: their gradients are added up, and they shrink towards `anchors`. */
  readonly hybrid: Readonly<Record<'users' | 'items', boolean>>
  readonly seed: number
}

/** What is fitted: vectors of users and items [n × stride], padded with zeros, and the items' biases [nItems × 1]. */
export type SgdPart = 'users' | 'items' | 'biases'

/** One part; views, not copies. */
export interface SgdRows {
  /** Numbers from one row to the next. */
  readonly stride: number
  /** [n × stride] */
  readonly values: Float32Array
  /** [n × stride] what the values went up along, summed up since somebody set it to zero; empty where the side is not hybrid. */
  readonly gradients: Float32Array
  /** [n × stride] what regularization pulls the values towards; empty where the side is not hybrid: zero then. */
  readonly anchors: Float32Array
}

/** s = x · y + b */
export interface SgdWork {
  /** Of an epoch. */
  readonly rounds: number
  readonly rows: Readonly<Record<SgdPart, SgdRows>>
  /**
   * One pass over the interactions, in the order of kernels/grid.ts; `afterRound` may change the rows. epoch: from 0.
   * Returns the mean miss of an interaction, in [0, 1]: σ(−x) for bpr, the mean of σ(−s) and σ(s') for logistic, for warp
   * the share for which a violating item was found. Throws ERR_ABORTED, ERR_WORKER.
   */
  epoch(epoch: number, afterRound?: () => void): Promise<number>
  close(): void
}

/** WARP's estimate of ln(rank) after so many draws: [tries + 1], 0 at place 0 (Weston, Bengio and Usunier 2011, with ln for their sum). */
export const warpWeights = (nItems: number, tries: number): Float32Array =>
  Float32Array.from({ length: tries + 1 }, (_, drawn) => drawn === 0 ? 0 : log(Math.max(1, Math.floor((nItems - 1) / drawn))))
