// Scores of all items by the wasm kernel, a batch of vectors at a time.
import { MatineeError } from '../../base/index.ts'
import { canShareMemory } from '../../sparse/index.ts'
import type { Scorer } from '../contract.ts'
import { MAX_MEMORY_BYTES, strideOf } from './layout.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'
import { packPanels, panelLength } from './panels.ts'

const BATCH = 32

/** itemFactors: [nItems × factors]; packed once, into a memory of its own, when scores are first asked for: ERR_MEMORY if it does not fit 4 GiB. */
export async function wasmScorer(itemFactors: Float32Array, nItems: number, factors: number): Promise<Scorer> {
  const module = await kernelModule(canShareMemory) // the build that fits and ranks, so that there is one to compile
  let packed: Scorer['score'] | undefined
  return {
    batch: BATCH,
    score(vectors, n, out) {
      packed ??= packedScore(module, itemFactors, nItems, factors)
      packed(vectors, n, out)
    },
  }
}

function packedScore(module: WebAssembly.Module, itemFactors: Float32Array, nItems: number, factors: number): Scorer['score'] {
  const stride = strideOf(factors)
  const nPanels = Math.ceil(nItems / 8)
  const itemBytes = 4 * panelLength(stride, nItems)
  const vectorBytes = 4 * stride * BATCH
  const sizeBytes = itemBytes + vectorBytes + 32 * nPanels * BATCH
  if (sizeBytes > MAX_MEMORY_BYTES) {
    throw new MatineeError('ERR_MEMORY', `${nItems} items with ${factors} factors need ${sizeBytes} bytes to be scored, expected at most ${MAX_MEMORY_BYTES}.`)
  }
  const memory = kernelMemory(sizeBytes, canShareMemory)
  const kernels = instantiate(module, memory)
  const value = (k: number, item: number): number => k < factors ? itemFactors[item * factors + k] : 0
  packPanels(new Float32Array(memory.buffer, 0, itemBytes / 4), stride, nItems, value)
  const rows = new Float32Array(memory.buffer, itemBytes, stride * BATCH)
  const scores = new Float32Array(memory.buffer, itemBytes + vectorBytes, 8 * nPanels * BATCH)
  return (vectors, n, out) => {
    for (let v = 0; v < n; v++) rows.set(vectors.subarray(v * factors, (v + 1) * factors), v * stride)
    kernels.multiply(rows.byteOffset, n, 4 * stride, 0, nPanels, scores.byteOffset, 32 * nPanels)
    for (let v = 0; v < n; v++) out.set(scores.subarray(v * 8 * nPanels, v * 8 * nPanels + nItems), v * nItems)
  }
}
