// Ours, theirs, ours, theirs: whatever else the machine is at falls on both sides.
import type { Beside, Result } from '../measurements/contract.ts'
import { ratios, summary } from './statistics.ts'

/** One run of one side, in the unit of the result. */
export type Run = () => Promise<number>

/** After a warm-up of every side, `pairs` rounds of ours and then each peer. warmUp: false for jobs of a minute, whose start is nothing. */
export async function alternate(ours: Run, theirs: Readonly<Record<string, Run>>, pairs: number, warmUp = true): Promise<Pick<Result, 'ours' | 'theirs'>> {
  const own: number[] = []
  const others: Record<string, number[]> = Object.fromEntries(Object.keys(theirs).map(name => [name, []]))
  if (warmUp) for (const run of [ours, ...Object.values(theirs)]) await run()
  for (let pair = 0; pair < pairs; pair++) {
    own.push(await ours())
    for (const [name, run] of Object.entries(theirs)) others[name].push(await run())
  }
  return { ours: summary(own), theirs: Object.fromEntries(Object.entries(others).map(([name, runs]) => [name, beside(own, runs)])) }
}

function beside(own: readonly number[], runs: readonly number[]): Beside {
  const { ofMedians, medianOfPairs } = ratios(own, runs)
  return { ...summary(runs), ratioOfMedians: ofMedians, medianRatio: medianOfPairs }
}
