// The searches behind the defaults of `item-knn`, `transitions` and `neighbours`: NDCG@10 on the validation item, never the test item.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/item-weights-defaults.ts item-knn|transitions|neighbours
//
// item-knn: ML-100K, file order, every combination. The others: ml-1m-next-item; one option after the other, from where it stands
// best, twice round.
// Every configuration tried is a line of bench/results/NAME-defaults.jsonl.
import { writeFileSync } from 'node:fs'
import { evaluateModel, modelDefinition, resolveOptions, splitterDefinition, trainingParts, trainingSet } from '@matinee/core'
import { datasetDefinition, locateDataset, readDataset } from '../packages/matinee/src/files/index.ts'
import { inRoot } from '../tools/paths.mjs'

const searches = {
  'item-knn': {
    data: 'ml-100k', isGrid: true, start: { similarity: 'cosine', neighbours: 20, shrinkage: 0 },
    values: { similarity: ['cosine', 'tf-idf', 'bm25'], neighbours: [3, 5, 7, 10, 14, 20, 50, 100, 200], shrinkage: [0, 1, 3, 10, 30] },
  },
  'transitions': {
    data: 'ml-1m-next-item', isGrid: false, start: { window: 30, normalisation: 0.5, neighbours: 1000, lastItems: 20, decay: 0.85 },
    values: { window: [10, 20, 30, 50, 80, 120], normalisation: [0.3, 0.35, 0.4, 0.45, 0.5, 0.6], decay: [0.6, 0.65, 0.7, 0.75, 0.8, 0.85], lastItems: [20, 40, 80], neighbours: [300, 500, 1000] },
  },
  'neighbours': {
    data: 'ml-1m-next-item', isGrid: false, start: { lastItems: 20, decay: 0.9, normalisation: 0.3, scale: 20, neighbours: 500, window: 30 },
    values: { decay: [0.8, 0.85, 0.9, 0.95], normalisation: [0.1, 0.2, 0.3, 0.5], scale: [5, 10, 20, 40], lastItems: [10, 20, 30], neighbours: [300, 500, 1000], window: [15, 30, 60] },
  },
} as const

type Config = Readonly<Record<string, number | string>>

const name = process.argv[2] as keyof typeof searches
const { data, isGrid, start, values } = searches[name]
const definition = datasetDefinition(data)
const located = await locateDataset(definition, { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
if (!located) throw new Error(`set MATINEE_DATA_DIR to a folder that holds ${data}/`)
const dataset = await readDataset(definition, located.folder)
const split = splitterDefinition('leave-last-n').split(dataset, { ties: 'file' })
const isKept = split.roles.map(role => role === 0 ? 1 : 0)
const model = modelDefinition(name)
const training = trainingSet(dataset.interactions, 'log', { isKept, ...trainingParts(model.uses ?? [], dataset, { ties: 'file', seed: 42 }, isKept) })

const tried = new Map<string, number>()
const lines: string[] = []
async function look(config: Config): Promise<number> {
  const key = JSON.stringify(config)
  const known = tried.get(key)
  if (known !== undefined) return known
  const fitted = await model.fit(training, resolveOptions(model.options, config), { seed: 1 })
  const { metrics } = await evaluateModel(fitted, { training: training.byUser, holdout: split.validation, ks: [10], stage: 'validate' }, {})
  lines.push(JSON.stringify({ config, 'recall@10': metrics['recall@10'], 'ndcg@10': metrics['ndcg@10'] }))
  console.log(lines.at(-1))
  tried.set(key, metrics['ndcg@10'])
  return metrics['ndcg@10']
}

let best: Config = start
const combinations = Object.entries<readonly (number | string)[]>(values)
  .reduce<Config[]>((configs, [option, list]) => configs.flatMap(config => list.map(value => ({ ...config, [option]: value }))), [{}])
if (isGrid) for (const config of combinations) if (await look(config) > await look(best)) best = config
for (let round = 0; round < 2; round++) {
  for (const [option, list] of Object.entries<readonly (number | string)[]>(values)) {
    for (const value of list) {
      const config = { ...best, [option]: value }
      if (await look(config) > await look(best)) best = config
    }
  }
}
writeFileSync(inRoot('bench', 'results', `${name}-defaults.jsonl`), `${lines.join('\n')}\n`)
console.log('best', JSON.stringify(best), lines.length)
