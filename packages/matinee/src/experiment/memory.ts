// Whether a fit fits into this machine, computed before it starts.
import { layOutAls, MatineeError, threadsOf, type TrainingSet } from '@matinee/core'
import type { RunConfig } from './config.ts'

/** Bytes that fitting needs beside the data that are loaded already; 0 for models that need next to nothing. */
export function fitBytes({ model, modelOptions }: RunConfig, { byUser, byItem }: TrainingSet, threads: number | undefined): number {
  if (model !== 'als') return 0
  const factors = Number(modelOptions.factors)
  const problem = { byUser, byItem, factors, alpha: 1, regularization: 1 }
  const { stride, plain, gatheredRows, sides: { users, items } } = layOutAls(problem, threadsOf({ threads }))
  // the wasm memory as far as it is touched: only the users are refined, with the items held
  const wasmBytes = plain + (items.isResident ? 4 * stride * items.nRows : 0)
  // the factors, what is whitened outside, the items as they were before momentum, and packed for lists and scores
  return wasmBytes + 4 * factors * (users.nRows + items.nRows + gatheredRows + 4 * items.nRows)
}

/** Throws ERR_MEMORY, with the numbers, when less than `neededBytes` are available. */
export function checkMemory(neededBytes: number, availableBytes: number): void {
  if (neededBytes <= availableBytes) return
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`
  throw new MatineeError('ERR_MEMORY', `fitting needs ${gib(neededBytes)} and ${gib(availableBytes)} are available.`)
}
