// Items like those of the history: the nearest neighbours of each item by the people who had both. docs/math/item-knn.md
import type { ItemIndex, RunContext } from '../../base/index.ts'
import { nearestBytes, wasmKernels } from '../../kernels/index.ts'
import { rowIndices, rowValues, transpose, type Csr } from '../../sparse/index.ts'
import { withKeptHistories } from '../by-history.ts'
import type { FittedModel, ModelDefinition, ModelState } from '../contract.ts'
import { fittedItemWeights } from '../item-weights/fitted.ts'
import { knownRows, restoredItemWeights, type ItemWeights } from '../item-weights/state.ts'
import { itemVectors, similarities } from './vectors.ts'

const options = {
  similarity: {
    kind: 'choice', default: 'tf-idf', choices: similarities, tune: similarities,
    help: 'What is compared: cosine = the weights, tf-idf and bm25 = weights that count less the more a user has had.',
  },
  neighbours: {
    kind: 'integer', default: 3, min: 1, max: 10_000, tune: { min: 2, max: 500, scale: 'log' },
    help: 'Most similar items that are kept of each item.',
  },
  shrinkage: {
    kind: 'number', default: 30, min: 0, max: 1_000_000, tune: { min: 0.1, max: 1000, scale: 'log' },
    help: 'Added to the product of two items\' lengths, so that a similarity that few users vouch for counts less.',
  },
} as const

/** score = Σ over the history of weight × similarity */
export const itemKnn: ModelDefinition<typeof options> = {
  summary: 'Items that people had who had those of the history: nearest neighbours by cosine, tf-idf or BM25.',
  options,
  seedless: true,
  defaultsChosen: 'the best among 135 configurations by NDCG@10 on the validation item of ml-100k, file order (bench/results/item-knn-defaults.jsonl)',
  bytesNeeded: ({ byItem }, { neighbours }, context) => nearestBytes(byItem, Math.min(neighbours, byItem.nRows), context),
  async fit({ byUser, byItem }, { similarity, neighbours, shrinkage }, context) {
    const vectors = itemVectors(byItem, similarity)
    const weights = await wasmKernels.nearest({ vectors, neighbours: Math.min(neighbours, byItem.nRows), shrinkage }, named(context))
    const histories = { indptr: byUser.indptr, items: byUser.indices, weights: byUser.values }
    return fitted({ weights, known: knownRows(byItem), histories }, { similarity, neighbours, shrinkage })
  },
  withoutOthers: withKeptHistories,
  restore: async state => fitted(restoredItemWeights(state), state.options),
}

const named = ({ onProgress, ...context }: RunContext): RunContext =>
  ({ ...context, ...(onProgress && { onProgress: progress => onProgress({ ...progress, stage: 'fit item-knn' }) }) })

function fitted(parts: ItemWeights, options: ModelState['options']): FittedModel {
  return {
    ...fittedItemWeights(parts, history => history.weights, { model: 'item-knn', options }),
    similarItems: similarTo(parts),
  }
}

// A similarity that either of two items keeps is known for both; 0 where neither does.
function similarTo({ weights, known }: ItemWeights) {
  let keptBy: Csr | undefined // transposed when first asked for
  return (item: ItemIndex, out: Float32Array): void => {
    keptBy ??= transpose(weights)
    for (let other = 0; other < out.length; other++) out[other] = known[item] === 1 && known[other] === 1 ? 0 : NaN
    for (const matrix of [weights, keptBy]) {
      const values = rowValues(matrix, item)
      rowIndices(matrix, item).forEach((other, at) => { out[other] = values[at] })
    }
    if (known[item] === 1) out[item] = 1
  }
}
