// EASE (Steck 2019), and EDLAE's closed form of it (Steck 2020), as one line of the registry. docs/math/ease.md
import { MatineeError } from '../../base/index.ts'
import { layOutInverse, threadsOf, wasmKernels, type Kernels } from '../../kernels/index.ts'
import type { TrainingSet } from '../../dataset/index.ts'
import { rowLength, shareableBuffer, type Csr } from '../../sparse/index.ts'
import { restoredHistories, withKeptHistories } from '../by-history.ts'
import type { FitContext, ModelDefinition } from '../contract.ts'
import { floatTensor } from '../tensors.ts'
import { fittedEase } from './fitted.ts'

const options = {
  regularization: {
    kind: 'number', default: 100, min: 0.000_001, max: 1_000_000, tune: { min: 10, max: 5000, scale: 'log' },
    help: 'Lambda, added to the diagonal of the gram matrix.',
  },
  dropout: {
    kind: 'number', default: 0, min: 0, max: 0.95, tune: { min: 0, max: 0.7, scale: 'linear' },
    help: 'Share of a history that training leaves out at random (EDLAE), in closed form; 0 is EASE.',
  },
} as const

/** score of i = Σ over the history's items j ≠ i of B_ji, B = I − P diag(1 / diag P), P = (XᵀX + D)⁻¹. */
export const ease: ModelDefinition<typeof options> = {
  summary: 'Every item\'s weight on every other, in closed form: a dense linear autoencoder.',
  options,
  seedless: true,
  defaultsChosen: 'among 30 configurations by NDCG@10 on the validation item of ml-100k, file order (bench/results/ease-defaults.jsonl)',
  bytesNeeded({ byItem: { nRows: n } }, _, context) {
    return layOutInverse(n, threadsOf(context)).sizeBytes + 4 * n * n
  },
  async fit(training, { regularization, dropout }, context) {
    const { byUser: { indptr, indices } } = training
    const inverse = await easeInverse(training, { regularization, dropout }, context)
    const known = Float32Array.from({ length: training.byItem.nRows }, (_, item) => rowLength(training.byItem, item) > 0 ? 1 : NaN)
    return fittedEase({ inverse, known, histories: { indptr, items: indices, weights: ones(indices.length) } }, { regularization, dropout })
  },
  withoutOthers: withKeptHistories,
  async restore(state) {
    const { data: known } = floatTensor(state, 'known', [-1])
    const { data: inverse } = floatTensor(state, 'inverse', [known.length, known.length])
    if (!inverse.every(Number.isFinite)) throw new MatineeError('ERR_FORMAT', 'the ease model holds weights that are not finite numbers.')
    return fittedEase({ inverse, known, histories: restoredHistories(state, known.length) }, state.options)
  },
}

/** P, [nItems × nItems]. Throws ERR_MEMORY, ERR_SINGULAR, ERR_ABORTED, ERR_WORKER. */
export function easeInverse(
  { byUser, byItem }: Pick<TrainingSet, 'byUser' | 'byItem'>, { regularization, dropout }: { regularization: number, dropout: number },
  context: FitContext, kernels: Kernels = wasmKernels,
): Promise<Float32Array> {
  // X is 1 where there is an interaction; D_ii = λ + p / (1 − p) · (XᵀX)_ii (Steck 2020, eq. 8)
  const share = dropout / (1 - dropout)
  const diagonal = Float64Array.from({ length: byItem.nRows }, (_, item) => regularization + share * rowLength(byItem, item))
  return kernels.inverse({ byUser: binary(byUser), byItem: binary(byItem), diagonal, stage: 'fit ease' }, context)
}

const binary = (matrix: Csr): Csr => ({ ...matrix, values: ones(matrix.indices.length) })

// Shared where the matrix is: threads read it.
const ones = (n: number): Float32Array =>
  new Float32Array(shareableBuffer(4 * n)).fill(1)
