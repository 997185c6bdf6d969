// One thread's share of an ALS sweep: a function that does chunk number so-and-so of the phase in work.
// The caller's thread and every worker run the same function over the same memory.
import { otherSide, type Side } from '../contract.ts'
import { rowIndices, rowValues, type Csr } from '../../sparse/index.ts'
import { paddedLength } from './chunks.ts'
import { COPIED_ROWS, type AlsLayout } from './layout.ts'
import { metRows } from './met-rows.ts'
import type { KernelExports } from './module.ts'
import { rowCopier } from './rows.ts'
import { writeFields, type RowRules } from './work.ts'

/** Everything a thread needs besides the memory; can be sent to a worker. */
export interface AlsShared extends RowRules {
  readonly layout: AlsLayout
  readonly interactions: Readonly<Record<Side, Csr>>
  /** float32 [rows × factors] each. Memory, not views: sent to a worker, a view of more than 4 GiB loses its length (Node 24). */
  readonly factors: Readonly<Record<Side, ArrayBufferLike>>
  /** float32 [gatheredRows × factors]: those of a side that is not resident, whitened. */
  readonly whitened: ArrayBufferLike
  /** [2]: the phase in work and the side it works on, then [2] kind and steps of the solver */
  readonly phase: Int32Array
  /** [2 × chunks] Σ c (1 − s)² and Σ s² of each chunk of `solve` */
  readonly sums: Float64Array
  /** [threads] rows solved by each */
  readonly rowsSolved: Int32Array
}

export const Phase = { whiten: 0, gram: 1, solve: 2 } as const
export const SolverKind = { cg: 0, cholesky: 1, refined: 2 } as const

