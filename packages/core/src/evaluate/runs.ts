// The same users' values in several fits: one fit for each seed on each split. A user's value is the mean over them; an
// interval draws users, seeds and splits anew. docs/math/compare.md
import { MatineeError, seededRandom } from '../base/index.ts'
import { percentileInterval, resampledMeans, type Interval } from './bootstrap.ts'
import type { Evaluation } from './evaluate-model.ts'

/** What several fits of one configuration came to, user by user. */
export interface UserRuns {
  /** [n], rising: the users counted in every run. */
  readonly users: Int32Array
  /** Of the models. */
  readonly seeds: readonly number[]
  /** Of the splits; the values on one split are paired between models. */
  readonly tieSeeds: readonly number[]
  /** By metric: a column [n] for each run, in the order of `runOrder`. */
  readonly values: Readonly<Record<string, readonly Float64Array[]>>
}

/** The runs in order: all seeds of the first tie seed, then of the next. */
export const runOrder = ({ seeds, tieSeeds }: Pick<UserRuns, 'seeds' | 'tieSeeds'>): { seed: number, tieSeed: number }[] =>
  tieSeeds.flatMap(tieSeed => seeds.map(seed => ({ seed, tieSeed })))

/**
 * The values of evaluations of several fits, by tie seed and then by seed; users who are not counted in all of them are
 * left out. Throws ERR_EMPTY where nobody is left.
 */
export function userRuns(evaluations: readonly (readonly Evaluation[])[], seeds: readonly number[], tieSeeds: readonly number[]): UserRuns {
  const all = evaluations.flat()
  const counted = all.map(({ perUser }) => new Set(perUser.users))
  const users = all[0].perUser.users.filter(user => counted.every(set => set.has(user)))
  if (users.length === 0) throw new MatineeError('ERR_EMPTY', 'no user has a hidden interaction in every split, so there is nobody to compare.')
  const kept = all.map(({ perUser }) => {
    const places = new Map(Array.from(perUser.users, (user, at) => [user, at]))
    return Array.from(users, user => places.get(user) as number)
  })
  const names = Object.keys(all[0].perUser.values)
  const values = names.map(name => [name, all.map(({ perUser }, run) => Float64Array.from(kept[run], at => perUser.values[name][at]))] as const)
  return { users, seeds, tieSeeds, values: Object.fromEntries(values) }
}

/** [n], each user's mean over the runs. */
export function overRuns(columns: readonly Float64Array[]): Float64Array {
  if (columns.length === 1) return columns[0]
  return Float64Array.from(columns[0], (_, at) => meanOf(columns.map(column => column[at])))
}

/** The mean; in the order of the values, so that equal values have one sum. */
export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]
  return sum / values.length
}

/** Draws of runs, the same for everybody who asks with the same arguments. */
export interface RunDraw {
  /** Indices of tie seeds: the one there is, or one fewer than there are, with replacement. */
  readonly ties: readonly number[]
  /** For each operand, indices of its seeds, likewise. */
  readonly seeds: readonly (readonly number[])[]
}

/**
 * Draws of splits and, for each operand by itself, of seeds. One fewer than there are is drawn: then the mean of the draws
 * varies as the mean of so many fits does, s²/S (Rao and Wu 1988); with as many it would vary too little.
 */
export function drawRuns(nTies: number, nSeeds: readonly number[], draws: number, seed: number): RunDraw[] {
  const { below } = seededRandom(seed, 1)
  const some = (n: number): number[] => n === 1 ? [0] : Array.from({ length: n - 1 }, () => below(n))
  return Array.from({ length: draws }, () => ({ ties: some(nTies), seeds: nSeeds.map(some) }))
}

/** The mean over the runs drawn; valueOf: by index of the run. */
export function overDraw({ ties, seeds }: RunDraw, operand: number, nSeeds: number, valueOf: (run: number) => number): number {
  let sum = 0
  for (const tie of ties) for (const seed of seeds[operand]) sum += valueOf(tie * nSeeds + seed)
  return sum / (ties.length * seeds[operand].length)
}

/**
 * 95 % intervals of the means over users and runs, resampling users, seeds and tie seeds, each by itself (Owen 2007, the
 * pigeonhole bootstrap). With one run these are bootstrapIntervals.
 */
export function runIntervals({ seeds, tieSeeds, values }: Omit<UserRuns, 'users'>, resamples: number, seed: number): Record<string, Interval> {
  const names = Object.keys(values)
  const nRuns = seeds.length * tieSeeds.length
  const means = resampledMeans(names.flatMap(name => values[name]), resamples, seed)
  const draws = drawRuns(tieSeeds.length, [seeds.length], resamples, seed)
  return Object.fromEntries(names.map((name, metric) =>
    [name, percentileInterval(Float64Array.from(draws, (draw, at) => overDraw(draw, 0, seeds.length, run => means[metric * nRuns + run][at])))]))
}
