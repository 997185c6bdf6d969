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
  const means = resampledMeans(names.map(name => columns[name]), resamples, seed)
  return Object.fromEntries(names.map((name, column) => [name, percentileInterval(means[column])])) as Record<Name, Interval>
}

/** From the 2.5th to the 97.5th percentile. */
export function percentileInterval(values: Float64Array): Interval {
  const sorted = values.slice().sort()
  return [sorted[Math.floor(0.025 * (sorted.length - 1))], sorted[Math.ceil(0.975 * (sorted.length - 1))]]
}

/**
 * The means of several columns over resamples of their users; one array [resamples] for each column.
 *
 * columns: each [nUsers ≥ 1]. All see the same resamples. A resample is known by how often it has each kind of user: the
 * users with the same numbers in all columns, often a few hundred kinds.
 */
export function resampledMeans(columns: readonly Float64Array[], resamples: number, seed: number): Float64Array[] {
  const nUsers = columns[0].length
  const { kindOf, examples } = kindsOfUsers(columns)
  const terms = columns.map(column => termsOf(Float64Array.from(examples, user => column[user])))
  const { fillBelow } = seededRandom(seed)
  const means = columns.map(() => new Float64Array(resamples))
  const draw = new Int32Array(nUsers)
  const drawn = new Uint32Array(examples.length)
  for (let resample = 0; resample < resamples; resample++) {
    fillBelow(nUsers, draw)
    drawn.fill(0)
    for (let at = 0; at < nUsers; at++) drawn[kindOf[draw[at]]]++
    for (let column = 0; column < columns.length; column++) means[column][resample] = weightedSum(drawn, terms[column]) / nUsers
  }
  return means
}

// kindOf: [nUsers], numbered in order of first appearance; examples: the first user of each kind. Each column splits the
// kinds of those before it.
function kindsOfUsers(columns: readonly Float64Array[]): { kindOf: Uint32Array, examples: readonly number[] } {
  const kindOf = new Uint32Array(columns[0].length)
  let examples = [0]
  for (const values of columns) {
    const kinds = new Map<number, Map<number, number>>() // by value, then by the kind so far
    const firsts: number[] = []
    for (let user = 0; user < values.length; user++) {
      let ofValue = kinds.get(values[user])
      if (!ofValue) kinds.set(values[user], ofValue = new Map<number, number>())
      let kind = ofValue.get(kindOf[user])
      if (kind === undefined) {
        kind = firsts.push(user) - 1
        ofValue.set(kindOf[user], kind)
      }
      kindOf[user] = kind
    }
    examples = firsts
  }
  return { kindOf, examples }
}

/** The kinds whose value is not 0, and these values: of a hit within k most users have none. */
interface Terms {
  readonly kinds: Uint32Array
  readonly values: Float64Array
}

function termsOf(values: Float64Array): Terms {
  const kinds = Uint32Array.from(values.keys()).filter(kind => values[kind] !== 0)
  return { kinds, values: Float64Array.from(kinds, kind => values[kind]) }
}

function weightedSum(weights: Uint32Array, { kinds, values }: Terms): number {
  let sum = 0
  for (let at = 0; at < kinds.length; at++) sum += weights[kinds[at]] * values[at]
  return sum
}
