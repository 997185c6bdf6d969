// The search behind the defaults of `ease`: NDCG@10 on the validation item of ML-100K, never the test item.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/ease-defaults.ts     writes bench/results/ease-defaults.jsonl
import { writeFileSync } from 'node:fs'
import { evaluateModel, models, splitterDefinition, trainingSet } from '@matinee/core'
import { inRoot } from '../tools/paths.mjs'
import { movieLens } from './harness/data.ts'

const split = splitterDefinition('leave-last-n').split(await movieLens('ml-100k'), { ties: 'file' })
const training = trainingSet(split.train, 'log')
const lines: string[] = []
for (const dropout of [0, 0.25, 0.5]) {
  for (const regularization of [20, 50, 100, 200, 350, 500, 700, 1000, 1500, 2000]) {
    const model = await models.ease.fit(training, { regularization, dropout }, { seed: 1 })
    const { metrics } = await evaluateModel(model, { training: training.byUser, holdout: split.validation, ks: [10], stage: 'validate' }, {})
    lines.push(JSON.stringify({ config: { regularization, dropout }, 'recall@10': metrics['recall@10'], 'ndcg@10': metrics['ndcg@10'] }))
    console.log(lines.at(-1))
  }
}
writeFileSync(inRoot('bench', 'results', 'ease-defaults.jsonl'), `${lines.join('\n')}\n`)
