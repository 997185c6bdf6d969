// One iteration of ALS, users and items, from the same start; and the loss that 5 and 15 of them reach, by numpy in float64.
import path from 'node:path'
import { benchData, type DataName, type Problem } from '../harness/data.ts'
import { flopsPerIteration } from '../harness/flops.ts'
import { alternate } from '../harness/pairs.ts'
import { median, significant } from '../harness/statistics.ts'
import type { Worker } from '../harness/worker.ts'
import { fitOurs, fitPeer, lossOf, startFile, type FitQuestion } from './als.ts'
import type { BenchContext, Measurement } from './contract.ts'

const DATA: readonly DataName[] = ['ml-100k', 'ml-1m', '20m']
const FACTORS = [32, 64, 128, 256]
type Solver = 'cg' | 'cholesky'

/** Iterations after which the losses are compared; two exact solvers with one start and no momentum go the same way. */
const compared = { cg: [5, 15], cholesky: [5] } as const satisfies Record<Solver, readonly number[]>

/** Which of its solvers a peer is asked for beside ours; irspack's iALS++ stands beside our default. */
const peerSolvers = {
  cg: { implicit: 'cg', irspack: 'ialspp', buffalo: 'cg' },
  cholesky: { implicit: 'cholesky', irspack: 'cholesky', buffalo: 'cholesky' },
} as const satisfies Record<Solver, Record<string, FitQuestion['solver']>>

/** The peers that have ALS. */
const alsPeers = (peers: BenchContext['peers']) => Object.entries(peers).filter(([name]) => name in peerSolvers.cg) as [keyof typeof peerSolvers.cg, Worker][]

export const alsIteration: Measurement = {
  summary: 'One iteration (all users, then all items), median within a fit after its first; the losses are those of the same start.',
  async run(context) {
    const { choice } = context
    for (const name of choice.data ?? DATA) {
      const problem = await context.problem(name)
      for (const factors of choice.factors ?? FACTORS) {
        const start = await startFile(context, problem, factors)
        for (const solver of choice.solvers) {
          const losses = await compareLosses(context, { factors, solver, start })
          for (const threads of choice.threads) await time(context, problem, { factors, solver, threads, start, losses })
        }
      }
    }
  },
}

type Case = { readonly factors: number, readonly solver: Solver, readonly start: string }

const ourSolver = (solver: Solver) => ({ solver, ...(solver === 'cholesky' && { momentum: 0 }) })

/** By side and number of iterations, e.g. `loss15 implicit`; they do not depend on the threads. */
async function compareLosses(context: BenchContext, { factors, solver, start }: Case): Promise<Record<string, number>> {
  const threads = Math.max(...context.choice.threads)
  const judge = context.peers.implicit
  if (!judge) return {}
  const losses: Record<string, number> = {}
  const snapshots = compared[solver]
  const question = { factors, threads, iterations: Math.max(...snapshots) }
  const judged = async (name: string, out: string): Promise<void> => {
    for (const iterations of snapshots) losses[`loss${iterations} ${name}`] = significant8(await lossOf(judge, `${out}-${iterations}.safetensors`))
  }
  const out = path.join(context.scratch, 'compared')
  await fitOurs(context.ours, { ...question, ...ourSolver(solver) }, { snapshots, out })
  await judged('ours', out)
  for (const [name, peer] of alsPeers(context.peers)) {
    await fitPeer(peer, { ...question, solver: peerSolvers[solver][name] }, start, { snapshots, out })
    await judged(name, out)
  }
  return losses
}

const significant8 = (value: number): number => Number(value.toPrecision(8))

async function time(context: BenchContext, problem: Problem, { factors, solver, threads, start, losses }: Case & { threads: number, losses: Record<string, number> }) {
  const { ours, peers, choice } = context
  // an exact iteration takes several times as long as one of cg
  const iterations = solver === 'cg' ? benchData[problem.name].iterations : Math.max(2, Math.ceil(benchData[problem.name].iterations / 3))
  let cgSteps = 0
  const own = async (): Promise<number> => {
    const answer = await fitOurs(ours, { factors, threads, iterations, ...ourSolver(solver) })
    cgSteps = answer.cgSteps
    return median(answer.each.slice(1))
  }
  const theirs = Object.fromEntries(alsPeers(peers).map(([name, peer]) => {
    const question = { factors, threads, iterations, solver: peerSolvers[solver][name] }
    return [`${name} ${question.solver}`, async () => median((await fitPeer(peer, question, start)).each.slice(1))]
  }))
  const measured = await alternate(own, theirs, choice.pairs)
  const gflops = flopsPerIteration(problem, factors, solver, cgSteps) / measured.ours.median / 1e6
  context.add({
    measurement: 'als-iteration', case: { data: problem.name, factors, threads, solver }, unit: 'ms', ...measured,
    figures: { gflops: significant(gflops), ...losses },
  })
}
