// Scores of trees by the wasm kernels, on the caller's thread or in threads.
import { MatineeError, type RunContext } from '../../base/index.ts'
import { canShareMemory, shareableBuffer } from '../../sparse/index.ts'
import type { Forest, Tree } from '../boosting-contract.ts'
import { startCrew } from '../pool/crew.ts'
import { gateMemory } from '../pool/gate.ts'
import { threadsOf } from './als.ts'
import { FOREST_ROWS, forestThread, NODE_BYTES, NODES_BYTES, type ForestLayout } from './forest-thread.ts'
import { MAX_MEMORY_BYTES, placer } from './layout.ts'
import { instantiate, kernelMemory, kernelModule } from './module.ts'

/** Rows from which threads are worth their start. */
const MANY = 16 * FOREST_ROWS
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
    nTrees: trees.length,
    trees: place(NODES_BYTES * trees.length),
    nodes: Uint32Array.from(trees, tree => place(NODE_BYTES * (tree.feature.length + tree.leafValue.length))),
    values: Uint32Array.from(trees, tree => place(8 * tree.leafValue.length)),
    columns: each(4 * FOREST_ROWS * nFeatures),
    scores: each(8 * FOREST_ROWS),
  }
  const sizeBytes = place(0)
  if (sizeBytes <= MAX_MEMORY_BYTES) return { ...layout, sizeBytes }
  throw new MatineeError('ERR_MEMORY', `${trees.length} trees over ${nFeatures} features need ${sizeBytes} bytes, expected at most ${MAX_MEMORY_BYTES}.`)
}

// Nodes of assembly/forest.ts and what it points to: splits, leaves that lead to themselves, values.
function writeTree({ buffer }: WebAssembly.Memory, layout: ForestLayout, tree: Tree, at: number): void {
  const [first, values, nSplits] = [layout.nodes[at], layout.values[at], tree.feature.length]
  new Uint32Array(buffer, layout.trees + NODES_BYTES * at, 3).set([first, NODE_BYTES * nSplits, values])
  new Float64Array(buffer, values, tree.leafValue.length).set(tree.leafValue)
  const place = (child: number): number => NODE_BYTES * (child >= 0 ? child : nSplits + ~child)
  const ints = new Int32Array(buffer, first, NODE_BYTES / 4 * (nSplits + tree.leafValue.length))
  const floats = new Float32Array(buffer, first, ints.length)
  for (let split = 0; split < nSplits; split++) {
    const missingRight = 1 - tree.missingLeft[split]
    ints.set([4 * FOREST_ROWS * tree.feature[split] + missingRight, 0, place(tree.left[split]), place(tree.right[split])], 4 * split)
    floats[4 * split + 1] = roundedDown(tree.threshold[split])
  }
  tree.leafValue.forEach((_, leaf) => ints.set([0, 0, place(~leaf), place(~leaf)], 4 * (nSplits + leaf)))
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
