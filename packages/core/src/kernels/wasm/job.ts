// What a worker can be given to do: one kind a computation. A new kind is a member of Job and a line of `chunkDoer`.
import { alsThread, type AlsShared } from './als-thread.ts'
import type { KernelExports } from './module.ts'
import { rankerThread, type RankerShared } from './ranker-thread.ts'

/** A computation by kind, with everything a thread needs besides the memory; can be sent to a worker. */
export type Job =
  | { readonly kind: 'als', readonly shared: AlsShared }
  | { readonly kind: 'ranker', readonly shared: RankerShared }

/** The function by which thread number `slot` does a chunk of the job. */
export function chunkDoer(job: Job, kernels: KernelExports, memory: WebAssembly.Memory, slot: number): (chunk: number) => void {
  switch (job.kind) {
    case 'als': return alsThread(kernels, memory, job.shared, slot)
    case 'ranker': return rankerThread(kernels, memory, job.shared, slot)
  }
}
