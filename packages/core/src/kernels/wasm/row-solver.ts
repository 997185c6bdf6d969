// One row solved with the other side held: what folding in is, by the kernels that refine the users after a fit. The rows that
// are met are copied together and whitened each time, so nothing of the held side's size is kept.
import { MatineeError } from '../../base/index.ts'
import { canShareMemory } from '../../sparse/index.ts'
import type { HeldSide, RowSolver } from '../contract.ts'
import { addDiagonal } from '../reference/linear-algebra.ts'
import { isScaled, ridgeOf } from '../ridge.ts'
import { paddedLength } from './chunks.ts'
import { blockRowsOf, COPIED_ROWS, gramRowsOf, MAX_MEMORY_BYTES, placer, strideOf } from './layout.ts'
import { matrixWriter } from './matrices.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'
import { rowCopier } from './rows.ts'
import { writeFields } from './work.ts'

/** Interactions for which there is room at first. */
const CAPACITY = 1024

/** Matrices and memory are made when a row is first asked for, and anew where one is longer than all before. */
export async function wasmRowSolver(side: HeldSide): Promise<RowSolver> {
  const module = await kernelModule(canShareMemory) // the build that fits and ranks, so that there is one to compile
  let capacity = 0
  let solver: RowSolver | undefined
  return (rows, weights) => {
    if (!solver || rows.length > capacity) {
      capacity = Math.max(capacity, CAPACITY)
      while (capacity < rows.length) capacity *= 2
      solver = solverOf(module, side, capacity)
    }
    return solver(rows, weights)
  }
}

function solverOf(module: WebAssembly.Module, side: HeldSide, capacity: number): RowSolver {
  const { held, n, alpha, unobservedWeight = 1 } = side
  const nRows = held.length / n
  const layout = layOut(strideOf(n), capacity)
  if (layout.sizeBytes > MAX_MEMORY_BYTES) {
    const need = `a history of up to ${capacity} items with ${n} factors needs ${layout.sizeBytes} bytes to be folded in`
    throw new MatineeError('ERR_MEMORY', `${need}, expected at most ${MAX_MEMORY_BYTES}.`)
  }
  const memory = kernelMemory(layout.sizeBytes, canShareMemory)
  const kernels = instantiate(module, memory)
  const matrices = matrixWriter(kernels, memory, layout, n)
  const { copyIn } = rowCopier(new Float32Array(memory.buffer), n, layout.stride)
  const rowBytes = 4 * layout.stride
  const cells = layout.stride ** 2

  // Part by part as a fit sums it, to the same bits.
  const gram = (): Float64Array => {
    const part = layout.gramParts + 8 * cells
    const perPart = gramRowsOf(nRows)
    for (let first = 0; first < nRows; first += perPart) {
      const sum = first === 0 ? layout.gramParts : part
      new Float64Array(memory.buffer, sum, cells).fill(0)
      for (let start = first; start < Math.min(first + perPart, nRows); start += COPIED_ROWS) {
        const some = Math.min(COPIED_ROWS, first + perPart - start, nRows - start)
        copyIn(held, start, some, layout.input)
        kernels.gram(layout.input, some, layout.stride, sum, layout.matrix)
      }
      if (first > 0) kernels.sumParts(layout.gramParts, 2, cells, layout.gramParts)
    }
    return matrices.sumGramParts(1)
  }

  const isRotated = isScaled(side)
  const { constant, perInteraction } = ridgeOf(side, nRows)
  const regularized = addDiagonal(gram(), n, constant)
  if (isRotated) matrices.writeRotation(regularized, constant)
  else matrices.writeWhitening(regularized)
  const gain = { constant: 1 / unobservedWeight - 1, perWeight: alpha / unobservedWeight }
  writeFields(memory, layout, layout, { gain, isRotated, ridgePerInteraction: perInteraction, isTogether: false })
  const places = Int32Array.from({ length: capacity }, (_, place) => place)
  new Int32Array(memory.buffer, layout.indices, capacity).set(places)
  const ends = new Uint32Array(memory.buffer, layout.starts, 2)
  const values = new Float32Array(memory.buffer, layout.values, capacity)
  const [whitenedX, x] = [layout.x, layout.x + rowBytes].map(at => new Float32Array(memory.buffer, at, layout.stride))

  return (rows, weights) => {
    const { length } = rows
    for (let at = 0; at < length; at++) copyIn(held, rows[at], 1, layout.plain + at * rowBytes)
    if (isRotated) kernels.multiply(layout.plain, length, rowBytes, layout.whiten, layout.stride / 8, layout.whitened, rowBytes)
    else kernels.multiplyTriangular(layout.plain, length, rowBytes, layout.whiten, layout.whitened, true)
    ends[1] = length
    values.set(weights)
    whitenedX.fill(0)
    kernels.solveRefined(layout.work, 1, whitenedX.byteOffset, x.byteOffset)
    return x.slice(0, n)
  }
}

// What Work of assembly/interactions.ts and the matrices need, for one row of at most `capacity` interactions.
function layOut(stride: number, capacity: number) {
  const place = placer()
  const span = Math.ceil(4 * paddedLength(capacity) / 64) * 64
  const blockRows = blockRowsOf(stride)
  const layout = {
    stride, span, blockRows,
    zeros: place(4 * stride),
    whiten: place(4 * stride * stride),
    color: place(4 * stride * stride),
    unwhiten: place(4 * stride * stride),
    gram: place(8 * stride * stride),
    lower: place(8 * stride * stride),
    inverse: place(8 * stride * stride),
    eigenvalues: place(4 * 8 * stride),
    spectrum: place(4 * stride),
    gramParts: place(2 * 8 * stride * stride),
    work: place(128),
    starts: place(8),
    lengths: place(4),
    indices: place(4 * capacity),
    values: place(4 * capacity),
    entries: place(4 * span),
    vectors: place(4 * stride * 6),
    states: place(12 * stride + 32),
    matrix: place(4 * stride * stride),
    block: place(4 * stride * blockRows),
    sums: place(16),
    wide: place(8 * stride * 2),
    x: place(4 * stride * 2),
    input: place(4 * stride * COPIED_ROWS),
    whitened: place(4 * stride * capacity),
    plain: place(4 * stride * capacity),
  }
  return { ...layout, sizeBytes: place(0) }
}
