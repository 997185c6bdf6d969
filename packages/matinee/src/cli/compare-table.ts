// A comparison for people: the results one under the other, then every pair with what may be said of it.
import type { Comparison, OperandSummary, PairComparison } from '@matinee/core'
import { table } from './table.ts'

/** Two tables, and lines that say what the columns do not. */
export function comparisonLines(comparison: Comparison): string[] {
  const { metric, usersCounted, operands, pairs } = comparison
  const oneFit = pairs.some(({ verdict }) => verdict.about === 'fits')
  return [
    table(['', metric, 'seeds'], operands.map(operandRow)),
    table(['', 'difference', 'p', 'effect', 'better/equal/worse', 'visible from', 'verdict'], pairs.map(pairRow)),
    `${usersCounted} users, paired; intervals are 95 %; p by sign flips${pairs.length > 1 ? `, after Holm's correction for ${pairs.length} pairs` : ''}; effect in standard deviations.`,
    ...(oneFit ? ['Where a model that draws has one seed, the verdict is about that fit: --seeds 5 makes it one about the model.'] : []),
  ]
}

const operandRow = ({ label, mean, interval, seeds }: OperandSummary): string[] => [label, `${digits(mean, 4)} ${range(interval, 3)}`, String(seeds.length)]

const pairRow = ({ a, b, difference, interval, pHolm, effect, smallestVisible, verdict }: PairComparison): string[] => [
  `${a} − ${b}`,
  `${digits(difference, 4)} ${range(interval, 3)}`,
  probability(pHolm),
  effect.standardized === undefined ? '' : digits(effect.standardized, 2),
  `${[effect.better, effect.equal, effect.worse].map(share => (100 * share).toFixed(0)).join('/')} %`,
  smallestVisible === undefined ? '' : digits(smallestVisible, 4),
  { better: `${a} is better`, worse: `${b} is better`, 'none found': 'no difference found', same: 'the same for every user' }[verdict.outcome],
]

const digits = (value: number, places: number): string => value.toFixed(places).replace(/^(-?)0/, '$1')
const range = ([low, high]: readonly [number, number], places: number): string => `[${digits(low, places)}, ${digits(high, places)}]`
const probability = (p: number): string => p < 0.001 ? '< .001' : digits(p, 3)
