// Thirty trials of tuning by one procedure, whoever is tuned: half of them drawn over the ranges, half about the best so far.
import { seededRandom, type RegularizationScaling } from '@matinee/core'
import { significant } from '../harness/statistics.ts'

/** Drawn by its logarithm. */
interface Range { readonly low: number, readonly high: number }

/** What everybody tunes. The ends are wide of where anybody is good on MovieLens. */
const FACTORS = [32, 64, 128]
const RANGES = { alpha: { low: 0.1, high: 40 }, regularization: { low: 0.1, high: 100 } } as const
const TRIALS = 30
/** Beside the best so far: times or divided by up to as much. */
const NEAR = 2

/** What a side may choose from besides, by the name of the setting: iterations, cgSteps, momentum, block, regularizationScaling … */
export type OwnSettings = Readonly<Record<string, readonly (number | string)[] | Range>>

/** A configuration to try; settings of OwnSettings among it. `regularization` is that of a mean row, see lambdaOf. */
export type Config = Readonly<Record<keyof typeof RANGES | 'factors' | 'iterations', number>> & Readonly<Record<string, number | string>>

/** In the order in which they ran. The drawn half has the same factors, alpha and regularization for every side. */
export async function tune<Result extends { readonly ndcg: number }>(
  own: OwnSettings, attempt: (config: Config) => Promise<Result>,
): Promise<(Result & { readonly config: Config })[]> {
  const [common, further] = [seededRandom(1), seededRandom(2)]
  const trials: (Result & { readonly config: Config })[] = []
  for (let trial = 0; trial < TRIALS; trial++) {
    const best = trial < TRIALS / 2 ? undefined : trials.reduce((a, b) => b.ndcg > a.ndcg ? b : a).config
    const within = (name: string, { low, high }: Range, random = further): number => {
      const at = Number(best?.[name])
      const [from, to] = best ? [Math.max(low, at / NEAR), Math.min(high, at * NEAR)] : [low, high]
      return significant(from * Math.exp(random.uniform() * Math.log(to / from)))
    }
    // A setting from a list stays that of the best as often as not.
    const among = (name: string, list: readonly (number | string)[], random = further): number | string => {
      const [drawn, stays] = [list[random.below(list.length)], random.below(2) === 0]
      return best && stays ? best[name] : drawn
    }
    const config = {
      factors: among('factors', FACTORS, common),
      alpha: within('alpha', RANGES.alpha, common),
      regularization: within('regularization', RANGES.regularization, common),
      ...Object.fromEntries(Object.entries(own).map(([name, what]) => [name, 'low' in what ? within(name, what) : among(name, what)])),
    } as Config
    trials.push({ config, ...await attempt(config) })
  }
  return trials
}

interface Size { readonly nUsers: number, readonly nItems: number, readonly interactions: number }

/**
 * λ for a scaling, so that `regularization` is what a row has in the mean over both sides, whatever the scaling: one range fits
 * all of them (λ* of Rendle et al. 2022).
 */
export function lambdaOf({ regularization, regularizationScaling = 'none', unobservedWeight = 1 }: Config, { nUsers, nItems, interactions }: Size): number {
  const pairs: Readonly<Record<RegularizationScaling, number>> = { none: 0, counts: interactions, ials: interactions + Number(unobservedWeight) * nUsers * nItems }
  const mean = regularizationScaling === 'none' ? 1 : 2 * pairs[regularizationScaling as RegularizationScaling] / (nUsers + nItems)
  return regularization / mean
}
