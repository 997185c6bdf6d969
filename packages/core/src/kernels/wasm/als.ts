// ALS by the wasm kernels: lays out the memory, whitens, shares the chunks out, adds up in a fixed order.
import { timedPhase, type RunContext } from '../../base/index.ts'
import { canShareMemory, shareableBuffer } from '../../sparse/index.ts'
import { otherSide, type AlsProblem, type AlsWork, type ObservedSums, type Side, type Solver } from '../contract.ts'
import { gramFlops, solveFlops, whitenFlops } from '../flops.ts'
import { gateMemory } from '../pool/gate.ts'
import { hasThreads, startCrew } from '../pool/crew.ts'
import { isScaled, nColumnsOf, ridgeOf } from '../ridge.ts'
import { extrapolate } from '../reference/als.ts'
import { addDiagonal } from '../reference/linear-algebra.ts'
import { alsThread, Phase, SolverKind, type AlsShared } from './als-thread.ts'
import { COPIED_ROWS, layOutAls, RESIDENT_BYTES, type AlsLayout } from './layout.ts'
import { matrixWriter } from './matrices.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'

/** Threads that will work: as asked, the machine's cores by default, one where there are none to be had. */
export function threadsOf({ threads }: RunContext): number {
  if (!hasThreads || !canShareMemory) return 1
  return threads ?? globalThis.navigator?.hardwareConcurrency ?? 1
}

/** Throws ERR_MEMORY when scratch does not fit the 4 GiB of a wasm memory. residentBytes: for tests, that of layOutAls. */
export async function wasmAls(problem: AlsProblem, context: RunContext, residentBytes = RESIDENT_BYTES): Promise<AlsWork> {
  const threads = threadsOf(context)
  const inThreads = threads > 1
  const layout = layOutAls(problem, threads, residentBytes)
  const module = await kernelModule(inThreads)
  const memory = kernelMemory(layout.sizeBytes, inThreads)
  const als = shareable(problem, layout, threads, inThreads)
  const gate = gateMemory(inThreads)
  const kernels = instantiate(module, memory)
  const doChunk = alsThread(kernels, memory, als, 0)
  const crew = startCrew({ module, memory, gate, job: { kind: 'als', shared: als } }, threads, doChunk, context.signal)
  const n = problem.factors
  const factors = { users: new Float32Array(als.factors.users), items: new Float32Array(als.factors.items) }
  const matrices = matrixWriter(kernels, memory, layout, n)
  const ridges = { users: ridgeOf(problem, nColumnsOf(problem, 'users')), items: ridgeOf(problem, nColumnsOf(problem, 'items')) }
  const isRotated = isScaled(problem)

  const runPhase = (phase: number, side: Side, nChunks: number, kind = 0, steps = 0): Promise<void> =>
    crew.run(nChunks, () => als.phase.set([phase, side === 'users' ? 0 : 1, kind, steps]))

  const gram = (side: Side): Promise<Float64Array> => {
    const { gramParts, nRows } = layout.sides[side]
    return timedPhase(context, { name: 'gram', of: side, flops: gramFlops(n, nRows) }, async () => {
      await runPhase(Phase.gram, side, gramParts)
      return matrices.sumGramParts(gramParts)
    })
  }

  const solve = async (side: Side, sideGram: Float64Array, solver: Solver): Promise<ObservedSums> => {
    const opposite = otherSide(side)
    const { nRows } = layout.sides[opposite]
    await timedPhase(context, { name: 'whiten', of: opposite, flops: whitenFlops(n, nRows, isRotated) }, async () => {
      const regularized = addDiagonal(sideGram, n, ridges[side].constant)
      if (isRotated) matrices.writeRotation(regularized, ridges[side].constant)
      else matrices.writeWhitening(regularized)
      await runPhase(Phase.whiten, opposite, Math.ceil(nRows / COPIED_ROWS), SolverKind[solver.kind])
    })
    const nChunks = layout.sides[side].chunks.first.length
    const flops = solveFlops(n, layout.sides[side].nRows, problem.byUser.indices.length, solver, isRotated)
    await timedPhase(context, { name: `${solver.kind === 'refined' ? 'refine' : 'solve'} ${side}`, flops }, () =>
      runPhase(Phase.solve, side, nChunks, SolverKind[solver.kind], solver.kind === 'cg' ? solver.steps : 0))
    let loss = 0
    let squares = 0
    for (let chunk = 0; chunk < nChunks; chunk++) {
      loss += als.sums[2 * chunk]
      squares += als.sums[2 * chunk + 1]
    }
    return { loss: (problem.unobservedWeight ?? 1) * loss, squares }
  }

  return {
    readFactors: side => factors[side],
    writeFactors: (side, values) => factors[side].set(values),
    extrapolate: (side, before, share) => extrapolate(factors[side], before, share),
    gram,
    solve,
    rowsSolved: () => [...als.rowsSolved],
    close: crew.close,
  }
}

function shareable(problem: AlsProblem, layout: AlsLayout, threads: number, shared: boolean): AlsShared {
  const rows = (n: number): ArrayBufferLike => shareableBuffer(4 * n * problem.factors, shared)
  const { alpha, unobservedWeight = 1 } = problem
  const chunks = Math.max(layout.sides.users.chunks.first.length, layout.sides.items.chunks.first.length)
  return {
    layout,
    gain: { constant: 1 / unobservedWeight - 1, perWeight: alpha / unobservedWeight },
    isRotated: isScaled(problem),
    ridgePerInteraction: ridgeOf(problem, 0).perInteraction,
    interactions: { users: problem.byUser, items: problem.byItem },
    factors: { users: rows(layout.sides.users.nRows), items: rows(layout.sides.items.nRows) },
    whitened: rows(layout.gatheredRows),
    phase: new Int32Array(shareableBuffer(16, shared)),
    sums: new Float64Array(shareableBuffer(16 * chunks, shared)),
    rowsSolved: new Int32Array(shareableBuffer(4 * threads, shared)),
  }
}
