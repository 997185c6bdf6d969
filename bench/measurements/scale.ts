// Time and memory of a whole fit as the interactions grow: users in proportion, 26,744 items, 64 factors, 15 iterations.
import type { DataName } from '../harness/data.ts'
import { alternate } from '../harness/pairs.ts'
import { logLogSlope } from '../harness/statistics.ts'
import { fitOurs, fitPeer, startFile } from './als.ts'
import type { Measurement } from './contract.ts'

const DATA: readonly DataName[] = ['1m', '3m', '10m', '30m', '100m']
const FACTORS = [64]
const ITERATIONS = 15

export const scale: Measurement = {
  summary: `A whole fit, ${ITERATIONS} iterations, from the matrix by users to both factors; users grow with interactions, the items stay 26,744.`,
  async run(context) {
    const { choice, ours, peers: { implicit } } = context
    for (const factors of choice.factors ?? FACTORS) {
      const points: [number, number][] = []
      for (const name of choice.data ?? DATA) {
        const problem = await context.problem(name)
        const threads = Math.max(...choice.threads)
        const question = { factors, threads, iterations: ITERATIONS, solver: 'cg' } as const
        const start = implicit && await startFile(context, problem, factors)
        const measured = await alternate(
          async () => (await fitOurs(ours, question)).total,
          implicit && start ? { 'implicit cg': async () => (await fitPeer(implicit, question, start)).total } : {},
          choice.pairs, problem.interactions < 5e6,
        )
        points.push([problem.interactions, measured.ours.median])
        const slope = points.length > 1 && { [`log-log slope from ${(choice.data ?? DATA)[0]}`]: logLogSlope(points) }
        context.add({
          measurement: 'scale', case: { data: name, factors, threads }, unit: 'ms', ...measured, figures: { interactions: problem.interactions, ...slope },
        })
      }
    }
  },
}
