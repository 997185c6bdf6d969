// How far a mean over users could have come out otherwise: the percentile bootstrap (Efron 1979).
import { seededRandom } from '../base/index.ts'

/** [lower, upper] */
export type Interval = readonly [number, number]

/**
 * 95 % intervals of the means of several columns over the same users, resampling users with replacement.
 *
 * columns: each [nUsers ≥ 1]. All columns see the same resamples. seed: an integer in [0, 2³²).
 */
export function bootstrapIntervals<Name extends string>(columns: Readonly<Record<Name, Float64Array>>, resamples: number, seed: number): Record<Name, Interval> {
  const names = Object.keys(columns) as Name[]
  const nUsers = columns[names[0]].length
  const { fillBelow } = seededRandom(seed)
  const means = names.map(() => new Float64Array(resamples))
  const draw = new Int32Array(nUsers)
  for (let resample = 0; resample < resamples; resample++) {
    fillBelow(nUsers, draw)
    names.forEach((name, column) => {
      const values = columns[name]
      let sum = 0
      for (let at = 0; at < nUsers; at++) sum += values[draw[at]]
      means[column][resample] = sum / nUsers
    })
  }
  const interval = (sorted: Float64Array): Interval => [sorted[Math.floor(0.025 * (resamples - 1))], sorted[Math.ceil(0.975 * (resamples - 1))]]
  return Object.fromEntries(names.map((name, column) => [name, interval(means[column].sort())])) as Record<Name, Interval>
}
