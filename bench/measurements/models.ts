// Our models beside the peers' own code: how good their lists are when each side has had as many trials, and how long a fit takes.
//
// Leave-last-n, ties in the file's order. The trials (trials.ts) are fitted on training and measured on the validation item; every one is
// a line of bench/results/models-*.jsonl. Theirs is the best of its trials; ours the quickest of those that are as good as theirs there, the
// best if none is. Both are fitted on everything but test with each of SEEDS, and measured on the test item, which nothing was chosen on. A side gives its scores of all items for all users, and one function
// measures both. The times are those of the same configurations on the same data, seeds in turn: from the matrix by users to the fitted
// model, whatever a library does in between.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  evaluateModel, featuresOf, splitterDefinition, trainingSet, type Csr, type Dataset, type Features, type Interactions,
} from '@matinee/core'
import { inRoot } from '../../tools/paths.mjs'
import { movieLens, writeProblem, type DataName, type Problem } from '../harness/data.ts'
import { alternate } from '../harness/pairs.ts'
import { meanWithError, significant } from '../harness/statistics.ts'
import type { Worker } from '../harness/worker.ts'
import { scoredModel } from '../ours/scores.ts'
import type { BenchContext, Measurement } from './contract.ts'
import { modelPairs, spaceOf, type ModelPair, type PairName } from './model-pairs.ts'
import { bestOf, tune, type Config, type Space } from './trials.ts'

const DATA: readonly DataName[] = ['ml-100k', 'ml-1m']
const trialsOn = (name: DataName): number => name === 'ml-100k' ? 40 : 10
const TUNING_SEED = 1
const SEEDS = [1, 2, 3]

/** What is fitted on, as the workers load it, and what is hidden from it. */
interface Part { readonly problem: Problem, readonly training: Csr, readonly holdout: Interactions }

interface Side {
  readonly space: Space
  /** Milliseconds; the scores lie in a file afterwards. */
  fit(config: Config, seed: number, threads: number): Promise<number>
  /** NDCG@10 of the last fit, [users with a hidden item]. */
  measure(part: Part): Promise<Float64Array>
}
type Sides = Readonly<Record<'ours' | 'theirs', Side>>
type Best = Readonly<Record<keyof Sides, Config>>

export const modelsBeside: Measurement = {
  summary: 'Models beside the peers\' own, each side after as many trials of tuning: NDCG@10 on the test item, and the time of a fit.',
  async run(context) {
    const { choice, peers, say } = context
    for (const name of choice.data ?? DATA) {
      const dataset = await movieLens(name)
      const split = splitterDefinition('leave-last-n').split(dataset, { ties: 'file' })
      const features = genresOf(dataset)
      const part = (label: string, rows: Interactions, holdout: Interactions): Part => {
        const problem = writeProblem(name, rows, context.scratch, `${name}-${label}`, features)
        return { problem, training: trainingSet(rows, 'log').byUser, holdout }
      }
      const [tuning, final] = [part('train', split.train, split.validation), part('fit', split.fitRows, split.test)]
      for (const model of choice.models ?? Object.keys(modelPairs) as PairName[]) {
        const peer = peers[modelPairs[model].peer]
        if (peer) await besideThePeer(context, { name, model, peer, tuning, final })
        else say(`models ${name} ${model}: no ${modelPairs[model].peer} beside it`)
      }
    }
  },
}

interface Case { readonly name: DataName, readonly model: PairName, readonly peer: Worker, readonly tuning: Part, readonly final: Part }

async function besideThePeer(context: BenchContext, { name, model, peer, tuning, final }: Case): Promise<void> {
  const sides = sidesOf(context, model, peer)
  await context.use(tuning.problem)
  const best = await bestOfTrials(context, sides, { name, model, tuning })
  await context.use(final.problem)
  const quality = await testedOnce(sides, best, final, Math.max(...context.choice.threads))
  for (const threads of context.choice.threads) {
    const run = (side: keyof Sides) => {
      let fits = 0
      return () => sides[side].fit(best[side], SEEDS[fits++ % SEEDS.length], threads)
    }
    // without a warm-up: both sides are warm from the fits before
    const measured = await alternate(run('ours'), { [modelPairs[model].theirs]: run('theirs') }, context.choice.pairs, false)
    const settings = Object.entries(best)
      .flatMap(([side, config]) => Object.entries(config).map(([setting, value]) => [`${setting} ${side}`, value]))
    const figures = { ...quality, ...Object.fromEntries(settings) }
    context.add({ measurement: 'models', case: { data: name, model, threads }, unit: 'ms', ...measured, figures })
  }
}

