// Thirty trials of tuning by one procedure, whoever is tuned: half of them drawn over the ranges, half about the best so far.
import { seededRandom } from '@matinee/core'
import { significant } from '../harness/statistics.ts'

/** What everybody tunes. The ends are wide of where anybody is good on MovieLens; alpha and regularization are drawn by their logarithm. */
const FACTORS = [32, 64, 128]
const RANGES = { alpha: [0.1, 40], regularization: [0.1, 100] } as const
const TRIALS = 30
/** Beside the best so far: times or divided by up to as much. */
const NEAR = 2

/** What a side may choose from besides, by the name of the setting: iterations, cgSteps, momentum, block. */
export type OwnSettings = Readonly<Record<string, readonly number[]>>

/** A configuration to try; settings of OwnSettings among it. */
export type Config = Readonly<Record<keyof typeof RANGES | 'factors', number>> & Readonly<Record<string, number>>

export interface Trial { readonly config: Config, readonly ms: number, readonly ndcg: number }

/** In the order in which they ran. The drawn half has the same factors, alpha and regularization for every side. */
export async function tune(own: OwnSettings, attempt: (config: Config) => Promise<Omit<Trial, 'config'>>): Promise<Trial[]> {
  const [common, further] = [seededRandom(1), seededRandom(2)]
  const between = (low: number, high: number): number => significant(low * Math.exp(common.uniform() * Math.log(high / low)))
  const trials: Trial[] = []
  for (let trial = 0; trial < TRIALS; trial++) {
    const best = trial < TRIALS / 2 ? undefined : trials.reduce((a, b) => b.ndcg > a.ndcg ? b : a).config
    const around = (name: keyof typeof RANGES): number => {
      const [low, high] = RANGES[name]
      return best ? between(Math.max(low, best[name] / NEAR), Math.min(high, best[name] * NEAR)) : between(low, high)
    }
    // A setting from a list stays that of the best as often as not.
    const from = (name: string, list: readonly number[], random = further): number => {
      const [drawn, stays] = [list[random.below(list.length)], random.below(2) === 0]
      return best && stays ? best[name] : drawn
    }
    const config: Config = {
      factors: from('factors', FACTORS, common), alpha: around('alpha'), regularization: around('regularization'),
      ...Object.fromEntries(Object.entries(own).map(([name, list]) => [name, from(name, list)])),
    }
    trials.push({ config, ...await attempt(config) })
  }
  return trials
}
