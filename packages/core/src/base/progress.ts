// What long work tells and is told: progress out, cancellation and the number of threads in.
import { MatineeError } from './errors.ts'

/** How far a stage is. */
export interface Progress {
  /** What is being done, e.g. `fit als`. */
  readonly stage: string
  readonly done: number
  readonly total: number
  /** A figure worth showing beside the bar, e.g. `loss 211733`. */
  readonly note?: string
}

/** Arguments that every long-running function of core takes. None of them changes a result. */
export interface RunContext {
  /** Threads that do the work, the caller's included; an integer ≥ 1. Default: the machine's cores. */
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** Throws ERR_ABORTED once the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new MatineeError('ERR_ABORTED', 'the work was cancelled.', { cause: signal.reason })
}