/** The function for thread number `slot`. */
export function alsThread(kernels: KernelExports, memory: WebAssembly.Memory, shared: AlsShared, slot: number): (chunk: number) => void {
  const { layout, phase } = shared
  const scratch = layout.slots[slot]
  const rowBytes = 4 * layout.stride
  const ints = new Int32Array(memory.buffer)
  const uints = new Uint32Array(memory.buffer)
  const floats = new Float32Array(memory.buffer)
  const doubles = new Float64Array(memory.buffer)
  const { copyIn, copyOut } = rowCopier(floats, layout.factors, layout.stride)
  const factorsOf = { users: new Float32Array(shared.factors.users), items: new Float32Array(shared.factors.items) }
  const whitenedRows = new Float32Array(shared.whitened)
  const met = metRows(layout.gatheredRows)

  // out = rows · panels, which are triangular unless they rotate
  const transform = (rows: number, n: number, panels: number, out: number, upper: boolean): void => {
    if (shared.isRotated) kernels.multiply(rows, n, rowBytes, panels, layout.stride / 8, out, rowBytes)
    else kernels.multiplyTriangular(rows, n, rowBytes, panels, out, upper)
  }

  const whiten = (side: Side, chunk: number): void => {
    const { nRows, isResident } = layout.sides[side]
    const start = chunk * COPIED_ROWS
    const rows = Math.min(COPIED_ROWS, nRows - start)
    const plain = isResident && phase[2] === SolverKind.refined ? layout.plain + start * rowBytes : scratch.input
    const whitened = isResident ? layout.whitened + start * rowBytes : scratch.output
    copyIn(factorsOf[side], start, rows, plain)
    transform(plain, rows, layout.whiten, whitened, true)
    if (!isResident) copyOut(whitened, rows, whitenedRows, start)
  }

  const gram = (side: Side, chunk: number): void => {
    const { nRows, gramRows } = layout.sides[side]
    const end = Math.min((chunk + 1) * gramRows, nRows)
    const sum = layout.gramParts + chunk * 8 * layout.stride ** 2
    doubles.fill(0, sum / 8, sum / 8 + layout.stride ** 2)
    for (let start = chunk * gramRows; start < end; start += COPIED_ROWS) {
      const rows = Math.min(COPIED_ROWS, end - start)
      copyIn(factorsOf[side], start, rows, scratch.input)
      kernels.gram(scratch.input, rows, layout.stride, sum, scratch.matrix)
    }
  }

  const solve = (side: Side, chunk: number): void => {
    const { nTogether, first, nRows, heavy } = layout.sides[side].chunks
    const n = nRows[chunk]
    const x = scratch.x
    const [matrix, factors] = [shared.interactions[side], factorsOf[side]]
    const rows = chunk < nTogether ? heavy.subarray(first[chunk], first[chunk] + n) : undefined
    const isResident = layout.sides[otherSide(side)].isResident
    if (!isResident) gather(otherSide(side), rows ? Array.from(rows, row => rowIndices(matrix, row)) : [neighbours(matrix, first[chunk], n)])
    if (rows) copyRows(matrix, rows, isResident)
    else copyNeighbours(matrix, first[chunk], n, isResident)
    writeWork(rows !== undefined, isResident)
    if (rows) rows.forEach((row, at) => copyIn(factors, row, 1, x + at * rowBytes))
    else copyIn(factors, first[chunk], n, x)
    solveRows(n, x, rows !== undefined)
    if (rows) rows.forEach((row, at) => copyOut(x + at * rowBytes, 1, factors, row))
    else copyOut(x, n, factors, first[chunk])
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
      transform(x, n, layout.color, scratch.rows, false)
      if (kind === SolverKind.refined) kernels.solveRefined(scratch.work, n, scratch.rows, x)
      else if (isTogether) kernels.solveTogether(scratch.work, n, scratch.rows, phase[3])
      else kernels.solveConjugateGradient(scratch.work, n, scratch.rows, phase[3])
    }
    if (kind !== SolverKind.refined) transform(scratch.rows, n, layout.unwhiten, x, false)
  }

  // columns: of the chunk's interactions; their rows of `side` go into the scratch.
  const gather = (side: Side, columns: readonly Int32Array[]): void => {
    const isRefined = phase[2] === SolverKind.refined
    met.meet(columns).forEach((row, place) => {
      copyIn(whitenedRows, row, 1, scratch.whitened + place * rowBytes)
      if (isRefined) copyIn(factorsOf[side], row, 1, scratch.plain + place * rowBytes)
    })
  }

  const neighbours = ({ indptr, indices }: Csr, first: number, n: number): Int32Array => indices.subarray(indptr[first], indptr[first + n])

  const copyColumns = (columns: Int32Array, to: number, isResident: boolean): void => {
    if (isResident) return ints.set(columns, to)
    for (let at = 0; at < columns.length; at++) ints[to + at] = met.placeOf[columns[at]]
  }

  const copyNeighbours = (matrix: Csr, first: number, n: number, isResident: boolean): void => {
    const { indptr, values } = matrix
    uints.set(indptr.subarray(first, first + n + 1), scratch.starts / 4)
    copyColumns(neighbours(matrix, first, n), scratch.indices / 4, isResident)
    floats.set(values.subarray(indptr[first], indptr[first + n]), scratch.values / 4)
  }

  // Each row to where the kernel turns it into pointers and gains.
  const copyRows = (matrix: Csr, rows: Uint32Array, isResident: boolean): void => {
    let start = 0
    rows.forEach((row, at) => {
      const columns = rowIndices(matrix, row)
      uints[scratch.starts / 4 + at] = start
      uints[scratch.lengths / 4 + at] = columns.length
      copyColumns(columns, scratch.entries / 4 + start, isResident)
      floats.set(rowValues(matrix, row), (scratch.entries + layout.span) / 4 + start)
      start += paddedLength(columns.length)
    })
  }

  const writeWork = (isTogether: boolean, isResident: boolean): void => {
    const { whitened, plain } = isResident ? layout : scratch
    const { gain, isRotated, ridgePerInteraction } = shared
    writeFields(memory, layout, { ...scratch, whitened, plain }, { gain, isRotated, ridgePerInteraction, isTogether })
    doubles.fill(0, scratch.sums / 8, scratch.sums / 8 + 2)
  }

  return chunk => {
    const side: Side = phase[1] === 0 ? 'users' : 'items'
    if (phase[0] === Phase.whiten) whiten(side, chunk)
    else if (phase[0] === Phase.gram) gram(side, chunk)
    else solve(side, chunk)
  }
}
