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

/** A part of a fit that was timed, and the arithmetic it needed. */
export interface TimedPhase {
  /** What was done, e.g. `gram`, `solve users`. */
  readonly name: string
  /** To which side, where the name does not say it. */
  readonly of?: 'users' | 'items'
  /** From 1; absent outside the iterations. */
  readonly iteration?: number
  /** Milliseconds. */
  readonly ms: number
  /** Floating-point operations that the algorithm needs; absent where the data decide how many. */
  readonly flops?: number
}

/** Arguments that every long-running function of core takes. None of them changes a result. */
export interface RunContext {
  /** Threads that do the work, the caller's included; an integer ≥ 1. Default: the machine's cores. */
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Told of each phase after it is done; `als` has phases. */
  readonly onPhase?: (phase: TimedPhase) => void
}

/** Does the work, and tells of it if anybody listens. */
export async function timedPhase<Result>({ onPhase }: RunContext, phase: Omit<TimedPhase, 'ms'>, work: () => Result | Promise<Result>): Promise<Result> {
  if (!onPhase) return work()
  const begun = performance.now()
  const result = await work()
  onPhase({ ...phase, ms: performance.now() - begun })
  return result
}

/** Throws ERR_ABORTED once the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new MatineeError('ERR_ABORTED', 'the work was cancelled.', { cause: signal.reason })
}
