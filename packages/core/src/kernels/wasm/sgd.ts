// Stochastic gradient descent by the wasm kernels: lays out the memory, deals, and hands out the blocks of each round.
import type { RunContext } from '../../base/index.ts'
import { shareableBuffer } from '../../sparse/index.ts'
import { deal, type Deal } from '../grid.ts'
import { gateMemory } from '../pool/gate.ts'
import { startCrew } from '../pool/crew.ts'
import { warpWeights, type SgdProblem, type SgdRows, type SgdWork } from '../sgd-contract.ts'
import { threadsOf } from './als.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'
import { layOutSgd, type PartLayout } from './sgd-layout.ts'
import { SgdPhase, sgdThread, type SgdShared } from './sgd-thread.ts'

/** Throws ERR_MEMORY when it does not fit the 4 GiB of a wasm memory. */
export async function wasmSgd(problem: SgdProblem, context: RunContext): Promise<SgdWork> {
  const threads = threadsOf(context)
  const inThreads = threads > 1
  const layout = layOutSgd(problem, threads)
  const { grid, parts } = layout
  const module = await kernelModule(inThreads)
  const memory = kernelMemory(layout.sizeBytes, inThreads)
  const shared = shareable(problem, layout, inThreads)
  const gate = gateMemory(inThreads)
  const doBlock = sgdThread(instantiate(module, memory), memory, shared, 0)
  const crew = startCrew({ module, memory, gate, job: { kind: 'sgd', shared } }, threads, doBlock, context.signal)
  const { users, items } = problem.regularization
  const rows = { users: rowsOf(memory, parts.users, users), items: rowsOf(memory, parts.items, items), biases: rowsOf(memory, parts.biases, items) }
  new Float32Array(memory.buffer, layout.weights, problem.tries + 1).set(warpWeights(grid.byPopularity.length, problem.tries))
  const places = new Uint32Array(memory.buffer, layout.places, problem.byItem.nRows)

  return {
    rounds: grid.n,
    rows,
    async epoch(epoch, afterRound) {
      await crew.run(grid.n, () => {
        const dealt = deal(grid, problem.byItem.nRows, problem.seed, epoch)
        for (const name of ['starts', 'items', 'blockOf'] as const) shared.dealt[name].set(dealt[name])
        places.set(dealt.placeOf)
        shared.phase.set([SgdPhase.deal, epoch, 0])
      })
      let missed = 0
      for (let round = 0; round < grid.n; round++) {
        await crew.run(grid.n, () => shared.phase.set([SgdPhase.descend, epoch, round]))
        for (const sum of shared.missed) missed += sum
        afterRound?.()
      }
      return missed / problem.byUser.indices.length
    },
    close: crew.close,
  }
}

// Writes the fields of Part in assembly/sgd.ts, in their order.
function rowsOf({ buffer }: WebAssembly.Memory, { part, nRows, stride, values, squares, gradients, anchors }: PartLayout, lambda: number): SgdRows {
  new Uint32Array(buffer, part, 4).set([values, squares, gradients, anchors])
  new Float32Array(buffer, part + 16, 1)[0] = lambda
  new Float32Array(buffer, squares, nRows).fill(1)
  const array = (at: number): Float32Array => new Float32Array(buffer, at, at === 0 ? 0 : nRows * stride)
  return { stride, values: array(values), gradients: array(gradients), anchors: array(anchors) }
}

function shareable(problem: SgdProblem, layout: SgdShared['layout'], inThreads: boolean): SgdShared {
  const { n, byPopularity } = layout.grid
  const { byUser, loss, tries, learningRate, seed } = problem
  const dealt: Deal = {
    starts: new Uint32Array(shareableBuffer(4 * (n + 1), inThreads)),
    items: new Int32Array(shareableBuffer(4 * byPopularity.length, inThreads)),
    blockOf: new Uint8Array(shareableBuffer(problem.byItem.nRows, inThreads)),
    placeOf: new Uint32Array(0), // lies in the kernels' memory
  }
  return {
    layout, byUser, dealt,
    problem: { loss, tries, learningRate, seed },
    phase: new Int32Array(shareableBuffer(12, inThreads)),
    starts: new Uint32Array(shareableBuffer(4 * n * (n + 1), inThreads)),
    missed: new Float64Array(shareableBuffer(8 * n, inThreads)),
  }
}
