// Descends: all interactions once an epoch, each beside an item not had.
import { MatineeError, seededRandom, throwIfAborted, type OptionValues } from '../../base/index.ts'
import type { TrainingSet } from '../../dataset/index.ts'
import { wasmKernels, type Kernels, type SgdRows, type SgdWork } from '../../kernels/index.ts'
import { rowLength, type Csr } from '../../sparse/index.ts'
import type { FitContext } from '../contract.ts'
import { featureStep, placedByFeatures } from './features.ts'
import type { options } from './options.ts'

/** Standard deviation of the initial numbers, times √factors. */
const START = 0.1

/** What fitting gives: s = x · y + b. */
export interface Embeddings {
  /** [nUsers × factors] */
  readonly userFactors: Float32Array
  /** [nItems × factors] */
  readonly itemFactors: Float32Array
  /** [nItems]; NaN for an item that cannot be scored. */
  readonly itemBiases: Float32Array
}

/** Whose vectors are sums with features. */
export function hybridSides({ userFeatures, itemFeatures }: TrainingSet): { readonly users: boolean, readonly items: boolean } {
  return { users: (userFeatures?.names.length ?? 0) > 0, items: (itemFeatures?.names.length ?? 0) > 0 }
}

/** Throws ERR_DIVERGED, ERR_MEMORY, ERR_WORKER, ERR_ABORTED. name: of the model, for the progress. */
export async function fitEmbeddings(
  training: TrainingSet, chosen: OptionValues<typeof options>, context: FitContext, name: string, kernels: Kernels = wasmKernels,
): Promise<Embeddings> {
  throwIfAborted(context.signal)
  const { byUser, byItem, userFeatures, itemFeatures } = training
  const { factors, epochs, userRegularization, itemRegularization, ...rest } = chosen
  const hybrid = hybridSides(training)
  const work = await kernels.sgd({
    byUser, byItem, factors, ...rest, hybrid, regularization: { users: userRegularization, items: itemRegularization }, seed: context.seed,
  }, context)
  try {
    const { normal } = seededRandom(context.seed)
    start(work.rows.users, byUser, factors, normal)
    start(work.rows.items, byItem, factors, normal)
    const { learningRate } = chosen
    const { users, items, biases } = work.rows
    const { rounds } = work
    const stepOf = (rows: SgdRows, features: Csr, interactions: Csr, regularization: number): () => void =>
      featureStep(rows, features, interactions, { learningRate, regularization, rounds })
    const steps = [
      ...hybrid.users && userFeatures ? [stepOf(users, userFeatures.matrix, byUser, userRegularization)] : [],
      ...hybrid.items && itemFeatures ? [items, biases].map(rows => stepOf(rows, itemFeatures.matrix, byItem, itemRegularization)) : [],
    ]
    const afterRound = (): void => steps.forEach(step => step())
    for (let epoch = 0; epoch < epochs; epoch++) {
      const miss = await work.epoch(epoch, afterRound)
      if (!areFinite(users.values) || !areFinite(items.values)) {
        throw new MatineeError('ERR_DIVERGED', `the factors are not finite after epoch ${epoch + 1}.`)
      }
      context.onProgress?.({ stage: `fit ${name}`, done: epoch + 1, total: epochs, note: `miss ${miss.toFixed(3)}` })
    }
    return embeddings(work, training, factors)
  } finally {
    work.close()
  }
}

// Normal; a row without interactions stays zero, and draws its numbers all the same.
function start({ values, stride }: SgdRows, matrix: Csr, factors: number, normal: () => number): void {
  const scale = START / Math.sqrt(factors)
  for (let row = 0; row < matrix.nRows; row++) {
    const isHad = rowLength(matrix, row) > 0
    for (let k = 0; k < factors; k++) {
      const value = scale * normal()
      values[row * stride + k] = isHad ? value : 0
    }
  }
}

// A sum is finite only if every number is; float32 numbers cannot make a double overflow.
function areFinite(values: Float32Array): boolean {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]
  return Number.isFinite(sum)
}

// Copies without padding: the kernels' memory is let go.
function embeddings({ rows: { users, items, biases } }: SgdWork, { byItem, itemFeatures }: TrainingSet, factors: number): Embeddings {
  const plain = ({ values, stride }: SgdRows): Float32Array => {
    const result = new Float32Array(values.length / stride * factors)
    for (let row = 0; row < values.length / stride; row++) result.set(values.subarray(row * stride, row * stride + factors), row * factors)
    return result
  }
  const itemBiases = biases.values.slice()
  const isPlaced = itemFeatures && placedByFeatures(itemFeatures.matrix, byItem)
  for (let item = 0; item < byItem.nRows; item++) if (rowLength(byItem, item) === 0 && !isPlaced?.[item]) itemBiases[item] = NaN
  return { userFactors: plain(users), itemFactors: plain(items), itemBiases }
}
