// Alternating least squares: solve all users with the items held, then all items with the users held.
import { MatineeError, seededRandom, throwIfAborted, type OptionValues, type TimedPhase } from '../../base/index.ts'
import type { TrainingSet } from '../../dataset/index.ts'
import { wasmKernels, type AlsProblem, type AlsWork, type Kernels, type Solver } from '../../kernels/index.ts'
import type { Csr } from '../../sparse/index.ts'
import type { FitContext, LossParts, Start } from '../contract.ts'
import { alsLoss } from './loss.ts'
import type { alsOptions } from './options.ts'
import { restoredFactors } from './state.ts'

/** What fitting gives: the factors of both sides, and how it went. */
export interface AlsFactors {
  /** [nUsers × factors] */
  readonly userFactors: Float32Array
  /** [nItems × factors] */
  readonly itemFactors: Float32Array
  /** One an iteration. */
  readonly losses: readonly LossParts[]
  /** [threads] rows that each thread solved. */
  readonly rowsSolved: readonly number[]
}

/**
 * Fits the factors. After the last iteration the users are solved once more, exactly, for the final items: what is
 * stored is what folding in the user's history gives, and what `explain` takes apart.
 *
 * Throws ERR_SINGULAR, ERR_DIVERGED, ERR_MEMORY, ERR_WORKER, ERR_ABORTED.
 */
export async function fitAls(
  training: TrainingSet, options: OptionValues<typeof alsOptions>, context: FitContext, kernels: Kernels = wasmKernels,
): Promise<AlsFactors> {
  throwIfAborted(context.signal)
  const { factors, alpha, unobservedWeight, regularization, regularizationScaling } = options
  const problem = { byUser: training.byUser, byItem: training.byItem, factors, alpha, unobservedWeight, regularization, regularizationScaling }
  let iteration: number | undefined // the one at work
  const { onPhase } = context
  const timed = { ...context, ...(onPhase && { onPhase: (phase: TimedPhase) => onPhase({ ...phase, ...(iteration && { iteration }) }) }) }
  const work = await kernels.als(problem, timed)
  try {
    work.writeFactors('items', initialFactors(training, factors, context.seed))
    if (context.start) startFrom(work, training, factors, context.start)
    const losses = await iterate(work, problem, options, context, now => { iteration = now })
    iteration = undefined
    await work.solve('users', await work.gram('items'), { kind: 'refined' })
    return { userFactors: work.readFactors('users'), itemFactors: work.readFactors('items'), losses, rowsSolved: work.rowsSolved() }
  } finally {
    work.close()
  }
}

async function iterate(
  work: AlsWork, problem: AlsProblem, options: OptionValues<typeof alsOptions>, context: FitContext, begin: (iteration: number) => void,
): Promise<LossParts[]> {
  const { iterations, tolerance, momentum } = options
  const solver: Solver = options.solver === 'cg' ? { kind: 'cg', steps: options.cgSteps } : { kind: 'cholesky' }
  const losses: LossParts[] = []
  let gramItems = await work.gram('items')
  let itemsBefore: Float32Array | undefined // as the last iteration left them
  for (let iteration = 1; iteration <= iterations; iteration++) {
    begin(iteration)
    await work.solve('users', gramItems, solver)
    const gramUsers = await work.gram('users')
    const observed = await work.solve('items', gramUsers, solver)
    gramItems = await work.gram('items')
    const loss = alsLoss(problem, observed, { users: gramUsers, items: gramItems }, work)
    if (!Number.isFinite(loss.total)) throw new MatineeError('ERR_DIVERGED', `the loss is ${loss.total} after iteration ${iteration}.`)
    losses.push(loss)
    context.onProgress?.({ stage: 'fit als', done: iteration, total: iterations, note: `loss ${Math.round(loss.total)}` })
    const before = losses[losses.length - 2]?.total ?? Infinity
    if (tolerance > 0 && before < Infinity && before - loss.total < tolerance * before) break
    if (momentum === 0 || iteration === iterations) continue
    // A loss that rose says that the last move went too far (Mitchell, Ye and De Sterck 2020).
    const share = itemsBefore && loss.total <= before ? momentum : 0
    itemsBefore ??= work.readFactors('items').slice()
    work.extrapolate('items', itemsBefore, share)
    if (share > 0) gramItems = await work.gram('items')
  }
  return losses
}

// Normal with a standard deviation of 0.1/√factors; an item nobody had stays zero. Users start at zero.
function initialFactors({ byItem }: TrainingSet, factors: number, seed: number): Float32Array {
  const { normal } = seededRandom(seed)
  const scale = 0.1 / Math.sqrt(factors)
  const initial = new Float32Array(byItem.nRows * factors)
  for (let item = 0; item < byItem.nRows; item++) {
    const seen = byItem.indptr[item + 1] > byItem.indptr[item]
    for (let k = 0; k < factors; k++) {
      const value = scale * normal()
      initial[item * factors + k] = seen ? value : 0
    }
  }
  return initial
}

// Rows that the start knows stand where they stood there; one without interactions stays zero, and a new one begins as ever.
function startFrom(work: AlsWork, training: TrainingSet, factors: number, { state, users, items }: Start): void {
  const before = restoredFactors(state)
  if (before.factors !== factors) throw new MatineeError('ERR_OPTION', `factors is ${factors}, expected ${before.factors} as those of the model to start from.`)
  const copy = (to: Float32Array, from: Float32Array, places: Int32Array, { indptr }: Csr): void => {
    places.forEach((place, row) => {
      if (place >= 0 && indptr[row + 1] > indptr[row]) to.set(from.subarray(place * factors, (place + 1) * factors), row * factors)
    })
  }
  copy(work.readFactors('users'), before.userFactors, users, training.byUser)
  copy(work.readFactors('items'), before.itemFactors, items, training.byItem)
}
