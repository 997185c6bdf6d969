// A comparison for people: the results one under the other, then every pair with what may be said of it.
import type { Comparison, OperandSummary, PairComparison } from '@matinee/core'
import { table } from './table.ts'

/** Two tables, and lines that say what the columns do not. */
export function comparisonLines(comparison: Comparison): string[] {
  const { metric, usersCounted, operands, pairs } = comparison
  const oneFit = pairs.some(({ verdict }) => verdict.about === 'fits')
  return [
    table(['', metric, 'seeds'], operands.map(operandRow)),
    table(['', 'difference', 'p', 'p (Holm)', 'effect', 'better · equal · worse', 'visible from', 'verdict'], pairs.map(pairRow)),
    `${usersCounted} users, paired. Intervals are 95 %; p is from sign flips, corrected for ${pairs.length} ${pairs.length === 1 ? 'pair' : 'pairs'} after Holm; effect is the mean difference over its standard deviation.`,
    ...(oneFit ? ['One fit on a side: that verdict is about these fits. `evaluate --seeds 5 --out FILE` on both sides makes it one about the models.'] : []),
  ]
}

const operandRow = ({ label, mean, interval, seeds }: OperandSummary): string[] => [label, `${digits(mean, 4)} ${range(interval, 3)}`, String(seeds.length)]

const pairRow = ({ a, b, difference, interval, p, pHolm, effect, smallestVisible, verdict }: PairComparison): string[] => [
  `${a} − ${b}`,
  `${digits(difference, 4)} ${range(interval, 4)}`,
  probability(p),
  probability(pHolm),
  effect.standardized === undefined ? '' : digits(effect.standardized, 2),
  [effect.better, effect.equal, effect.worse].map(share => `${(100 * share).toFixed(1)} %`).join(' · '),
  smallestVisible === undefined ? '' : digits(smallestVisible, 4),
  { better: `${a} is better`, worse: `${b} is better`, 'none found': 'no difference found', same: 'the same for every user' }[verdict.outcome],
]

const digits = (value: number, places: number): string => value.toFixed(places).replace(/^(-?)0/, '$1')
const range = ([low, high]: readonly [number, number], places: number): string => `[${digits(low, places)}–${digits(high, places)}]`
const probability = (p: number): string => p < 0.001 ? '< .001' : digits(p, 3)
