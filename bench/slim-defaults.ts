// The search behind the defaults of `slim`: NDCG@10 on the validation item of ML-100K, never the test item.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/slim-defaults.ts     writes bench/results/slim-defaults.jsonl
//
// The chosen one has the highest mean over three rules for equal times: file order, and two by hash.
import { writeFileSync } from 'node:fs'
import { evaluateModel, models, splitterDefinition, trainingSet } from '@matinee/core'
import { inRoot } from '../tools/paths.mjs'
import { movieLens } from './harness/data.ts'

interface Look { ties: string, seed: number, 'ndcg@10': number, 'recall@10': number }

const dataset = await movieLens('ml-100k')
const splits = [{ ties: 'file', seed: 1 }, { ties: 'hash', seed: 1 }, { ties: 'hash', seed: 2 }]
  .map(rule => ({ ...rule, ...splitterDefinition('leave-last-n').split(dataset, rule) }))
const lines: string[] = []
for (const neighbours of [50, 100, 200, 400]) {
  for (const regularization of [10, 20, 35, 50, 100, 200]) {
    for (const dropout of [0, 0.1, 0.25]) {
      const each: Look[] = []
      for (const { ties, seed, train, validation } of splits) {
        const training = trainingSet(train, 'log')
        const model = await models.slim.fit(training, { neighbours, regularization, dropout }, { seed: 1 })
        const { metrics } = await evaluateModel(model, { training: training.byUser, holdout: validation, ks: [10], stage: 'validate' }, {})
        each.push({ ties, seed, 'recall@10': metrics['recall@10'], 'ndcg@10': metrics['ndcg@10'] })
      }
      const mean = (name: 'recall@10' | 'ndcg@10'): number => each.reduce((sum, one) => sum + one[name], 0) / each.length
      lines.push(JSON.stringify({ config: { neighbours, regularization, dropout }, 'recall@10': mean('recall@10'), 'ndcg@10': mean('ndcg@10'), each }))
      console.log(lines.at(-1)?.slice(0, 120))
    }
  }
}
writeFileSync(inRoot('bench', 'results', 'slim-defaults.jsonl'), `${lines.join('\n')}\n`)
