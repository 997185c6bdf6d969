// The time until the loss that implicit reaches after 15 iterations, from the matrix by users: transposing counts, on both sides.
import path from 'node:path'
import type { DataName } from '../harness/data.ts'
import { alternate } from '../harness/pairs.ts'
import { fitOurs, fitPeer, lossOf, startFile } from './als.ts'
import type { BenchContext, Measurement } from './contract.ts'

const DATA: readonly DataName[] = ['ml-1m']
const FACTORS = [64]
const ITERATIONS = 15

export const timeToLoss: Measurement = {
  summary: `Time until the loss that implicit has after ${ITERATIONS} iterations of cg with 3 steps; implicit's time is that of its ${ITERATIONS} iterations.`,
  async run(context) {
    const { choice, peers: { implicit } } = context
    if (!implicit) return context.say('time-to-loss: left out, it takes its target from implicit')
    for (const name of choice.data ?? DATA) {
      const problem = await context.problem(name)
      for (const factors of choice.factors ?? FACTORS) {
        const start = await startFile(context, problem, factors)
        const out = path.join(context.scratch, 'target')
        const question = { factors, iterations: ITERATIONS, solver: 'cg' } as const
        await fitPeer(implicit, { ...question, threads: Math.max(...choice.threads) }, start, { snapshots: [ITERATIONS], out })
        const target = await lossOf(implicit, `${out}-${ITERATIONS}.safetensors`)
        const { losses } = await fitOurs(context.ours, { ...question, threads: Math.max(...choice.threads), iterations: 3 * ITERATIONS })
        const iterations = losses.findIndex(loss => loss <= target) + 1
        if (iterations === 0) {
          context.say(`time-to-loss ${name} ${factors}: ours does not reach ${target} in ${3 * ITERATIONS} iterations; its last loss is ${losses.at(-1)}`)
          continue
        }
        for (const threads of choice.threads) await time(context, { name, factors, threads, start, target, iterations })
      }
    }
  },
}

interface Case {
  readonly name: DataName
  readonly factors: number
  readonly threads: number
  readonly start: string
  readonly target: number
  /** Ours. */
  readonly iterations: number
}

async function time({ ours, peers, choice, add }: BenchContext, { name, factors, threads, start, target, iterations }: Case): Promise<void> {
  const { implicit } = peers
  if (!implicit) return
  // Without the last solve of the users, which comes after the loss is reached and is timed in `scale`.
  const until = ({ total, toLoss }: { total: number, toLoss?: number }): number => toLoss ?? total
  const measured = await alternate(
    async () => until(await fitOurs(ours, { factors, threads, iterations, solver: 'cg' })),
    { 'implicit cg': async () => until(await fitPeer(implicit, { factors, threads, iterations: ITERATIONS, solver: 'cg' }, start)) },
    choice.pairs,
  )
  add({
    measurement: 'time-to-loss', case: { data: name, factors, threads }, unit: 'ms', ...measured,
    figures: { target, 'iterations ours': iterations, 'iterations implicit': ITERATIONS },
  })
}
