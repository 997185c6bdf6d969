// Does it pay to scale the regularization of `als`, and to weigh unobserved pairs less? On the validation item; the test item is
// never looked at.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/als-scaling.ts [ml-100k] [ml-1m]
//
// Each way has thirty trials of one procedure (measurements/trials.ts) with 64 and with 128 factors; all of them are lines of
// bench/results/als-scaling-DATA.jsonl. The best of each is fitted again with other seeds: what is printed is their mean and its
// difference to that of the first way, each with its standard error over users.
import { writeFileSync } from 'node:fs'
import { evaluateModel, models, resolveOptions, splitterDefinition, trainingSet } from '@matinee/core'
import { inRoot } from '../tools/paths.mjs'
import { movieLens } from './harness/data.ts'
import { meanWithError, significant } from './harness/statistics.ts'
import { alsSpace, lambdaOf, type AlsConfig } from './measurements/als-space.ts'
import { bestOf, tune, type Space } from './measurements/trials.ts'

const SEEDS = [2, 3, 4, 5, 6]
const TRIALS = 30
const unobservedWeight = { min: 0.01, max: 1, scale: 'log' } as const
const ways: Readonly<Record<string, Space>> = {
  'none, unobserved weight 1': {},
  none: { unobservedWeight },
  'counts, unobserved weight 1': { regularizationScaling: ['counts'] },
  counts: { unobservedWeight, regularizationScaling: ['counts'] },
  ials: { unobservedWeight, regularizationScaling: ['ials'] },
}

const asked = process.argv.slice(2)
for (const data of asked.length > 0 ? asked : ['ml-100k', 'ml-1m']) {
  const { train, validation } = splitterDefinition('leave-last-n').split(await movieLens(data), { ties: 'file' })
  const training = trainingSet(train, 'log')
  const size = { nUsers: train.nUsers, nItems: train.nItems, interactions: train.users.length }

  const look = async (config: AlsConfig, seed: number) => {
    const options = resolveOptions(models.als.options, { ...config, regularization: lambdaOf(config, size) })
    const model = await models.als.fit(training, options, { seed })
    const { metrics, perUser } = await evaluateModel(model, { training: training.byUser, holdout: validation, ks: [10], stage: 'validate' }, {})
    return { ndcg: significant(metrics['ndcg@10']), recall: significant(metrics['recall@10']), values: perUser.values['ndcg@10'] }
  }

  let log = ''
  for (const factors of [64, 128]) {
    let first: Float64Array | undefined
    for (const [way, own] of Object.entries(ways)) {
      const trials = await tune({ ...alsSpace, factors: [factors], ...own }, TRIALS, async (config: AlsConfig) => {
        const { ndcg, recall } = await look(config, 1)
        return { ndcg, recall }
      })
      log += trials.map(trial => `${JSON.stringify({ way, ...trial })}\n`).join('')
      writeFileSync(inRoot('bench', 'results', `als-scaling-${data}.jsonl`), log)
      const best = bestOf(trials)
      const again: Float64Array[] = []
      for (const seed of SEEDS) again.push((await look(best.config, seed)).values)
      const mean = again[0].map((_, user) => again.reduce((sum, values) => sum + values[user], 0) / SEEDS.length)
      first ??= mean
      const beyond = mean.map((value, user) => value - (first ?? mean)[user])
      console.log(data, factors, way.padEnd(27), 'best', best.ndcg, 'seeds 2 to 6', meanAndError(mean), 'beyond the first', meanAndError(beyond), JSON.stringify(best.config))
    }
  }
}

function meanAndError(values: Float64Array): string {
  const { mean, error } = meanWithError(values)
  return `${mean.toFixed(4)} ± ${error.toFixed(4)}`
}
