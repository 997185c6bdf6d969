// The time until the validation NDCG@10 that a peer ends with, each side with 30 trials of tuning of its own.
//
// Tuning (trials.ts) is one procedure for everybody, over one range of factors, alpha and regularization (of a mean row, where it is scaled)
// and what each engine has besides: the scalings of regularization, the weight of unobserved pairs, cg steps, momentum, the block of iALS++,
// and 5, 10 or 15 iterations: more are not always better. Ours has `ials` and the weight too, but they did not pay on MovieLens 100K
// (bench/als-scaling.ts), so its trials are not spent on them. A trial begins at the same start and counts as what it ends with. One
// function measures the validation item, each user's last but one; the test item is never looked at. A peer's target is the NDCG@10 of its
// best trial.
//
// The race: of a side's ten best trials and every number of iterations up to 15, what reaches the target soonest. So either side may stop
// early, and either is as lucky as its noise. Its time is that of a whole fit from the matrix by users: transposing, starting, iterations,
// and for ours the last solve of the users, without which its lists would be others. Evaluating is not timed, nor is what a peer does to
// take its data over (implicit's matrix of confidences, buffalo's file). The quickest peer is the one whose best trial takes the least
// time.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { decodeSafetensors, evaluateModel, splitterDefinition, trainingSet, type Interactions, type TrainingSet } from '@matinee/core'
import { inRoot } from '../../tools/paths.mjs'
import { movieLens, writeProblem, type DataName, type Problem } from '../harness/data.ts'
import { alternate } from '../harness/pairs.ts'
import { median, significant } from '../harness/statistics.ts'
import type { Worker } from '../harness/worker.ts'
import { factorModel } from '../ours/top-k.ts'
import { fitOurs, fitPeer, startFile, type FitQuestion } from './als.ts'
import { alsSpace, lambdaOf, type AlsConfig } from './als-space.ts'
import type { BenchContext, Measurement } from './contract.ts'
import { tune, type Space, type Trial as TrialOf } from './trials.ts'

const DATA: readonly DataName[] = ['ml-1m']
const ITERATIONS = Math.max(...alsSpace.iterations) // of a trial; the race may stop at any number
const RACERS = 10
const TRIALS = 30
const UNOBSERVED = { min: 0.01, max: 1, scale: 'log' } as const

/** One of tuning's; ms: of the whole fit. */
type Trial = TrialOf<AlsConfig, { readonly ms: number, readonly ndcg: number }>

interface Side {
  /** What it tunes besides. */
  readonly settings: Space
  /** Fits for so many iterations, and says how many milliseconds it took and how good the lists are. */
  readonly fit: (config: AlsConfig, iterations: number) => Promise<{ readonly ms: number, readonly ndcg: () => Promise<number> }>
}
type Sides = Readonly<Record<string, Side>>

export const timeToQuality: Measurement = {
  summary: `Time of a whole fit until the validation NDCG@10 that a peer ends with, ${ITERATIONS} iterations at most; each side has had ${TRIALS} trials of tuning by one procedure and may stop early.`,
  async run(context) {
    for (const name of context.choice.data ?? DATA) {
      const { train, validation } = splitterDefinition('leave-last-n').split(await movieLens(name), { ties: 'file' })
      const problem = writeProblem(name, train, context.scratch, `${name}-train`)
      await context.use(problem)
      const sides = sidesOf(context, problem, trainingSet(train, 'log'), validation)
      const trials = await tuneAll(context, name, sides)
      for (const peer of Object.keys(sides).filter(side => side !== 'ours')) await race(context, name, { sides, trials, peer })
    }
  },
}

