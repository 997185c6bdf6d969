// Where the time of a fit went, and how near the arithmetic came to what the machine can do.
import { simdPeak, threadsOf, type TimedPhase } from '@matinee/core'

/** A phase with its rate. */
export interface RatedPhase extends TimedPhase {
  /** 10⁹ floating-point operations a second, all threads together. */
  readonly gflops?: number
  /** Of the threads' peak, in [0, 1]. */
  readonly share?: number
}

export interface Profile {
  readonly threads: number
  /** 10⁹ float32 operations a second that so many cores do at best in WebAssembly SIMD, measured on one after the run. */
  readonly peakGflops: number
  /** In the order in which they were done; those of a refit are not among them. */
  readonly phases: readonly RatedPhase[]
}

/** Rates the phases; takes a tenth of a second to measure the peak. */
export async function profileOf(phases: readonly TimedPhase[], asked: number | undefined): Promise<Profile> {
  const threads = threadsOf({ threads: asked })
  const peakGflops = threads * await simdPeak()
  return { threads, peakGflops, phases: phases.map(phase => ({ ...phase, ...rate(phase, peakGflops) })) }
}

/** The rate of what took so long; nothing where the operations are not known. */
export function rate({ ms, flops }: Pick<TimedPhase, 'ms' | 'flops'>, peakGflops: number): Pick<RatedPhase, 'gflops' | 'share'> {
  if (flops === undefined || ms === 0) return {}
  const gflops = flops / ms / 1e6
  return { gflops, share: gflops / peakGflops }
}