function sidesOf({ ours, scratch }: BenchContext, model: PairName, peer: Worker): Sides {
  const { theirs, space, fixed = {} }: ModelPair = modelPairs[model]
  const side = (worker: Worker, name: string, its: Space, always: object): Side => {
    const out = path.join(scratch, `scores-${worker.name}.safetensors`)
    return {
      space: its,
      async fit(config, seed, threads) {
        const question = { do: 'fitModel', model: name, config: { ...config, ...always }, seed, threads, out }
        return (await worker.ask<{ ms: number }>(question)).ms
      },
      measure: ({ training, holdout }) => ndcgOfUsers(out, training, holdout),
    }
  }
  return { ours: side(ours, model, spaceOf(model), fixed), theirs: side(peer, theirs, space, {}) }
}

/** By one function for whoever scored. */
async function ndcgOfUsers(scores: string, training: Csr, holdout: Interactions): Promise<Float64Array> {
  const model = scoredModel(new Uint8Array(readFileSync(scores)), scores)
  const { perUser } = await evaluateModel(model, { training, holdout, ks: [10], stage: 'measure' }, {})
  return perUser.values['ndcg@10']
}

/** What each side is measured with; the log, in the order in which they ran, is committed beside the results. */
async function bestOfTrials({ choice, say }: BenchContext, sides: Sides, { name, model, tuning }: Omit<Case, 'peer' | 'final'>): Promise<Best> {
  const threads = Math.max(...choice.threads)
  let log = ''
  const trialsOf = async (side: keyof Sides) => {
    const trials = await tune(sides[side].space, choice.trials ?? trialsOn(name), async (config: Config) => {
      const trial = await tried(sides[side], config, tuning, threads)
      log += `${JSON.stringify({ side, config, ...trial })}\n`
      return trial
    })
    const best = bestOf(trials)
    if (best.error !== undefined) throw new Error(`${model}, ${side}: no trial came to an end; the best: ${best.error}`)
    say(`models ${name} ${model}, ${side}: best of ${trials.length} trials ${JSON.stringify(best)}`)
    return { trials, best }
  }
  const [ours, { best: theirs }] = [await trialsOf('ours'), await trialsOf('theirs')]
  writeFileSync(inRoot('bench', 'results', `models-${name}-${model}.jsonl`), log)
  const asGood = ours.trials.filter(({ ndcg }) => ndcg >= theirs.ndcg).sort((a, b) => a.ms - b.ms)
  return { ours: (asGood.at(0) ?? ours.best).config, theirs: theirs.config }
}

/** A configuration that a side cannot fit (factors that leave the finite numbers) is its worst, and says why. */
async function tried(side: Side, config: Config, part: Part, threads: number): Promise<{ ms: number, ndcg: number, error?: string }> {
  try {
    const ms = significant(await side.fit(config, TUNING_SEED, threads))
    return { ms, ndcg: significant(meanWithError(await side.measure(part)).mean) }
  } catch (error) {
    return { ms: Infinity, ndcg: 0, error: (error as Error).message.split('\n').findLast(line => /^\S/.test(line)) ?? '' } // of a trace, the message
  }
}

/** A user's NDCG@10 is the mean over the seeds; errors are those of a mean over users, of the difference user by user. */
async function testedOnce(sides: Sides, best: Best, final: Part, threads: number): Promise<Record<string, number>> {
  const ofUsers = async (side: keyof Sides): Promise<number[]> => {
    const sums: number[] = []
    for (const seed of SEEDS) {
      await sides[side].fit(best[side], seed, threads)
      ;(await sides[side].measure(final)).forEach((value, user) => { sums[user] = (sums[user] ?? 0) + value })
    }
    return sums.map(sum => sum / SEEDS.length)
  }
  const [ours, theirs] = [await ofUsers('ours'), await ofUsers('theirs')]
  const difference = ours.map((value, user) => value - theirs[user])
  const figures = Object.entries({ ours, theirs, difference }).flatMap(([what, values]) => {
    const { mean, error } = meanWithError(values)
    return [[`ndcg@10 ${what}`, significant(mean)], [`standard error ${what}`, significant(error)]]
  })
  return Object.fromEntries(figures)
}

/** What both sides are told of the items: their genres. */
function genresOf({ catalogue }: Dataset): Features {
  return featuresOf(catalogue.map(({ attributes: { genres } }) => ({ attributes: { ...(genres && { genres }) } })))
}
