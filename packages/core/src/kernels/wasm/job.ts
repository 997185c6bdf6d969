// What a worker can be given to do: one kind a computation. A new kind is a member of Job and a line of `chunkDoer`.
import { received } from '../../sparse/index.ts'
import { alsThread, type AlsShared } from './als-thread.ts'
import { boostThread, type BoostShared } from './boost-thread.ts'
import { forestThread, type ForestShared } from './forest-thread.ts'
import { inverseThread, type InverseShared } from './inverse-thread.ts'
import type { KernelExports } from './module.ts'
import { nearestThread, type NearestShared } from './nearest-thread.ts'
import { neighbourhoodThread, type NeighbourhoodShared } from './neighbourhoods-thread.ts'
import { rankerThread, type RankerShared } from './ranker-thread.ts'
import { sgdThread, type SgdShared } from './sgd-thread.ts'

/** A computation by kind, with everything a thread needs besides the memory; can be sent to a worker. */
export type Job =
  | { readonly kind: 'als', readonly shared: AlsShared }
  | { readonly kind: 'nearest', readonly shared: NearestShared }
  | { readonly kind: 'neighbourhoods', readonly shared: NeighbourhoodShared }
  | { readonly kind: 'ranker', readonly shared: RankerShared }
  | { readonly kind: 'inverse', readonly shared: InverseShared }
  | { readonly kind: 'sgd', readonly shared: SgdShared }
  | { readonly kind: 'boosting', readonly shared: BoostShared }
  | { readonly kind: 'forest', readonly shared: ForestShared }

/** The function by which a worker, thread number `slot`, does a chunk of the job it was sent. */
export function chunkDoer(job: Job, kernels: KernelExports, memory: WebAssembly.Memory, slot: number): (chunk: number) => void {
  switch (job.kind) {
    case 'als': return alsThread(kernels, memory, wholeAls(job.shared), slot)
    case 'nearest': return nearestThread(kernels, memory, { ...job.shared, vectors: received(job.shared.vectors) }, slot)
    case 'neighbourhoods': return neighbourhoodThread(kernels, memory, wholeNeighbourhoods(job.shared), slot)
    case 'ranker': return rankerThread(kernels, memory, wholeRanker(job.shared), slot)
    case 'inverse': return inverseThread(kernels, memory, { ...job.shared, byUser: received(job.shared.byUser), byItem: received(job.shared.byItem) }, slot)
    case 'sgd': return sgdThread(kernels, memory, { ...job.shared, byUser: received(job.shared.byUser) }, slot)
    case 'boosting': return boostThread(kernels, memory, job.shared, slot)
    case 'forest': return forestThread(kernels, memory, job.shared, slot)
  }
}

function wholeAls(shared: AlsShared): AlsShared {
  const { users, items } = shared.interactions
  return { ...shared, interactions: { users: received(users), items: received(items) } }
}

function wholeNeighbourhoods(shared: NeighbourhoodShared): NeighbourhoodShared {
  return { ...shared, byUser: received(shared.byUser), byItem: received(shared.byItem) }
}

function wholeRanker(shared: RankerShared): RankerShared {
  const { exclude, goal } = shared
  const wholeGoal = goal.kind === 'ranks' ? { ...goal, relevant: received(goal.relevant) } : goal
  return { ...shared, ...(exclude && { exclude: received(exclude) }), goal: wholeGoal }
}
