// Several results on the same users, by one metric: means, every pair's difference, and what may be said of it.
import { MatineeError, resolveOptions, type OptionSpecs, type OptionValues } from '../../base/index.ts'
import { percentileInterval, resampledMeans, type Interval } from '../bootstrap.ts'
import { measureOptions } from '../measure.ts'
import { drawRuns, meanOf, overDraw, overRuns, type RunDraw, type UserRuns } from '../runs.ts'
import { effectSize, type EffectSize } from './effect-size.ts'
import { holm } from './holm.ts'
import { signFlipTest } from './sign-flip.ts'
import { smallestVisible } from './smallest-visible.ts'
import { verdictOn, type Verdict } from './verdict.ts'

/** Options of every comparison. seed: of resamples and sign flips. */
export const compareOptions = { resamples: measureOptions.resamples, seed: measureOptions.seed } as const satisfies OptionSpecs

/** Sign flips behind a p-value; they cost less than resamples. */
const FLIPS = 10_000

/** A result and what it is called. */
export interface Operand {
  readonly label: string
  readonly runs: UserRuns
  /** Whether no other seed would have changed it. */
  readonly seedless?: boolean
}

/** A result by one metric. */
export interface OperandSummary {
  readonly label: string
  readonly mean: number
  readonly interval: Interval
  readonly seeds: readonly number[]
  /** Mean over users and splits for each seed. */
  readonly seedMeans: readonly number[]
}

/** One result beside another. */
export interface PairComparison {
  readonly a: string
  readonly b: string
  /** Mean of a minus mean of b. */
  readonly difference: number
  /** 95 %, of the difference, not corrected for the number of pairs. */
  readonly interval: Interval
  readonly p: number
  /** After Holm's correction over all pairs. */
  readonly pHolm: number
  readonly effect: EffectSize
  readonly smallestVisible?: number
  readonly verdict: Verdict
}

/** What compareRuns finds. */
export interface Comparison {
  readonly metric: string
  readonly usersCounted: number
  readonly tieSeeds: readonly number[]
  readonly operands: readonly OperandSummary[]
  /** Every pair, in the order of the operands. */
  readonly pairs: readonly PairComparison[]
}

/**
 * Compares results by a metric of theirs, pair by pair, users paired; docs/math/compare.md.
 *
 * Same operands and options: the same bits. What was hidden must be the same for all: that the protocols are alike, and
 * the tie seeds the same, is for the caller to check. Throws ERR_SHAPE for fewer than two operands, other users or another
 * number of tie seeds, ERR_UNKNOWN_NAME for a metric that one of them does not have.
 */
export function compareRuns(operands: readonly Operand[], metric: string, options: Partial<OptionValues<typeof compareOptions>> = {}): Comparison {
  const { resamples, seed } = resolveOptions(compareOptions, options)
  const columnsOf = checked(operands, metric)
  const means = resampledMeans(columnsOf.flat(), resamples, seed)
  let next = 0
  const sides = operands.map(({ label, runs, seedless = false }, at): Side => {
    const columns = columnsOf[at]
    const resampled = means.slice(next, next += columns.length)
    return { label, seedless, nSeeds: runs.seeds.length, nTies: runs.tieSeeds.length, byUser: overRuns(columns), runMeans: columns.map(meanOf), resampled }
  })
  const ofModel = ({ seedless, nSeeds }: Side): boolean => seedless || nSeeds > 1
  const pairs = sides.flatMap((a, at) => sides.slice(at + 1).map(b => ({ ofModels: ofModel(a) && ofModel(b), found: comparePair(a, b, resamples, seed) })))
  const corrected = holm(pairs.map(({ found }) => found.p))
  return {
    metric,
    usersCounted: operands[0].runs.users.length,
    tieSeeds: operands[0].runs.tieSeeds,
    operands: operands.map(({ label, runs: { seeds } }, at) => ({ label, seeds, ...summary(sides[at], resamples, seed) })),
    pairs: pairs.map(({ found, ofModels }, at) => ({
      ...found,
      pHolm: corrected[at],
      verdict: verdictOn({ ...found, p: corrected[at], anyDifferent: found.effect.equal < 1, ofModels }),
    })),
  }
}

interface Side {
  readonly label: string
  readonly seedless: boolean
  readonly nSeeds: number
  readonly nTies: number
  /** [n], over the runs. */
  readonly byUser: Float64Array
  /** By run, over the users. */
  readonly runMeans: readonly number[]
  /** By run, over the users of each resample. */
  readonly resampled: readonly Float64Array[]
}

function summary(side: Side, resamples: number, seed: number): Pick<OperandSummary, 'mean' | 'interval' | 'seedMeans'> {
  const draws = drawRuns(side.nTies, [side.nSeeds], resamples, seed)
  const resampled = Float64Array.from(draws, (draw, at) => overDraw(draw, 0, side.nSeeds, run => side.resampled[run][at]))
  const seedMeans = Array.from({ length: side.nSeeds }, (_, each) => meanOf(side.runMeans.filter((__, run) => run % side.nSeeds === each)))
  return { mean: meanOf(side.byUser), interval: percentileInterval(resampled), seedMeans }
}

function comparePair(a: Side, b: Side, resamples: number, seed: number): Omit<PairComparison, 'pHolm' | 'verdict'> {
  const differences = a.byUser.map((value, user) => value - b.byUser[user])
  const between = (draws: readonly RunDraw[], valueOf: (side: Side, run: number, at: number) => number): Float64Array => Float64Array.from(draws, (draw, at) =>
    overDraw(draw, 0, a.nSeeds, run => valueOf(a, run, at)) - overDraw(draw, 1, b.nSeeds, run => valueOf(b, run, at)))
  const drawn = (draws: number): RunDraw[] => drawRuns(a.nTies, [a.nSeeds, b.nSeeds], draws, seed)
  const difference = meanOf(differences)
  const effect = effectSize(differences)
  const centre = meanOf(a.runMeans) - meanOf(b.runMeans)
  const noise = between(drawn(FLIPS), ({ runMeans }, run) => runMeans[run]).map(value => value - centre)
  const visible = smallestVisible(effect.deviation, differences.length, meanOf(noise.map(value => value * value)))
  return {
    a: a.label,
    b: b.label,
    difference,
    interval: percentileInterval(between(drawn(resamples), ({ resampled }, run, at) => resampled[run][at])),
    p: signFlipTest(differences, FLIPS, seed, noise),
    effect,
    ...(visible !== undefined && { smallestVisible: visible }),
  }
}

// The metric's columns of each operand, all over the same users and splits.
function checked(operands: readonly Operand[], metric: string): (readonly Float64Array[])[] {
  const fail = (what: string): never => { throw new MatineeError('ERR_SHAPE', what) }
  if (operands.length < 2) fail(`there are ${operands.length} results to compare, expected at least 2.`)
  const [first] = operands
  return operands.map(({ label, runs }) => {
    const { users, tieSeeds } = first.runs
    const sameUsers = runs.users.length === users.length && runs.users.every((user, at) => user === users[at])
    if (!sameUsers) fail(`${label} has other users (${runs.users.length}) than ${first.label} (${users.length}), expected the same ones.`)
    if (runs.tieSeeds.length !== tieSeeds.length) fail(`${label} has ${runs.tieSeeds.length} tie seeds, expected ${tieSeeds.length} as ${first.label} has.`)
    if (Object.hasOwn(runs.values, metric)) return runs.values[metric]
    throw new MatineeError('ERR_UNKNOWN_NAME', `${label} has no metric "${metric}"; expected one of ${Object.keys(runs.values).join(', ')}.`)
  })
}
