// LambdaMART (Burges 2010): gradient-boosted trees on the gradients of LambdaRank. docs/math/lambdamart.md
import { MatineeError, resolveOptions, seededRandom, throwIfAborted, type RunContext } from '../base/index.ts'
import { wasmKernels, type BoostProblem, type Kernels, type Tree } from '../kernels/index.ts'
import { bordersOf } from './borders.ts'
import { meanNdcg } from './ndcg.ts'
import { lambdaMartOptions, type LambdaMartOptions } from './options.ts'
import type { TreeRanker } from './ranker.ts'
import { checkRows, type RankingRows } from './rows.ts'

/** What is learned from. */
export interface RankingData {
  /** [features] */
  readonly featureNames: readonly string[]
  readonly training: RankingRows
  /** Groups that nothing is learned from but when to stop. */
  readonly validation?: RankingRows
}

/** A ranker, and how it came about. */
export interface TrainedRanker {
  readonly ranker: TreeRanker
  /** NDCG at k of the validation groups after each tree that was grown; empty without them. */
  readonly validationNdcg: readonly number[]
}

/**
 * Learns to order the rows of a group. The same data, options and seed give the same bits, for any number of threads.
 *
 * Throws ERR_OPTION, ERR_SHAPE, ERR_EMPTY where no group has rows of two labels, ERR_MEMORY, ERR_ABORTED, ERR_WORKER.
 */
export async function trainLambdaMart(
  { featureNames, training, validation }: RankingData, given: Partial<LambdaMartOptions>, context: RunContext & { readonly seed: number }, kernels: Kernels = wasmKernels,
): Promise<TrainedRanker> {
  const options = resolveOptions(lambdaMartOptions, given)
  const nFeatures = featureNames.length
  if (nFeatures === 0) throw new MatineeError('ERR_SHAPE', 'featureNames is empty, expected a feature at least.')
  checkRows(training, nFeatures, 'training rows')
  if (validation) checkRows(validation, nFeatures, 'validation rows')
  const learnable = learnableGroups(training)
  if (learnable.length === 0) throw new MatineeError('ERR_EMPTY', 'no group of the training rows has rows of two labels, so there is no order to learn.')

  const columnsOf = (feature: number): readonly Float32Array[] => training.blocks.map(block => block[feature])
  const borders = featureNames.map((_, feature) => bordersOf(columnsOf(feature), options.maxBins, context.seed))
  const work = await kernels.boosting(problemOf(training, validation, borders, options), context)
  try {
    const { trees, validationNdcg } = await boost(work, { learnable, nFeatures, nTrained: training.labels.length, validation }, options, context)
    return { ranker: { featureNames, ranges: featureNames.map((_, feature) => rangeOf(columnsOf(feature))), trees }, validationNdcg }
  } finally {
    work.close()
  }
}

type Work = Awaited<ReturnType<Kernels['boosting']>>
/** Which groups and features trees are drawn from, and what is watched. */
interface Drawn {
  readonly learnable: Uint32Array
  readonly nFeatures: number
  /** Rows of training: the validation's come after them. */
  readonly nTrained: number
  readonly validation: RankingRows | undefined
}

async function boost(
  work: Work, { learnable, nFeatures, nTrained, validation }: Drawn, options: LambdaMartOptions, context: RunContext & { readonly seed: number },
): Promise<{ trees: Tree[], validationNdcg: number[] }> {
  const allFeatures = Uint32Array.from({ length: nFeatures }, (_, feature) => feature)
  const trees: Tree[] = []
  const validationNdcg: number[] = []
  let best = 0
  for (let number = 0; number < options.trees; number++) {
    throwIfAborted(context.signal)
    const tree = await work.grow(
      drawShare(learnable, options.baggingFraction, context.seed, number, 0), drawShare(allFeatures, options.featureFraction, context.seed, number, 1))
    if (tree.feature.length === 0) break
    trees.push(tree)
    const ndcg = validation && meanNdcg(work.scores.subarray(nTrained), validation.labels, validation.groups, options.k)
    if (ndcg !== undefined) validationNdcg.push(ndcg)
    context.onProgress?.({ stage: 'fit lambdamart', done: number + 1, total: options.trees, ...(ndcg !== undefined && { note: `ndcg@${options.k} ${ndcg.toFixed(4)}` }) })
    if (ndcg === undefined || options.earlyStopping === 0) continue
    if (number === 0 || ndcg > validationNdcg[best]) best = number
    if (number - best >= options.earlyStopping) break
  }
  const kept = validation && options.earlyStopping > 0 ? trees.slice(0, best + 1) : trees
  context.onProgress?.({ stage: 'fit lambdamart', done: kept.length, total: kept.length })
  return { trees: kept, validationNdcg }
}

// Groups that hold rows of two labels: the others have no gradients, and LightGBM's do no more than weigh in its counts.
function learnableGroups({ groups, labels }: RankingRows): Uint32Array {
  const hasTwo = (group: number): boolean => {
    for (let row = groups[group] + 1; row < groups[group + 1]; row++) if (labels[row] !== labels[row - 1]) return true
    return false
  }
  return Uint32Array.from({ length: groups.length - 1 }, (_, group) => group).filter(hasTwo)
}

function problemOf(training: RankingRows, validation: RankingRows | undefined, borders: readonly Float32Array[], options: LambdaMartOptions): BoostProblem {
  const { sigmoid, truncation, norm } = options
  const parts = validation ? [training, validation] : [training]
  const labels = new Uint8Array(parts.reduce((sum, part) => sum + part.labels.length, 0))
  labels.set(training.labels)
  if (validation) labels.set(validation.labels, training.labels.length)
  const later = validation ? validation.groups.subarray(1).map(start => start + training.labels.length) : []
  return {
    blocks: parts.flatMap(part => part.blocks),
    borders,
    groups: Uint32Array.from([...training.groups, ...later]),
    labels,
    lambdas: { sigmoid, truncation, isNormalized: norm === 'on' },
    growth: options,
  }
}

// A share of the members, one at least, in their order, each as likely (Knuth's algorithm S).
function drawShare(members: Uint32Array, share: number, seed: number, tree: number, stream: number): Uint32Array {
  if (share === 1) return members
  const { uniform } = seededRandom(seed, tree, stream)
  let wanted = Math.max(1, Math.round(share * members.length))
  return members.filter((_, at) => {
    if (uniform() * (members.length - at) >= wanted) return false
    wanted--
    return true
  })
}

function rangeOf(blocks: readonly Float32Array[]): readonly [number, number] | undefined {
  let [least, greatest] = [Infinity, -Infinity]
  for (const column of blocks) {
    for (const value of column) { // a comparison with NaN is false
      if (value < least) least = value
      if (value > greatest) greatest = value
    }
  }
  return least <= greatest ? [least, greatest] : undefined
}
