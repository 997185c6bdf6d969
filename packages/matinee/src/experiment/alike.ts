// Whether two numbers may be compared: the same data, and the same rules.
import type { Result } from './result.ts'

/** What was measured, without the users' values. */
export type Measured = Pick<Result, 'dataset' | 'metrics'>

// How a model was chosen is not how it was measured; and these are texts about other numbers.
const IMMATERIAL = ['defaultsChosen', 'configurationsTried', 'intervals', 'recentPopularity', 'seeds']

/** The facts that are not the same, each as `field is … and …`; none where two results may be compared. */
export function differingFields(a: Measured, b: Measured): string[] {
  const [one, other] = [factsOf(a), factsOf(b)]
  return Object.keys({ ...one, ...other })
    .filter(name => JSON.stringify(one[name]) !== JSON.stringify(other[name]))
    .map(name => `${name} is ${shown(one[name])} and ${shown(other[name])}`)
}

function factsOf({ dataset, metrics }: Measured): Record<string, unknown> {
  const { name: _, ...data } = dataset
  const { protocol, intervals } = metrics
  const rules = Object.entries(protocol).filter(([field]) => !IMMATERIAL.includes(field))
  const { tieSeeds = [protocol.seed], seed: __, ...others } = Object.fromEntries(rules) as Partial<typeof protocol>
  return {
    ...Object.fromEntries(Object.entries(data).map(([field, value]) => [`dataset ${field}`, value])),
    ...others,
    'tie seeds': protocol.seed === undefined ? 'none' : tieSeeds.join(', '), // where no seed decides the split, how many were named is nothing
    k: [...new Set(Object.keys(intervals).flatMap(metric => metric.split('@').slice(1)))].join(', '),
  }
}

const shown = (value: unknown): string => value === undefined ? 'not said' : JSON.stringify(value)
