// slim where ease does not go: 60,000 items, on made-up data; about a minute and 1.5 GB.
import { expect, test } from 'vitest'
import { resolveOptions } from '../../src/base/index.ts'
import { prepareDataset, synthetic, trainingSet } from '../../src/dataset/index.ts'
import { evaluateModel } from '../../src/evaluate/index.ts'
import { models, type FittedModel } from '../../src/model/index.ts'
import { splitters } from '../../src/split/index.ts'

test('60,000 items of 200,000 users are fitted in the memory announced, and lists are better than the most popular; ease refuses', async () => {
  const dataset = prepareDataset(synthetic({ users: 200_000, items: 60_000, interactions: 10_000_000 }))
  const { train, validation } = splitters['leave-last-n'].split(dataset, { ties: 'file' })
  const training = trainingSet(train, 'log')
  const options = resolveOptions(models.slim.options, {})
  const needed = models.slim.bytesNeeded?.(training, options, {}) ?? 0
  const before = process.memoryUsage().rss
  const begun = performance.now()
  const slim = await models.slim.fit(training, options, { seed: 1 })
  const took = process.resourceUsage().maxRSS * 1024 - before // the peak may be older than the fit: then this is too much, not too little
  console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s, ${(took / 2 ** 20).toFixed(0)} MiB of ${(needed / 2 ** 20).toFixed(0)} announced`)
  expect(took).toBeLessThan(needed)
  const ndcg = async (model: FittedModel): Promise<number> =>
    (await evaluateModel(model, { training: training.byUser, holdout: validation, ks: [10], stage: 'validate' }, {})).metrics['ndcg@10']
  expect(await ndcg(slim)).toBeGreaterThan(await ndcg(await models.popularity.fit(training, resolveOptions(models.popularity.options, {}), { seed: 1 })))
  expect(() => models.ease.bytesNeeded?.(training, resolveOptions(models.ease.options, {}), {})).toThrow(/ERR_MEMORY/)
})
