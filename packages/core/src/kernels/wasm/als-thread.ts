// One thread's share of an ALS sweep: a function that does chunk number so-and-so of the phase in work.
// The caller's thread and every worker run the same function over the same memory.
import { otherSide, type Side } from '../contract.ts'
import type { Csr } from '../../sparse/index.ts'
import { paddedLength, TILE_BYTES } from './chunks.ts'
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

  const solve = (side: Side, chunk: number): void => {
    const { chunks: { nTogether, first, nRows, heavy }, factors } = layout.sides[side]
    const n = nRows[chunk]
    const isTogether = chunk < nTogether
    const rows = isTogether ? heavy.subarray(first[chunk], first[chunk] + n) : undefined
    if (rows) copyRows(shared.interactions[side], rows)
    else copyNeighbours(shared.interactions[side], first[chunk], n)
    writeWork(side, isTogether)
    // Neighbours are solved where they lie, heavy rows are fetched and put back.
    const x = rows ? scratch.gathered : factors + first[chunk] * rowBytes
    rows?.forEach((row, at) => moveRow(factors + row * rowBytes, x + at * rowBytes))
    solveRows(n, x, isTogether)
    rows?.forEach((row, at) => moveRow(x + at * rowBytes, factors + row * rowBytes))
    shared.sums[2 * chunk] = doubles[scratch.sums / 8]
    shared.sums[2 * chunk + 1] = doubles[scratch.sums / 8 + 1]
    shared.rowsSolved[slot] += n
  }

  // x: byte offset of the factors, float32 [n × stride], in and out
  const solveRows = (n: number, x: number, isTogether: boolean): void => {
    const kind = phase[2]
    if (kind === SolverKind.cholesky) {
      kernels.solveExact(scratch.work, n, scratch.rows)
    } else {
      kernels.multiplyTriangular(x, n, rowBytes, layout.color, scratch.rows, false)
      if (kind === SolverKind.refined) kernels.solveRefined(scratch.work, n, scratch.rows, x)
      else if (isTogether) kernels.solveTogether(scratch.work, n, scratch.rows, phase[3])
      else kernels.solveConjugateGradient(scratch.work, n, scratch.rows, phase[3])
    }
    if (kind !== SolverKind.refined) kernels.multiplyTriangular(scratch.rows, n, rowBytes, layout.unwhiten, x, false)
  }

  const moveRow = (from: number, to: number): void => void floats.copyWithin(to / 4, from / 4, from / 4 + layout.stride)

  const copyNeighbours = ({ indptr, indices, values }: Csr, first: number, n: number): void => {
    const [from, to] = [indptr[first], indptr[first + n]]
    uints.set(indptr.subarray(first, first + n + 1), scratch.starts / 4)
    ints.set(indices.subarray(from, to), scratch.indices / 4)
    floats.set(values.subarray(from, to), scratch.values / 4)
  }

  // Each row to where the kernel turns it into pointers and gains.
  const copyRows = ({ indptr, indices, values }: Csr, rows: Uint32Array): void => {
    let start = 0
    rows.forEach((row, at) => {
      const [from, to] = [indptr[row], indptr[row + 1]]
      uints[scratch.starts / 4 + at] = start
      uints[scratch.lengths / 4 + at] = to - from
      ints.set(indices.subarray(from, to), scratch.entries / 4 + start)
      floats.set(values.subarray(from, to), (scratch.entries + layout.span) / 4 + start)
      start += paddedLength(to - from)
    })
  }

  // The fields of Work in assembly/interactions.ts, in their order.
  const writeWork = (side: Side, isTogether: boolean): void => {
    const at = scratch.work / 4
    uints.set([layout.whitened, scratch.starts, scratch.indices, scratch.values, isTogether ? 1 : 0, scratch.lengths, 0, rowBytes,
      scratch.entries, layout.span, 0, 0, layout.zeros, scratch.vectors, scratch.states, TILE_BYTES, scratch.matrix, scratch.block,
      layout.blockRows, scratch.sums, scratch.wide, layout.sides[otherSide(side)].factors, layout.gram, layout.whiten, layout.unwhiten], at)
    floats[at + 6] = shared.alpha
    doubles.fill(0, scratch.sums / 8, scratch.sums / 8 + 2)
  }

  return chunk => {
    const side: Side = phase[1] === 0 ? 'users' : 'items'
    if (phase[0] === Phase.whiten) whiten(side, chunk)
    else if (phase[0] === Phase.gram) gram(side, chunk)
    else solve(side, chunk)
  }
}
