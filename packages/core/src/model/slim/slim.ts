// Sparse linear weights from item to item: EASE's closed form on each item's neighbourhood. docs/math/slim.md
import type { Progress } from '../../base/index.ts'
import { nearestBytes, neighbourhoodBytes, wasmKernels } from '../../kernels/index.ts'
import { rowLength, transpose } from '../../sparse/index.ts'
import { withKeptHistories } from '../by-history.ts'
import type { FitContext, FittedModel, ModelDefinition, ModelState } from '../contract.ts'
import { fittedItemWeights } from '../item-weights/fitted.ts'
import { knownRows, restoredItemWeights, type ItemWeights } from '../item-weights/state.ts'

const options = {
  neighbours: {
    kind: 'integer', default: 100, min: 1, max: 1000, tune: { min: 20, max: 300, scale: 'log' },
    help: 'The items with the highest cosine to an item, from which it is predicted.',
  },
  regularization: {
    kind: 'number', default: 20, min: 0.001, max: 1_000_000, tune: { min: 5, max: 1000, scale: 'log' },
    help: 'Lambda, added to the diagonal of the gram matrix.',
  },
  dropout: {
    kind: 'number', default: 0.1, min: 0, max: 0.95, tune: { min: 0, max: 0.7, scale: 'linear' },
    help: 'Share of a history that training leaves out at random (EDLAE), in closed form; 0 leaves nothing out.',
  },
} as const

/** score of i = Σ over the history's items j among the neighbours C of i of w_ji, w_i = (G_CC + D_CC)⁻¹ G_Ci. */
export const slim: ModelDefinition<typeof options> = {
  summary: 'The weights of an item\'s neighbours that predict it best: EASE where its dense matrix does not fit.',
  options,
  defaultsChosen: 'among 72 configurations by NDCG@10 on the validation item of ml-100k (bench/results/slim-defaults.jsonl)',
  seedless: true,
  bytesNeeded({ byItem }, { neighbours }, context) {
    const k = Math.min(neighbours, byItem.nRows)
    // both: what the search for neighbours took need not have been collected yet
    return 4 * byItem.indices.length + nearestBytes(byItem, k, context) + neighbourhoodBytes(byItem.nRows, k, context)
  },
  async fit({ byUser, byItem }, { neighbours, regularization, dropout }, context) {
    // X is 1 where there is an interaction; D_ii = λ + p / (1 − p) · G_ii (Steck 2020)
    const share = dropout / (1 - dropout)
    const diagonal = Float64Array.from({ length: byItem.nRows }, (_, item) => regularization + share * rowLength(byItem, item))
    const vectors = { ...byItem, values: new Float32Array(byItem.indices.length).fill(1) }
    const k = Math.min(neighbours, byItem.nRows)
    const near = await wasmKernels.nearest({ vectors, neighbours: k, shrinkage: 0 }, part(context, 0))
    const toItems = await wasmKernels.neighbourhoods({ byUser, byItem, diagonal, neighbours: near }, part(context, 1))
    const histories = { indptr: byUser.indptr, items: byUser.indices, weights: byUser.values }
    return fitted({ weights: transpose(toItems), known: knownRows(byItem), histories }, { neighbours, regularization, dropout })
  },
  withoutOthers: withKeptHistories,
  restore: async state => fitted(restoredItemWeights(state), state.options),
}

// One of two parts of a fit, in thousandths.
function part({ onProgress, ...context }: FitContext, before: number): FitContext {
  const tell = ({ done, total }: Progress): void => onProgress?.({ stage: 'fit slim', done: 500 * before + Math.floor(500 * done / total), total: 1000 })
  return { ...context, ...(onProgress && { onProgress: tell }) }
}

// Only whether an item is in the history counts.
const fitted = (parts: ItemWeights, options: ModelState['options']): FittedModel =>
  fittedItemWeights(parts, ({ items }) => new Float32Array(items.length).fill(1), { model: 'slim', options })
