// Chooses the defaults of `als` on the validation item of ML-100K; the test item is never looked at.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/als-defaults.ts
//
// alpha stays 40. Every configuration tried is a line of bench/results/als-defaults.jsonl; one that stands there
// already is not tried again. The chosen one has the highest mean NDCG@10 over tie rules and seeds.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { evaluateModel, models, resolveOptions, splitterDefinition, trainingSet } from '@matinee/core'
import { datasetDefinition, locateDataset, readDataset } from '../packages/matinee/src/files/index.ts'

const LOG = new URL('./results/als-defaults.jsonl', import.meta.url)
const SEEDS = [1, 2, 3]
const TIES = ['file', 'hash']
/** First coarsely, then around the best of it. */
const grids = [
  { factors: [64, 128, 256], regularization: [0.1, 1, 10, 30, 50, 100, 200, 400], iterations: [15], cgSteps: [2], momentum: [0] },
  { factors: [128, 256], regularization: [30, 50], iterations: [5, 10, 20], cgSteps: [2], momentum: [0] },
  { factors: [128, 256], regularization: [30], iterations: [10], cgSteps: [3], momentum: [0] },
  { factors: [128, 256], regularization: [40], iterations: [10, 15], cgSteps: [2], momentum: [0] },
  { factors: [256], regularization: [40], iterations: [6, 8, 10, 12], cgSteps: [2], momentum: [0.5, 0.7] },
  { factors: [256], regularization: [40], iterations: [5, 6, 7], cgSteps: [2], momentum: [0.4, 0.6] },
]

type Config = Record<'factors' | 'regularization' | 'iterations' | 'cgSteps' | 'momentum', number>
interface Trial { config: Config, 'ndcg@10': number, 'recall@10': number, seconds: number, each: Look[] }
interface Look { ties: string, seed: number, 'ndcg@10': number, 'recall@10': number }

const definition = datasetDefinition('ml-100k')
const located = await locateDataset(definition, { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
if (!located) throw new Error('set MATINEE_DATA_DIR to a folder that holds ml-100k/')
const dataset = await readDataset(definition, located.folder)
const threads = availableParallelism()

async function tryConfig(config: Config): Promise<Trial> {
  const start = performance.now()
  const each: Look[] = []
  for (const ties of TIES) {
    for (const seed of SEEDS) {
      const split = splitterDefinition('leave-last-n').split(dataset, { ties, seed })
      const training = trainingSet(split.train, 'log')
      const model = await models.als.fit(training, resolveOptions(models.als.options, config), { seed, threads })
      const input = { training: training.byUser, holdout: split.validation, ks: [10], stage: 'validate' }
      const { metrics } = await evaluateModel(model, input, {})
      each.push({ ties, seed, 'ndcg@10': metrics['ndcg@10'], 'recall@10': metrics['recall@10'] })
    }
  }
  const mean = (name: 'ndcg@10' | 'recall@10'): number => each.reduce((sum, one) => sum + one[name], 0) / each.length
  return { config, 'ndcg@10': mean('ndcg@10'), 'recall@10': mean('recall@10'), seconds: Math.round(performance.now() - start) / 1000, each }
}

const configs = grids.flatMap(grid => Object.entries(grid).reduce<Partial<Config>[]>(
  (partial, [name, values]) => partial.flatMap(config => values.map(value => ({ ...config, [name]: value }))), [{}])) as Config[]
const trials: Trial[] = existsSync(LOG) ? readFileSync(LOG, 'utf8').trim().split('\n').filter(Boolean).map(line => JSON.parse(line) as Trial) : []
const done = new Set(trials.map(({ config }) => JSON.stringify(config)))
for (const config of configs) {
  if (done.has(JSON.stringify(config))) continue
  const trial = await tryConfig(config)
  trials.push(trial)
  appendFileSync(LOG, `${JSON.stringify(trial)}\n`)
}
trials.sort((a, b) => b['ndcg@10'] - a['ndcg@10'])
for (const { config, ...means } of trials.slice(0, 15)) {
  console.log(means['ndcg@10'].toFixed(4), means['recall@10'].toFixed(4), JSON.stringify(config))
}
