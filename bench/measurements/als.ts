// What the measurements of ALS share: one configuration, the start that every side is given, a fit on each side, the loss.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildCsr, encodeSafetensors, models, resolveOptions, transpose, type TrainingSet } from '@matinee/core'
import { startOf } from '../oracles/problem.ts'
import type { Problem } from '../harness/data.ts'
import type { Worker } from '../harness/worker.ts'
import type { BenchContext } from './contract.ts'

/** The same on every side; each peer converts (bench/peers/engines.py). */
const ALPHA = 40
const REGULARIZATION = 0.1
const SEED = 1

export interface FitQuestion {
  readonly factors: number
  readonly threads: number
  readonly iterations: number
  readonly solver: 'cg' | 'cholesky' | 'ialspp'
  /** Default: ALPHA and REGULARIZATION. */
  readonly alpha?: number
  readonly regularization?: number
  /** Default: each side's own; irspack has none. */
  readonly cgSteps?: number
  /** Default: none and 1; of the peers, buffalo has counts, irspack ials and the weight. */
  readonly regularizationScaling?: string
  readonly unobservedWeight?: number
  /** irspack alone: how many factors iALS++ solves at once. */
  readonly block?: number
  /** Ours alone; default: the option's. */
  readonly momentum?: number
}

/** Milliseconds. */
export interface FitAnswer {
  readonly each: readonly number[]
  readonly total: number
  /** Ours alone: `total` less the last solve of the users. */
  readonly toLoss?: number
  /** Ours alone: after each iteration, and the steps of cg. */
  readonly losses: readonly number[]
  readonly cgSteps: number
}

/** The item factors that our seed starts from, as a file: they depend on the seed and on which items were seen. */
export async function startFile({ scratch }: Pick<BenchContext, 'scratch'>, { name, nItems, seen }: Problem, factors: number): Promise<string> {
  const items = Int32Array.from(seen.keys()).filter(item => seen[item] === 1)
  const [users, values] = [new Int32Array(items.length), new Float32Array(items.length).fill(1)]
  const byUser = buildCsr(users, items, values, 1, nItems)
  const training: TrainingSet = { weighting: 'log', byUser, byItem: transpose(byUser) }
  const start = await startOf(training, resolveOptions(models.als.options, { factors }), SEED)
  const file = path.join(scratch, `start-${name}-${factors}.safetensors`)
  writeFileSync(file, encodeSafetensors({ tensors: { start: { shape: [nItems, factors], data: start } }, metadata: {} }))
  return file
}

interface Kept {
  /** After which iterations the factors go to `out`-N.safetensors. */
  readonly snapshots?: readonly number[]
  readonly out?: string
}

/** served: a file for the factors that are served, after the last solve of the users. */
export const fitOurs = (ours: Worker, question: FitQuestion, kept: Kept & { readonly served?: string } = {}): Promise<FitAnswer> =>
  ours.ask({ do: 'fit', alpha: ALPHA, regularization: REGULARIZATION, ...question, seed: SEED, ...kept })

export const fitPeer = (peer: Worker, question: FitQuestion, start: string, kept: Kept = {}): Promise<FitAnswer> =>
  peer.ask({ do: 'fit', alpha: ALPHA, regularization: REGULARIZATION, ...question, start, ...kept })

/** The loss of anybody's factors, by one piece of code that is neither side's: numpy in float64 (bench/peers/worker.py). */
export async function lossOf(peer: Worker, file: string): Promise<number> {
  const { loss } = await peer.ask<{ loss: number }>({ do: 'loss', file, alpha: ALPHA, regularization: REGULARIZATION })
  return loss
}
