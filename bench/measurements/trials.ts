// Trials of tuning by one procedure, whoever is tuned: half of them drawn over the space, half about the best so far.
import { seededRandom, type Random } from '@matinee/core'
import { significant } from '../harness/statistics.ts'

/** Where a setting is looked for: one of a list, or between two ends, evenly over the value or over its logarithm. */
export type Range = readonly (number | string)[] | Between
interface Between { readonly min: number, readonly max: number, readonly scale: 'linear' | 'log', readonly integer?: true }

/** What a side may choose, by the name of the setting. */
export type Space = Readonly<Record<string, Range>>

/** A configuration to try: a value for each setting of a space. */
export type Config = Readonly<Record<string, number | string>>

/** A configuration and what came of it. */
export type Trial<Settings extends Config, Result> = Result & { readonly config: Settings }

/**
 * The trials in the order in which they ran. Sides that have a setting and its range in common draw the same values of it.
 *
 * Settings: what the caller knows of its space.
 */
export async function tune<Settings extends Config, Result extends { readonly ndcg: number }>(
  space: Space, trials: number, attempt: (config: Settings) => Promise<Result>,
): Promise<Trial<Settings, Result>[]> {
  const streams = Object.entries(space).map(([name, range]) =>
    ({ name, range, random: seededRandom(...Array.from(name, letter => letter.charCodeAt(0))) }))
  const ran: Trial<Settings, Result>[] = []
  for (let trial = 0; trial < trials; trial++) {
    const best = trial < trials / 2 ? undefined : bestOf(ran).config
    const config = Object.fromEntries(streams.map(({ name, range, random }) => [name, drawn(range, random, best?.[name])])) as Settings
    ran.push({ config, ...await attempt(config) })
  }
  return ran
}

/** The first of the best. */
export const bestOf = <One extends { readonly ndcg: number }>(trials: readonly One[]): One => trials.reduce((a, b) => b.ndcg > a.ndcg ? b : a)

function drawn(range: Range, random: Random, best?: number | string): number | string {
  if (!('scale' in range)) {
    const [value, stays] = [range[random.below(range.length)], random.below(2) === 0] // as often as not that of the best
    return best !== undefined && stays ? best : value
  }
  const { scale, integer } = range
  const [min, max] = best === undefined ? [range.min, range.max] : about(Number(best), range)
  const share = random.uniform()
  const value = scale === 'log' ? min * Math.exp(share * Math.log(max / min)) : min + share * (max - min)
  return integer ? Math.round(value) : significant(value)
}

// Times or divided by up to 2, or a quarter of the range to either side.
function about(best: number, { min, max, scale }: Between): [number, number] {
  const [low, high] = scale === 'log' ? [best / 2, best * 2] : [best - (max - min) / 4, best + (max - min) / 4]
  return [Math.max(min, low), Math.min(max, high)]
}