function sidesOf({ ours, peers, choice, scratch }: BenchContext, problem: Problem, training: TrainingSet, holdout: Interactions): Sides {
  const threads = Math.max(...choice.threads)
  const ndcgOf = async (file: string): Promise<number> => {
    const { tensors } = decodeSafetensors(new Uint8Array(readFileSync(file)), file)
    const model = await factorModel(tensors.users, tensors.items)
    const input = { training: training.byUser, holdout, ks: [10], stage: 'validate' }
    return significant((await evaluateModel(model, input, {})).metrics['ndcg@10'])
  }
  const starts = new Map<number, string>()
  const startOf = async (factors: number): Promise<string> => {
    const start = starts.get(factors) ?? await startFile({ scratch }, problem, factors)
    starts.set(factors, start)
    return start
  }
  const questionOf = (config: AlsConfig, iterations: number, solver: FitQuestion['solver']): FitQuestion =>
    ({ ...config, regularization: lambdaOf(config, problem), threads, iterations, solver })
  const own: Side['fit'] = async (config, iterations) => {
    const served = path.join(scratch, 'quality-ours.safetensors')
    const { total } = await fitOurs(ours, questionOf(config, iterations, 'cg'), { served })
    return { ms: total, ndcg: () => ndcgOf(served) }
  }
  const their = (peer: Worker, solver: FitQuestion['solver']): Side['fit'] => async (config, iterations) => {
    const out = path.join(scratch, 'quality-theirs')
    const { total } = await fitPeer(peer, questionOf(config, iterations, solver), await startOf(config.factors), { snapshots: [iterations], out })
    return { ms: total, ndcg: () => ndcgOf(`${out}-${iterations}.safetensors`) }
  }
  return {
    ours: { settings: { cgSteps: [2, 3], momentum: [0, 0.5, 0.7], regularizationScaling: ['none', 'counts'] }, fit: own },
    ...(peers.implicit && { 'implicit cg': { settings: { cgSteps: [2, 3] }, fit: their(peers.implicit, 'cg') } }),
    ...(peers.buffalo && { 'buffalo cg': { settings: { cgSteps: [2, 3], regularizationScaling: ['none', 'counts'] }, fit: their(peers.buffalo, 'cg') } }),
    ...(peers.irspack && { 'irspack ialspp': {
      settings: { block: [16, 32, 64], regularizationScaling: ['none', 'ials'], unobservedWeight: UNOBSERVED }, fit: their(peers.irspack, 'ialspp'),
    } }),
  }
}

/** By side, the best first. The log, in the order in which they ran, is committed beside the results. */
async function tuneAll({ say }: BenchContext, name: DataName, sides: Sides): Promise<Record<string, Trial[]>> {
  const trials: Record<string, Trial[]> = {}
  let log = ''
  for (const [side, { settings, fit }] of Object.entries(sides)) {
    const ran = await tune({ ...alsSpace, ...settings }, TRIALS, async (config: AlsConfig) => {
      const { ms, ndcg } = await fit(config, config.iterations)
      return { ms: significant(ms), ndcg: await ndcg() }
    })
    log += ran.map(trial => `${JSON.stringify({ side, ...trial })}\n`).join('')
    trials[side] = ran.toSorted((a, b) => b.ndcg - a.ndcg)
    say(`${side}: best of ${ran.length} trials ${JSON.stringify(trials[side][0])}`)
  }
  writeFileSync(inRoot('bench', 'results', `time-to-quality-${name}.jsonl`), log)
  return trials
}

interface Reached { readonly config: AlsConfig, readonly iterations: number, readonly ms: number }

/** What reaches the target soonest; a configuration is given up once its fits take clearly longer than the soonest so far. */
async function soonest({ fit }: Side, trials: readonly Trial[], target: number): Promise<Reached | undefined> {
  let found: Reached | undefined
  for (const { config } of trials.slice(0, RACERS)) {
    for (let iterations = 1; iterations <= ITERATIONS; iterations++) {
      const { ms, ndcg } = await fit(config, iterations)
      if (found && ms > 1.2 * found.ms) break
      if (await ndcg() < target) continue
      if (!found || ms < found.ms) found = { config, iterations, ms }
      break
    }
  }
  return found
}

interface Race { readonly sides: Sides, readonly trials: Readonly<Record<string, readonly Trial[]>>, readonly peer: string }

async function race({ choice, add, say }: BenchContext, data: DataName, { sides, trials, peer }: Race): Promise<void> {
  const [{ ndcg: target, config: best }] = trials[peer]
  const [own, other] = [await soonest(sides.ours, trials.ours, target), await soonest(sides[peer], trials[peer], target)]
  if (!own || !other) return say(`time-to-quality ${data}: ${own ? peer : 'ours'} does not reach ${target} with any configuration`)
  const run = (side: string, { config, iterations }: Reached) => async () => (await sides[side].fit(config, iterations)).ms
  const measured = await alternate(run('ours', own), { [peer]: run(peer, other) }, choice.pairs)
  const whole: number[] = []
  for (let time = 0; time < choice.pairs; time++) whole.push((await sides[peer].fit(best, best.iterations)).ms)
  const notes = Object.entries({ ours: own, theirs: other })
    .flatMap(([side, { config, iterations }]) => Object.entries({ ...config, iterations }).map(([name, value]) => `${name} ${side} ${value}`))
  add({
    measurement: 'time-to-quality', case: { data, threads: Math.max(...choice.threads), until: peer }, unit: 'ms', ...measured,
    figures: { target, 'best ours': trials.ours[0].ndcg, 'best trial theirs, ms': significant(median(whole)) }, notes,
  })
}
