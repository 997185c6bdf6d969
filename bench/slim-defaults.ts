// The search behind the defaults of `slim`: NDCG@10 on the validation item of ML-100K, never the test item.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/slim-defaults.ts
//
// Every configuration tried is a line of bench/results/slim-defaults.jsonl; one that stands there already is not tried again.
// The chosen one has the highest mean over three orders of equal times: the file's, and two by hash.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { evaluateModel, models, splitterDefinition, trainingSet } from '@matinee/core'
import { inRoot } from '../tools/paths.mjs'
import { movieLens } from './harness/data.ts'

interface Look { ties: string, seed: number, 'ndcg@10': number, 'recall@10': number }

const LOG = inRoot('bench', 'results', 'slim-defaults.jsonl')
const done = existsSync(LOG) ? readFileSync(LOG, 'utf8') : ''
const dataset = await movieLens('ml-100k')
const splits = [{ ties: 'file', seed: 1 }, { ties: 'hash', seed: 1 }, { ties: 'hash', seed: 2 }]
  .map(rule => ({ ...rule, ...splitterDefinition('leave-last-n').split(dataset, rule) }))
for (const neighbours of [50, 100, 200, 400]) {
  for (const regularization of [10, 20, 35, 50, 100, 200]) {
    for (const dropout of [0, 0.1, 0.25]) {
      const config = { neighbours, regularization, dropout }
      if (done.includes(JSON.stringify(config))) continue
      const each: Look[] = []
      for (const { ties, seed, train, validation } of splits) {
        const training = trainingSet(train, 'log')
        const model = await models.slim.fit(training, config, { seed: 1 })
        const { metrics } = await evaluateModel(model, { training: training.byUser, holdout: validation, ks: [10], stage: 'validate' }, {})
        each.push({ ties, seed, 'ndcg@10': metrics['ndcg@10'], 'recall@10': metrics['recall@10'] })
      }
      const mean = (name: 'ndcg@10' | 'recall@10'): number => each.reduce((sum, one) => sum + one[name], 0) / each.length
      const trial = { config, 'ndcg@10': mean('ndcg@10'), 'recall@10': mean('recall@10'), each }
      appendFileSync(LOG, `${JSON.stringify(trial)}\n`)
      console.log(JSON.stringify(config), trial['ndcg@10'].toFixed(4), trial['recall@10'].toFixed(4))
    }
  }
}
