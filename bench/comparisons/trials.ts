// Comparisons whose answer is known: two seeds of one model, which are no better than each other, and one of them beside
// the other blurred until its NDCG@10 is a tenth less. On the validation item: nothing here looks at the test.
import {
  compareRuns, evaluateModel, meanOf, models, resolveOptions, seededRandom, splitterDefinition, trainingSet,
  type Dataset, type Evaluation, type FittedModel, type PairComparison, type RunContext, type UserRuns,
} from '@matinee/core'

/** What a planted loss leaves of the mean. */
export const LEFT = 0.9
/** Fits on a side where there are several, and pairs of single fits that they make. */
export const FITS = 5

const METRIC = 'ndcg@10'

/** Fits als with a seed, and measures it. */
export interface World {
  fit(seed: number): Promise<FittedModel>
  measure(model: FittedModel): Promise<Evaluation>
}

/** One pair of fits; p-values of ndcg@10 by one fit on either side. */
export interface PairTrial {
  readonly seeds: readonly [number, number]
  /** Of the first, the second, and the second blurred. */
  readonly means: readonly number[]
  readonly twoSeeds: Found
  /** The first beside the second blurred. */
  readonly planted: Found
  /** The second beside itself blurred. */
  readonly plantedInItself: Found
}

/** What a comparison said. */
export type Found = Pick<PairComparison, 'difference' | 'p' | 'smallestVisible'> & { readonly outcome: PairComparison['verdict']['outcome'] }

/** FITS pairs, and the same fits as two sides of FITS each. */
export interface GroupTrial {
  readonly pairs: readonly PairTrial[]
  readonly twoSeeds: Found
  readonly planted: Found
}

/** Everything but validation and test to fit on; the last interaction in the file is the last. */
export function world(dataset: Dataset, options: Readonly<Record<string, number>>, context: RunContext): World {
  const split = splitterDefinition('leave-last-n').split(dataset, { ties: 'file' })
  const training = trainingSet(split.train, 'log')
  return {
    fit: seed => models.als.fit(training, resolveOptions(models.als.options, options), { ...context, seed }),
    measure: model => evaluateModel(model, { training: training.byUser, holdout: split.validation, ks: [10], stage: 'validate' }, context),
  }
}

/** The model with normal noise on every user's factors, of `blur` times their root mean square. */
export async function blurred(model: FittedModel, blur: number, seed: number): Promise<FittedModel> {
  const state = model.state()
  const { user_factors: users } = state.tensors
  const [nUsers, factors] = users.shape
  const { normal } = seededRandom(seed)
  const data = Float32Array.from(users.data)
  for (let user = 0; user < nUsers; user++) {
    const row = data.subarray(user * factors, (user + 1) * factors)
    const size = blur * Math.sqrt(meanOf(row.map(value => value * value)))
    for (let at = 0; at < factors; at++) row[at] += size * normal()
  }
  return models.als.restore({ ...state, tensors: { ...state.tensors, user_factors: { shape: users.shape, data } } })
}

/** The blur that leaves LEFT of the mean of some fits, by halving; the noise is the same at every step. */
export async function calibrate({ fit, measure }: World, seeds: readonly number[]): Promise<number> {
  const fitted: FittedModel[] = []
  for (const seed of seeds) fitted.push(await fit(seed))
  const meanAt = async (blur: number): Promise<number> => {
    const means: number[] = []
    for (const [at, model] of fitted.entries()) means.push((await measure(await blurred(model, blur, seeds[at]))).metrics[METRIC])
    return meanOf(means)
  }
  const wanted = LEFT * await meanAt(0)
  let [low, high] = [0, 2]
  for (let step = 0; step < 10; step++) {
    const middle = (low + high) / 2
    if (await meanAt(middle) > wanted) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Group number `group`: seeds 2 · FITS · group and on. */
export async function groupTrial({ fit, measure }: World, group: number, blur: number): Promise<GroupTrial> {
  const sides: Record<'a' | 'b' | 'worse', Evaluation[]> = { a: [], b: [], worse: [] }
  const pairs: PairTrial[] = []
  for (let pair = 0; pair < FITS; pair++) {
    const seeds = [2 * (FITS * group + pair), 2 * (FITS * group + pair) + 1] as const
    const other = await fit(seeds[1])
    const [a, b, worse] = [await measure(await fit(seeds[0])), await measure(other), await measure(await blurred(other, blur, seeds[1]))]
    sides.a.push(a)
    sides.b.push(b)
    sides.worse.push(worse)
    pairs.push({ seeds, means: [a, b, worse].map(({ metrics }) => metrics[METRIC]), twoSeeds: found([a], [b]), planted: found([a], [worse]), plantedInItself: found([b], [worse]) })
  }
  return { pairs, twoSeeds: found(sides.a, sides.b), planted: found(sides.a, sides.worse) }
}

function found(a: readonly Evaluation[], b: readonly Evaluation[]): Found {
  const runs = (of: readonly Evaluation[]): UserRuns => ({
    users: of[0].perUser.users, seeds: of.map((_, seed) => seed), tieSeeds: [0], values: { [METRIC]: of.map(({ perUser }) => perUser.values[METRIC]) },
  })
  const [{ difference, p, smallestVisible, verdict: { outcome } }] = compareRuns([{ label: 'a', runs: runs(a) }, { label: 'b', runs: runs(b) }], METRIC).pairs
  return { difference, p, smallestVisible, outcome }
}

/** p-values of differences by user, their signs thrown anew each time. */
export function flippedPValues(differences: Float64Array, times: number): number[] {
  const users = Int32Array.from(differences, (_, user) => user)
  const { uint32 } = seededRandom(1)
  const side = (column: Float64Array): UserRuns => ({ users, seeds: [0], tieSeeds: [0], values: { flipped: [column] } })
  return Array.from({ length: times }, (_, seed) => {
    const flipped = differences.map(difference => uint32() < 2 ** 31 ? difference : -difference)
    return compareRuns([{ label: 'a', runs: side(flipped) }, { label: 'b', runs: side(new Float64Array(users.length)) }], 'flipped', { resamples: 1000, seed }).pairs[0].p
  })
}

/** The p-value of Kolmogorov and Smirnov's test for a uniform distribution, by its limit with Stephens' correction. */
export function uniformity(pValues: readonly number[]): { readonly distance: number, readonly p: number } {
  const n = pValues.length
  const sorted = pValues.toSorted((a, b) => a - b)
  const distance = Math.max(...sorted.map((p, at) => Math.max((at + 1) / n - p, p - at / n)))
  const scaled = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance
  let p = 0
  for (let term = 1; term <= 100; term++) p += 2 * (term % 2 === 1 ? 1 : -1) * Math.exp(-2 * term * term * scaled * scaled)
  return { distance, p: Math.min(1, p) }
}
