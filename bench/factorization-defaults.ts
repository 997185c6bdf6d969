// Chooses the defaults of `bpr`, `warp` and `lightfm` on the validation item of ML-100K; the test item is never looked at.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/factorization-defaults.ts [model …]
//
// For each model the same number of configurations: one by hand, from a first look, and the others drawn by a seed from the options'
// ranges for a tuner. One fit each; the best of them then with more seeds. Every fit is a line of bench/results/factorization-defaults.jsonl; one that stands there
// already is not done again. Ties: file. The chosen configuration has the highest mean NDCG@10 over the seeds.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { evaluateModel, modelDefinition, resolveOptions, seededRandom, splitterDefinition, trainingParts, trainingSet, type OptionSpec } from '@matinee/core'
import { datasetDefinition, locateDataset, readDataset } from '../packages/matinee/src/files/index.ts'

const LOG = new URL('./results/factorization-defaults.jsonl', import.meta.url)
const DRAWN = 40
const BY_HAND: Readonly<Record<string, Config>> = {
  bpr: { factors: 64, epochs: 100, learningRate: 0.1, userRegularization: 0.01, itemRegularization: 0.01 },
  warp: { factors: 64, epochs: 60, learningRate: 0.03, userRegularization: 0.01, itemRegularization: 0.01, tries: 30 },
  lightfm: { factors: 64, epochs: 60, learningRate: 0.03, userRegularization: 0.01, itemRegularization: 0.01, tries: 30 },
}
const FINALISTS = 5
const SEEDS = [1, 2, 3]

type Config = Readonly<Record<string, number | string>>
interface Look { model: string, config: Config, seed: number, 'ndcg@10': number, 'recall@10': number, seconds: number }

const definition = datasetDefinition('ml-100k')
const located = await locateDataset(definition, { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
if (!located) throw new Error('set MATINEE_DATA_DIR to a folder that holds ml-100k/')
const dataset = await readDataset(definition, located.folder)
const { train, validation } = splitterDefinition('leave-last-n').split(dataset, { ties: 'file', seed: 1 })
const looks: Look[] = existsSync(LOG) ? readFileSync(LOG, 'utf8').trim().split('\n').filter(Boolean).map(line => JSON.parse(line) as Look) : []

async function look(model: string, config: Config, seed: number): Promise<Look> {
  const known = looks.find(one => one.model === model && one.seed === seed && JSON.stringify(one.config) === JSON.stringify(config))
  if (known) return known
  const { options, uses = [], fit } = modelDefinition(model)
  const training = trainingSet(train, 'log', trainingParts(uses, dataset, { ties: 'file', seed: 1 }))
  const start = performance.now()
  const fitted = await fit(training, resolveOptions(options, config), { seed })
  const seconds = Math.round(performance.now() - start) / 1000
  const { metrics } = await evaluateModel(fitted, { training: training.byUser, holdout: validation, ks: [10], stage: 'validate' }, {})
  const result = { model, config, seed, 'ndcg@10': metrics['ndcg@10'], 'recall@10': metrics['recall@10'], seconds }
  looks.push(result)
  appendFileSync(LOG, `${JSON.stringify(result)}\n`)
  return result
}

// Two digits are as many as a default should have.
function drawnFrom(spec: OptionSpec, uniform: () => number): number | string {
  if (spec.kind === 'choice') return (spec.tune ?? [spec.default])[Math.floor(uniform() * (spec.tune?.length ?? 1))]
  if (!spec.tune) return spec.default
  const { min, max, scale } = spec.tune
  const share = uniform()
  const value = scale === 'log' ? min * (max / min) ** share : min + share * (max - min)
  return spec.kind === 'integer' ? Math.round(value) : Number(value.toPrecision(2))
}

for (const model of process.argv.length > 2 ? process.argv.slice(2) : ['bpr', 'warp', 'lightfm']) {
  const { uniform } = seededRandom(1)
  const { options } = modelDefinition(model)
  const drawn = Array.from({ length: DRAWN }, () => Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, drawnFrom(spec, uniform)])))
  const configs: Config[] = [...model in BY_HAND ? [BY_HAND[model]] : [], ...drawn]
  const first: Look[] = []
  for (const config of configs) first.push(await look(model, config, SEEDS[0]))
  const finalists = first.sort((a, b) => b['ndcg@10'] - a['ndcg@10']).slice(0, FINALISTS)
  for (const { config } of finalists) {
    const each: Look[] = []
    for (const seed of SEEDS) each.push(await look(model, config, seed))
    const mean = (name: 'ndcg@10' | 'recall@10'): string => (each.reduce((sum, one) => sum + one[name], 0) / each.length).toFixed(4)
    console.log(model, mean('ndcg@10'), mean('recall@10'), `${each[0].seconds} s`, JSON.stringify(config))
  }
}
