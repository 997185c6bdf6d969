// What a fit needs besides data, started while the data are still being read.
import type { RunContext } from '../base/index.ts'
import { readyCrew } from './pool/crew.ts'
import { threadsOf } from './wasm/als.ts'
import { kernelModule } from './wasm/module.ts'

/** Starts the threads that a fit would start and compiles the kernels, in the background. It changes no result. */
export function readyKernels(context: RunContext): void {
  const threads = threadsOf(context)
  readyCrew(threads)
  kernelModule(threads > 1).catch(() => {}) // met again by the fit
}
