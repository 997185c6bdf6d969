// Scores of trees by the wasm kernels, on the caller's thread or in threads.
import { MatineeError, type RunContext } from '../../base/index.ts'
import { canShareMemory, shareableBuffer } from '../../sparse/index.ts'
import type { Forest, Tree } from '../boosting-contract.ts'
import { startCrew } from '../pool/crew.ts'
import { gateMemory } from '../pool/gate.ts'
import { threadsOf } from './als.ts'
import { FOREST_ROWS, forestThread, VALUE_SPLIT_BYTES, type ForestLayout } from './forest-thread.ts'
import { MAX_MEMORY_BYTES, placer } from './layout.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'

/** Rows from which threads are worth their start. */
const MANY = 8 * FOREST_ROWS
/** Threads that have scratch. */
const MOST_THREADS = 64

/** Throws ERR_MEMORY when the trees do not fit the 4 GiB of a wasm memory. */
export async function wasmForest(trees: readonly Tree[], nFeatures: number): Promise<Forest> {
  const layout = layOut(trees, nFeatures)
  const module = await kernelModule(canShareMemory)
  const memory = kernelMemory(layout.sizeBytes, canShareMemory)
  trees.forEach((tree, at) => writeTree(memory, layout, tree, at))
  const kernels = instantiate(module, memory)

  const scoresNow = (columns: readonly Float32Array[]): Float64Array => {
    const out = new Float64Array(columns[0].length)
    const doChunk = forestThread(kernels, memory, { layout, columns, out }, 0)
    for (let chunk = 0; chunk < Math.ceil(out.length / FOREST_ROWS); chunk++) doChunk(chunk)
    return out
  }
  return {
    scoresNow,
    async scores(columns, context: RunContext) {
      const threads = Math.min(MOST_THREADS, threadsOf(context))
      if (threads === 1 || columns[0].length < MANY) return scoresNow(columns)
      const shared = { layout, columns, out: new Float64Array(shareableBuffer(8 * columns[0].length)) }
      const job = { kind: 'forest', shared } as const
      const crew = startCrew({ module, memory, gate: gateMemory(true), job }, threads, forestThread(kernels, memory, shared, 0), context.signal)
      try {
        await crew.run(Math.ceil(shared.out.length / FOREST_ROWS), () => {})
      } finally {
        crew.close()
      }
      return shared.out
    },
  }
}

function layOut(trees: readonly Tree[], nFeatures: number): ForestLayout {
  const place = placer()
  const each = (bytes: number): number[] => Array.from({ length: canShareMemory ? MOST_THREADS : 1 }, () => place(bytes))
  const layout = {
    nFeatures,
    splits: Uint32Array.from(trees, tree => place(VALUE_SPLIT_BYTES * Math.max(1, tree.feature.length))),
    values: Uint32Array.from(trees, tree => place(8 * tree.leafValue.length)),
    rows: each(4 * FOREST_ROWS * nFeatures),
    scores: each(8 * FOREST_ROWS),
  }
  const sizeBytes = place(0)
  if (sizeBytes <= MAX_MEMORY_BYTES) return { ...layout, sizeBytes }
  throw new MatineeError('ERR_MEMORY', `${trees.length} trees over ${nFeatures} features need ${sizeBytes} bytes, expected at most ${MAX_MEMORY_BYTES}.`)
}

// ValueSplit of assembly/forest.ts, and the leaves' values. A tree of one leaf is a split whose two sides are that leaf.
function writeTree({ buffer }: WebAssembly.Memory, layout: ForestLayout, tree: Tree, at: number): void {
  const child = (next: number): number => next >= 0 ? VALUE_SPLIT_BYTES * next : ~(8 * ~next)
  new Float64Array(buffer, layout.values[at], tree.leafValue.length).set(tree.leafValue)
  for (let split = 0; split < Math.max(1, tree.feature.length); split++) {
    const isLeaf = tree.feature.length === 0
    const fields = new Int32Array(buffer, layout.splits[at] + VALUE_SPLIT_BYTES * split, 5)
    fields.set([isLeaf ? 0 : 4 * tree.feature[split], 0, isLeaf ? 0 : tree.missingLeft[split],
      isLeaf ? ~0 : child(tree.left[split]), isLeaf ? ~0 : child(tree.right[split])])
    new Float32Array(fields.buffer, fields.byteOffset + 4, 1)[0] = isLeaf ? 0 : roundedDown(tree.threshold[split])
  }
}

// The greatest float32 that is not above: a float32 is below the one exactly if it is below the other.
function roundedDown(threshold: number): number {
  const rounded = Math.fround(threshold)
  if (rounded <= threshold || rounded === Infinity) return threshold > 3.4028234663852886e38 ? Infinity : rounded
  const bits = new Int32Array(Float32Array.of(rounded).buffer)
  if (rounded === 0) return -1.401298464324817e-45
  bits[0] += rounded > 0 ? -1 : 1
  return new Float32Array(bits.buffer)[0]
}
