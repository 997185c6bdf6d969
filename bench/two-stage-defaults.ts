// The search behind the defaults of the two stages: NDCG@10 on the validation item, never the test item.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/two-stage-defaults.ts
//
// One option after the other, on ml-1m-next-item (file order) and on ML-100K (ties by hash). Every configuration tried is a line of
// bench/results/two-stage-defaults.jsonl; a line that is there already is not measured again.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { questionsOf, modelDefinition, resolveOptions, splitterDefinition, trainingParts, trainingSet } from '@matinee/core'
import { datasetDefinition, locateDataset, readDataset } from '../packages/matinee/src/files/index.ts'
import { inRoot } from '../tools/paths.mjs'

const SEED = 42
const more: readonly Readonly<Record<string, number>>[] = [
  { positions: 5 }, { positions: 15 }, { numLeaves: 63 }, { minDataInLeaf: 300 }, { featureFraction: 0.3 }, { negatives: 80 }, { lambda: 20 },
]
const few: readonly Readonly<Record<string, number>>[] = [{}, { earlyStopping: 40 }, { trees: 240, learningRate: 0.05 }, { learningRate: 0.1 }, { learningRate: 0.04 }, { numLeaves: 15 }, { minDataInLeaf: 30 }, { negatives: 20 }]
const cases = [{ data: 'ml-100k', ties: 'hash', configs: [...few, ...more] }, { data: 'ml-1m-next-item', ties: 'file', configs: few }] as const

const log = inRoot('bench', 'results', 'two-stage-defaults.jsonl')
const known = new Set(existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').map(line => keyOf(JSON.parse(line) as Line)) : [])
const definition = modelDefinition('lambdamart')

interface Line { readonly data: string, readonly config: object }
function keyOf({ data, config }: Line): string {
  return JSON.stringify([data, config])
}

for (const { data, ties, configs } of cases) {
  const dataset = datasetDefinition(data)
  const located = await locateDataset(dataset, { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
  if (!located) throw new Error(`set MATINEE_DATA_DIR to a folder that holds ${data}/`)
  const loaded = await readDataset(dataset, located.folder)
  const split = splitterDefinition('leave-last-n').split(loaded, { ties, ...(ties === 'hash' && { seed: SEED }) })
  const isKept = split.roles.map(role => role === 0 ? 1 : 0)
  const training = trainingSet(loaded.interactions, 'log', { isKept, ...trainingParts(definition.uses ?? [], loaded, { ties, seed: SEED }, isKept) })
  for (const given of configs) {
    const config = resolveOptions(definition.options, given)
    if (known.has(keyOf({ data, config }))) continue
    const begun = performance.now()
    const model = await definition.fit(training, config, { seed: SEED })
    const seconds = Math.round((performance.now() - begun) / 100) / 10
    const { metrics } = await questionsOf({ training, split, evaluatedOn: 'validation', seed: SEED, k: 10 }).ofModel(model, {})
    const line = JSON.stringify({ data, ties, config, seconds, 'recall@10': metrics['recall@10'], 'ndcg@10': metrics['ndcg@10'] })
    console.log(line)
    appendFileSync(log, `${line}\n`)
  }
}
