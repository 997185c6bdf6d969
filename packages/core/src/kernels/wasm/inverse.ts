// The inverse of a regularized gram matrix by the wasm kernels, in tiles and in threads.
import { MatineeError, type RunContext } from '../../base/index.ts'
import { canShareMemory, shareableBuffer } from '../../sparse/index.ts'
import type { GramProblem } from '../contract.ts'
import { startCrew } from '../pool/crew.ts'
import { gateMemory } from '../pool/gate.ts'
import { cholesky, invertLower } from '../reference/linear-algebra.ts'
import { threadsOf } from './als.ts'
import { InversePhase, inverseThread, SIDE, TILE_BYTES, tileAt, type InverseLayout } from './inverse-thread.ts'
import { MAX_MEMORY_BYTES } from './layout.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'

/** The memory of an inverse [n × n]: half the matrix in tiles, two columns of tiles, and scratch. Throws ERR_MEMORY beyond 4 GiB. */
export function layOutInverse(n: number, threads: number): InverseLayout {
  const m = Math.ceil(n / SIDE)
  const products = tileAt(m, 0)
  const columns = products + m * TILE_BYTES
  const pivot = columns + m * TILE_BYTES
  const scratch = pivot + TILE_BYTES
  const sizeBytes = scratch + threads * TILE_BYTES
  if (sizeBytes <= MAX_MEMORY_BYTES) return { n, m, products, columns, pivot, scratch, sizeBytes }
  throw new MatineeError('ERR_MEMORY', `a dense inverse over ${n} items needs ${sizeBytes} bytes, expected at most ${MAX_MEMORY_BYTES}, about 45,000 items.`)
}

/** Throws ERR_MEMORY, ERR_SINGULAR, ERR_ABORTED, ERR_WORKER. */
export async function wasmInverse({ byUser, byItem, diagonal, stage }: GramProblem, context: RunContext): Promise<Float32Array> {
  const n = byUser.nColumns
  const threads = threadsOf(context)
  const inThreads = threads > 1
  const layout = layOutInverse(n, threads)
  const module = await kernelModule(canShareMemory)
  const memory = kernelMemory(layout.sizeBytes, canShareMemory)
  const kernels = instantiate(module, memory)
  const shared = { layout, byUser, byItem, diagonal, phase: new Int32Array(shareableBuffer(8, inThreads)) }
  const gate = gateMemory(inThreads)
  const doChunk = inverseThread(kernels, memory, shared, 0)
  const crew = startCrew({ module, memory, gate, job: { kind: 'inverse', shared } }, threads, doChunk, context.signal)
  const run = (phase: number, k: number): Promise<void> => crew.run(layout.m, () => shared.phase.set([phase, k]))
  try {
    await run(InversePhase.gram, 0)
    for (let k = 0; k < layout.m; k++) {
      negatePivot(memory, k)
      kernels.packTransposed(tileAt(k, k), layout.pivot) // symmetric, so its transpose
      await run(InversePhase.columns, k)
      await run(InversePhase.rows, k)
      context.onProgress?.({ stage, done: k + 1, total: layout.m })
    }
    return negatedWhole(memory, layout)
  } finally {
    crew.close()
  }
}

// A_kk ← −A_kk⁻¹, in float64
function negatePivot({ buffer }: WebAssembly.Memory, k: number): void {
  const tile = new Float32Array(buffer, tileAt(k, k), SIDE * SIDE)
  const a = Float64Array.from(tile)
  const lower = invertLower(cholesky(a, SIDE), SIDE)
  for (let i = 0; i < SIDE; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let row = i; row < SIDE; row++) sum += lower[row * SIDE + i] * lower[row * SIDE + j]
      tile[i * SIDE + j] = tile[j * SIDE + i] = -sum
    }
  }
}

// The whole matrix from the tiles of −A⁻¹.
function negatedWhole({ buffer }: WebAssembly.Memory, { n, m }: InverseLayout): Float32Array {
  const inverse = new Float32Array(n * n)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      const tile = new Float32Array(buffer, tileAt(i, j), SIDE * SIDE)
      for (let row = i * SIDE; row < Math.min(n, (i + 1) * SIDE); row++) {
        for (let column = j * SIDE; column < Math.min(n, (j + 1) * SIDE, row + 1); column++) {
          inverse[row * n + column] = inverse[column * n + row] = -tile[(row - i * SIDE) * SIDE + column - j * SIDE]
        }
      }
    }
  }
  return inverse
}
