// The time until the validation NDCG@10 that a peer ends with, each side with the best of 30 configurations of its own.
//
// Everybody tries the same 30 configurations, drawn once, for 15 iterations, and is measured by one function on the validation item
// (each user's last but one; the test item is never looked at). A side's time is that of a whole fit; evaluating is not timed.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { decodeSafetensors, evaluateModel, seededRandom, splitterDefinition, trainingSet, type Interactions, type TrainingSet } from '@matinee/core'
import { inRoot } from '../../tools/paths.mjs'
import { movieLens, writeProblem, type DataName, type Problem } from '../harness/data.ts'
import { alternate } from '../harness/pairs.ts'
import { significant } from '../harness/statistics.ts'
import type { Worker } from '../harness/worker.ts'
import { factorModel } from '../ours/top-k.ts'
import { fitOurs, fitPeer, startFile, type FitQuestion } from './als.ts'
import type { BenchContext, Measurement } from './contract.ts'

const DATA: readonly DataName[] = ['ml-1m']
const TRIALS = 30
const ITERATIONS = 15
const FACTORS = [32, 64, 128]

type Config = Required<Pick<FitQuestion, 'factors' | 'alpha' | 'regularization'>>
interface Trial { readonly side: string, readonly config: Config, readonly ms: number, readonly ndcg: number }

/** One side: fits for so many iterations, and says how long it took and how good the lists are. */
type Side = (config: Config, iterations: number) => Promise<{ readonly ms: number, readonly ndcg: () => Promise<number> }>

export const timeToQuality: Measurement = {
  summary: `Time of a whole fit until the validation NDCG@10 that a peer ends with; each side with the best of the same ${TRIALS} configurations, ${ITERATIONS} iterations at most.`,
  async run(context) {
    for (const name of context.choice.data ?? DATA) {
      const { train, validation } = splitterDefinition('leave-last-n').split(await movieLens(name), { ties: 'file' })
      const problem = writeProblem(name, train, context.scratch, `${name}-train`)
      await context.use(problem)
      const sides = await sidesOf(context, problem, trainingSet(train, 'log'), validation)
      const trials = await tune(context, name, sides)
      for (const peer of Object.keys(sides).filter(side => side !== 'ours')) await race(context, name, { sides, trials, peer })
    }
  },
}

async function sidesOf({ ours, peers, choice, scratch }: BenchContext, problem: Problem, training: TrainingSet, holdout: Interactions): Promise<Record<string, Side>> {
  const threads = Math.max(...choice.threads)
  const ndcgOf = async (file: string): Promise<number> => {
    const { tensors } = decodeSafetensors(new Uint8Array(readFileSync(file)), file)
    const model = await factorModel(tensors.users, tensors.items)
    const input = { training: training.byUser, holdout, ks: [10], stage: 'validate' }
    return (await evaluateModel(model, input, {})).metrics['ndcg@10']
  }
  const starts = new Map<number, string>()
  const startOf = async (factors: number): Promise<string> => {
    const start = starts.get(factors) ?? await startFile({ scratch }, problem, factors)
    starts.set(factors, start)
    return start
  }
  const own: Side = async (config, iterations) => {
    const served = path.join(scratch, 'quality-ours.safetensors')
    const { total } = await fitOurs(ours, { ...config, threads, iterations, solver: 'cg' }, { served })
    return { ms: total, ndcg: () => ndcgOf(served) }
  }
  const their = (peer: Worker, solver: FitQuestion['solver']): Side => async (config, iterations) => {
    const out = path.join(scratch, 'quality-theirs')
    const { total } = await fitPeer(peer, { ...config, threads, iterations, solver }, await startOf(config.factors), [iterations], out)
    return { ms: total, ndcg: () => ndcgOf(`${out}-${iterations}.safetensors`) }
  }
  return {
    ours: own,
    ...(peers.implicit && { 'implicit cg': their(peers.implicit, 'cg') }),
    ...(peers.buffalo && { 'buffalo cg': their(peers.buffalo, 'cg') }),
    ...(peers.irspack && { 'irspack ialspp': their(peers.irspack, 'ialspp') }),
  }
}

/** Every side on every configuration; the log is committed beside the results. */
async function tune({ say }: BenchContext, name: DataName, sides: Readonly<Record<string, Side>>): Promise<Trial[]> {
  const random = seededRandom(1)
  const between = (low: number, high: number): number => significant(Math.exp(Math.log(low) + random.uniform() * Math.log(high / low)))
  const configs = Array.from({ length: TRIALS }, (): Config => ({
    factors: FACTORS[random.below(FACTORS.length)], alpha: between(0.5, 80), regularization: between(0.1, 100),
  }))
  const trials: Trial[] = []
  for (const config of configs) {
    for (const [side, fit] of Object.entries(sides)) {
      const { ms, ndcg } = await fit(config, ITERATIONS)
      trials.push({ side, config, ms: significant(ms), ndcg: significant(await ndcg()) })
    }
    say(`trial ${trials.length / Object.keys(sides).length} of ${TRIALS}: ${JSON.stringify(trials.slice(-Object.keys(sides).length).map(({ ndcg }) => ndcg))}`)
  }
  writeFileSync(inRoot('bench', 'results', `time-to-quality-${name}.jsonl`), trials.map(trial => `${JSON.stringify(trial)}\n`).join(''))
  return trials
}

interface Race { readonly sides: Readonly<Record<string, Side>>, readonly trials: readonly Trial[], readonly peer: string }

async function race({ choice, add, say }: BenchContext, data: DataName, { sides, trials, peer }: Race): Promise<void> {
  const of = (side: string): Trial[] => trials.filter(trial => trial.side === side).sort((a, b) => b.ndcg - a.ndcg)
  const [best] = of(peer)
  const target = best.ndcg
  // Configurations that end at the target may pass it long before: the soonest of them counts, on both sides.
  const soonest = async (side: string): Promise<{ config: Config, iterations: number, ms: number } | undefined> => {
    const reached = []
    for (const { config } of of(side).filter(({ ndcg }) => ndcg >= target)) {
      for (let iterations = 1; iterations <= ITERATIONS; iterations++) {
        const { ms, ndcg } = await sides[side](config, iterations)
        if (significant(await ndcg()) < target) continue
        reached.push({ config, iterations, ms })
        break
      }
    }
    return reached.sort((a, b) => a.ms - b.ms)[0]
  }
  const [own, other] = [await soonest('ours'), await soonest(peer)]
  if (!own || !other) return say(`time-to-quality ${data}: ${own ? peer : 'ours'} does not reach ${target} with any configuration`)
  const run = (side: string, { config, iterations }: { config: Config, iterations: number }) => async () => (await sides[side](config, iterations)).ms
  const measured = await alternate(run('ours', own), { [peer]: run(peer, other) }, choice.pairs)
  add({
    measurement: 'time-to-quality', case: { data, threads: Math.max(...choice.threads), target: `${peer} ${target}` }, unit: 'ms', ...measured,
    figures: {
      target, 'best ours': of('ours')[0].ndcg, 'iterations ours': own.iterations, 'iterations theirs': other.iterations,
      'factors ours': own.config.factors, 'factors theirs': other.config.factors,
    },
  })
}
