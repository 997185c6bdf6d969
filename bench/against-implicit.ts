// ALS beside the `implicit` library on ML-100K: the same training rows, hyper-parameters converted, five seeds each, and one
// function for all ranks, so that only the fit differs. Nothing is chosen here, so the test item may be looked at.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/against-implicit.ts > bench/oracles/against-implicit.json
//
// implicit's last step solves the items, so its users are those of the step before; `recalculated` solves them again for the
// final items, as fitAls does. Its own start is uniform in [0, .01), ours is normal, so a seed means something else on each side;
// `our start` gives implicit the item factors that our seed draws (and users at zero), which leaves nothing but the solver.
import { evaluateModel, models, resolveOptions, splitterDefinition, trainingSet } from '@matinee/core'
import { datasetDefinition, locateDataset, readDataset } from '../packages/matinee/src/files/index.ts'
import { problemFile, startOf, frobeniusError, type AlsOptions } from './oracles/problem.ts'
import { askOracle, pythonWith } from './oracles/python.ts'

const SEEDS = [1, 2, 3, 4, 5]
const METRICS = ['recall@10', 'ndcg@10'] as const
type Metric = typeof METRICS[number]
/** The metrics of each user counted, [usersCounted] each. */
type PerUser = Readonly<Record<Metric, Float64Array>>

const definition = datasetDefinition('ml-100k')
const located = await locateDataset(definition, { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
if (!located) throw new Error('set MATINEE_DATA_DIR to a folder that holds ml-100k/')
const python = await pythonWith('implicit')
if (python.missing !== undefined) throw new Error(python.missing)
const { program } = python
const split = splitterDefinition('leave-last-n').split(await readDataset(definition, located.folder), { ties: 'file' })
const training = trainingSet(split.fitRows, 'log')
let versions: Readonly<Record<string, string>> = {}

async function measured(userFactors: Float32Array, itemFactors: Float32Array, options: AlsOptions): Promise<PerUser> {
  const { nUsers, nItems } = training.interactions
  const model = await models.als.restore({
    model: 'als',
    options: { ...options },
    tensors: { user_factors: { shape: [nUsers, options.factors], data: userFactors }, item_factors: { shape: [nItems, options.factors], data: itemFactors } },
  })
  const input = { training: training.byUser, holdout: split.test, ks: [10], resamples: 100, seed: 1, stage: 'evaluate' }
  return (await evaluateModel(model, input, {})).perUser.values as PerUser
}

const floats = (tensors: Awaited<ReturnType<typeof askOracle>>['tensors'], name: string): Float32Array => Float32Array.from(tensors[name].data)

async function ours(options: AlsOptions, seed: number): Promise<PerUser> {
  const { tensors } = (await models.als.fit(training, options, { seed })).state()
  return measured(floats(tensors, 'user_factors'), floats(tensors, 'item_factors'), options)
}

async function theirs(options: AlsOptions, question: { seed: number, useCg: boolean, start?: Float32Array }): Promise<{ asFitted: PerUser, recalculated: PerUser }> {
  const { tensors, metadata } = await askOracle(program, 'implicit_als.py', problemFile(training.interactions, options, question))
  versions = metadata
  const items = floats(tensors, 'item_factors')
  return {
    asFitted: await measured(floats(tensors, 'user_factors'), items, options),
    recalculated: await measured(floats(tensors, 'recalculated_users'), items, options),
  }
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: ArrayLike<number>): number => {
  const centre = mean(values)
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}

/** A metric's mean over five seeds, with the standard error over seeds, and over users of their mean over seeds. */
function summary(runs: readonly PerUser[], metric: Metric) {
  const each = runs.map(run => mean(run[metric]))
  const users = meanOverSeeds(runs, metric)
  return { mean: mean(each), errorOverSeeds: deviation(each) / Math.sqrt(each.length), errorOverUsers: deviation(users) / Math.sqrt(users.length), each }
}

const meanOverSeeds = (runs: readonly PerUser[], metric: Metric): Float64Array =>
  Float64Array.from(runs[0][metric], (_, user) => mean(runs.map(run => run[metric][user])))

/** Ours − theirs, user by user, with the errors it is to be seen against. */
function difference(a: readonly PerUser[], b: readonly PerUser[], metric: Metric) {
  const [x, y] = [summary(a, metric), summary(b, metric)]
  const [users, others] = [meanOverSeeds(a, metric), meanOverSeeds(b, metric)]
  const paired = users.map((value, user) => value - others[user])
  return {
    difference: x.mean - y.mean,
    errorOverUsers: x.errorOverUsers,
    errorOverSeeds: Math.sqrt(x.errorOverSeeds ** 2 + y.errorOverSeeds ** 2),
    pairedErrorOverUsers: deviation(paired) / Math.sqrt(paired.length),
  }
}

/** Both exact, from the same item factors: how far apart the factors are. */
async function sameStart(options: AlsOptions) {
  const exact = resolveOptions(models.als.options, { ...options, solver: 'cholesky', iterations: 5 })
  const start = await startOf(training, exact, 1)
  const { tensors } = await askOracle(program, 'implicit_als.py', problemFile(training.interactions, exact, { start, seed: 1, useCg: false }))
  const own = (await models.als.fit(training, exact, { seed: 1 })).state().tensors
  return {
    userError: frobeniusError(own.user_factors.data, tensors.recalculated_users.data),
    itemError: frobeniusError(own.item_factors.data, tensors.item_factors.data),
  }
}

const report = []
for (const given of [{}, { factors: 64, regularization: 0.1 }]) {
  const options = resolveOptions(models.als.options, given)
  const runs: Record<string, PerUser[]> = {}
  const add = (name: string, run: PerUser): void => { (runs[name] ??= []).push(run) }
  for (const seed of SEEDS) {
    add('matinee cg', await ours(options, seed))
    add('matinee cholesky', await ours({ ...options, solver: 'cholesky' }, seed))
    for (const [solver, useCg] of [['cg', true], ['cholesky', false]] as const) {
      const { asFitted, recalculated } = await theirs(options, { seed, useCg })
      add(`implicit ${solver}`, asFitted)
      add(`implicit ${solver} recalculated`, recalculated)
      add(`implicit ${solver} recalculated, our start`, (await theirs(options, { seed, useCg, start: await startOf(training, options, seed) })).recalculated)
    }
  }
  const { factors, alpha, regularization, iterations, cgSteps } = options
  const byMetric = <Value>(value: (metric: Metric) => Value) => Object.fromEntries(METRICS.map(metric => [metric, value(metric)]))
  report.push({
    options: { factors, alpha, regularization, iterations, cgSteps },
    sameStartFiveIterations: await sameStart(options),
    runs: Object.fromEntries(Object.entries(runs).map(([name, each]) => [name, byMetric(metric => summary(each, metric))])),
    differences: Object.fromEntries(['cg', 'cholesky'].flatMap(solver => ['', ' recalculated', ' recalculated, our start'].map(kind => {
      const name = `implicit ${solver}${kind}`
      return [`matinee ${solver} − ${name}`, byMetric(metric => difference(runs[`matinee ${solver}`], runs[name], metric))]
    }))),
  })
  console.error(JSON.stringify(report.at(-1), null, 1))
}
console.log(JSON.stringify({ dataset: 'ml-100k', split: split.protocol, seeds: SEEDS, versions, report }, null, 1))
