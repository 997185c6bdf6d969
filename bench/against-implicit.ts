// ALS beside the `implicit` library on ML-100K: hyper-parameters converted, five seeds each; oracles/implicit.ts says how.
// Nothing is chosen here, so the test item may be looked at.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/against-implicit.ts > bench/oracles/against-implicit.json
import { splitterDefinition, trainingSet } from '../packages/core/src/index.ts'
import { resolveOptions } from '../packages/core/src/base/index.ts'
import { models } from '../packages/core/src/model/index.ts'
import { datasetDefinition, locateDataset, readDataset } from '../packages/matinee/src/files/index.ts'
import { askImplicit, difference, measured, METRICS, ours, summary, type Data, type Metric, type PerUser } from './oracles/implicit.ts'
import { frobeniusError, startOf, type AlsOptions } from './oracles/problem.ts'
import { pythonWith } from './oracles/python.ts'

const SEEDS = [1, 2, 3, 4, 5]
const SOLVERS = ['cg', 'cholesky'] as const
const KINDS = ['as fitted', 'recalculated', 'recalculated, our start'] as const

const definition = datasetDefinition('ml-100k')
const located = await locateDataset(definition, { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
if (!located) throw new Error('set MATINEE_DATA_DIR to a folder that holds ml-100k/')
const python = await pythonWith('implicit')
if (python.missing !== undefined) throw new Error(python.missing)
const { program } = python
const split = splitterDefinition('leave-last-n').split(await readDataset(definition, located.folder), { ties: 'file' })
const data: Data = { training: trainingSet(split.fitRows, 'log'), fitRows: split.fitRows, holdout: split.test }
let versions: Readonly<Record<string, string>> = {}

/** By kind: implicit from its own start, as it leaves the users and with them solved again, and from ours. */
async function theirs(options: AlsOptions, seed: number, useCg: boolean): Promise<Record<typeof KINDS[number], PerUser>> {
  const own = await askImplicit(program, data, options, { seed, useCg })
  const same = await askImplicit(program, data, options, { seed, useCg, start: await startOf(data.training, options, seed) })
  versions = own.metadata
  return {
    'as fitted': await measured(data, options, own.tensors.user_factors.data, own.tensors.item_factors.data),
    'recalculated': await measured(data, options, own.tensors.recalculated_users.data, own.tensors.item_factors.data),
    'recalculated, our start': await measured(data, options, same.tensors.recalculated_users.data, same.tensors.item_factors.data),
  }
}

/** Both exact, from the same item factors: how far apart the factors are. */
async function sameStart(options: AlsOptions) {
  const exact = resolveOptions(models.als.options, { ...options, solver: 'cholesky', iterations: 5 })
  const { tensors } = await askImplicit(program, data, exact, { seed: 1, useCg: false, start: await startOf(data.training, exact, 1) })
  const own = (await models.als.fit(data.training, exact, { seed: 1 })).state().tensors
  return {
    userError: frobeniusError(own.user_factors.data, tensors.recalculated_users.data),
    itemError: frobeniusError(own.item_factors.data, tensors.item_factors.data),
  }
}

const byMetric = <Value>(value: (metric: Metric) => Value) => Object.fromEntries(METRICS.map(metric => [metric, value(metric)]))

async function compare(options: AlsOptions) {
  const runs: Record<string, PerUser[]> = {}
  const add = (name: string, run: PerUser): void => { (runs[name] ??= []).push(run) }
  for (const seed of SEEDS) {
    for (const solver of SOLVERS) {
      add(`matinee ${solver}`, await ours(data, { ...options, solver }, seed))
      for (const [kind, run] of Object.entries(await theirs(options, seed, solver === 'cg'))) add(`implicit ${solver} ${kind}`, run)
    }
  }
  const { factors, alpha, regularization, iterations, cgSteps } = options
  return {
    options: { factors, alpha, regularization, iterations, cgSteps },
    sameStartFiveIterations: await sameStart(options),
    runs: Object.fromEntries(Object.entries(runs).map(([name, each]) => [name, byMetric(metric => summary(each, metric))])),
    differences: Object.fromEntries(SOLVERS.flatMap(solver => KINDS.map(kind => {
      const [a, b] = [`matinee ${solver}`, `implicit ${solver} ${kind}`]
      return [`${a} − ${b}`, byMetric(metric => difference(runs[a], runs[b], metric))]
    }))),
  }
}

const report = []
// The same iterations on both sides: implicit has no momentum.
for (const given of [{}, { factors: 64, regularization: 0.1 }]) {
  report.push(await compare(resolveOptions(models.als.options, { iterations: 10, momentum: 0, ...given })))
}
console.log(JSON.stringify({ dataset: 'ml-100k', split: split.protocol, seeds: SEEDS, versions, report }, null, 1))
