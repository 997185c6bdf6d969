// One thread's share of an ALS sweep: a function that does chunk number so-and-so of the phase in work.
// The caller's thread and every worker run the same function over the same memory.
import { otherSide, type Side } from '../contract.ts'
import type { Csr } from '../../sparse/index.ts'
import type { AlsLayout } from './layout.ts'
import type { KernelExports } from './module.ts'

/** Everything a thread needs besides the memory; can be sent to a worker. */
export interface AlsShared {
  readonly layout: AlsLayout
  readonly alpha: number
  readonly interactions: Readonly<Record<Side, Csr>>
  /** [2]: the phase in work and the side it works on, then [2] kind and steps of the solver */
  readonly phase: Int32Array
  /** [2 × chunks] Σ c (1 − s)² and Σ s² of each chunk of `solve` */
  readonly sums: Float64Array
  /** [threads] rows solved by each */
  readonly rowsSolved: Int32Array
}

export const Phase = { whiten: 0, gram: 1, solve: 2 } as const
export const SolverKind = { cg: 0, cholesky: 1, refined: 2 } as const
/** Rows that one chunk of the phase `whiten` transforms. */
export const WHITEN_ROWS = 64

/** The function for thread number `slot`. */
export function alsThread(kernels: KernelExports, memory: WebAssembly.Memory, shared: AlsShared, slot: number): (chunk: number) => void {
  const { layout, phase } = shared
  const scratch = layout.slots[slot]
  const rowBytes = 4 * layout.stride
  const ints = new Int32Array(memory.buffer)
  const uints = new Uint32Array(memory.buffer)
  const floats = new Float32Array(memory.buffer)
  const doubles = new Float64Array(memory.buffer)

  const whiten = (side: Side, chunk: number): void => {
    const { nRows, factors } = layout.sides[side]
    const start = chunk * WHITEN_ROWS
    const rows = Math.min(WHITEN_ROWS, nRows - start)
    kernels.multiplyTriangular(factors + start * rowBytes, rows, rowBytes, layout.whiten, layout.whitened + start * rowBytes, true)
  }

  const gram = (side: Side, chunk: number): void => {
    const { nRows, factors, gramRows } = layout.sides[side]
    const start = chunk * gramRows
    const sum = layout.gramParts + chunk * 8 * layout.stride ** 2
    kernels.gram(factors + start * rowBytes, Math.min(gramRows, nRows - start), layout.stride, sum, scratch.matrix)
  }

  const solve = (side: Side, position: number): void => {
    const { chunks, order, factors } = layout.sides[side]
    const chunk = order[position]
    const first = chunks[chunk]
    const rows = chunks[chunk + 1] - first
    copyInteractions(shared.interactions[side], first, rows)
    writeWork(side)
    const x = factors + first * rowBytes
    if (phase[2] === SolverKind.cholesky) {
      kernels.solveExact(scratch.work, rows, scratch.rows)
      kernels.multiplyTriangular(scratch.rows, rows, rowBytes, layout.unwhiten, x, false)
    } else {
      kernels.multiplyTriangular(x, rows, rowBytes, layout.color, scratch.rows, false)
      if (phase[2] === SolverKind.refined) {
        kernels.solveRefined(scratch.work, rows, scratch.rows, x)
      } else {
        kernels.solveConjugateGradient(scratch.work, rows, scratch.rows, phase[3])
        kernels.multiplyTriangular(scratch.rows, rows, rowBytes, layout.unwhiten, x, false)
      }
    }
    shared.sums[2 * chunk] = doubles[scratch.sums / 8]
    shared.sums[2 * chunk + 1] = doubles[scratch.sums / 8 + 1]
    shared.rowsSolved[slot] += rows
  }

  const copyInteractions = ({ indptr, indices, values }: Csr, first: number, rows: number): void => {
    const [from, to] = [indptr[first], indptr[first + rows]]
    uints.set(indptr.subarray(first, first + rows + 1), scratch.indptr / 4)
    ints.set(indices.subarray(from, to), scratch.indices / 4)
    floats.set(values.subarray(from, to), scratch.values / 4)
  }

  // The fields of Work in assembly/interactions.ts, in their order.
  const writeWork = (side: Side): void => {
    const at = scratch.work / 4
    uints.set([layout.whitened, scratch.indptr, scratch.indices, scratch.values, 0, rowBytes, scratch.pointers, scratch.gains,
      scratch.scores, scratch.moves, 0, 0, layout.zeros, scratch.vectors, scratch.matrix, scratch.block, layout.blockRows,
      scratch.sums, scratch.wide, layout.sides[otherSide(side)].factors, layout.gram, layout.whiten, layout.unwhiten], at)
    floats[at + 4] = shared.alpha
    doubles.fill(0, scratch.sums / 8, scratch.sums / 8 + 2)
  }

  return chunk => {
    const side: Side = phase[1] === 0 ? 'users' : 'items'
    if (phase[0] === Phase.whiten) whiten(side, chunk)
    else if (phase[0] === Phase.gram) gram(side, chunk)
    else solve(side, chunk)
  }
}
