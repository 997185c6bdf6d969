import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { models } from '../../src/model/index.ts'

interface Trial { readonly config: Readonly<Record<string, number>>, readonly 'ndcg@10': number }

test('the defaults of als are the best of the logged configurations, and the protocol says how many there were', () => {
  const log = new URL('../../../../bench/results/als-defaults.jsonl', import.meta.url)
  const trials = readFileSync(log, 'utf8').trim().split('\n').map(line => JSON.parse(line) as Trial)
  const best = trials.reduce((a, b) => b['ndcg@10'] > a['ndcg@10'] ? b : a)
  const { options, defaultsChosen } = models.als
  expect(best.config).toEqual({
    factors: options.factors.default, regularization: options.regularization.default,
    iterations: options.iterations.default, cgSteps: options.cgSteps.default, momentum: options.momentum.default,
  })
  expect(defaultsChosen).toContain(`among ${trials.length} configurations`)
})

test('the defaults of ease are the best of the logged configurations', () => {
  const log = new URL('../../../../bench/results/ease-defaults.jsonl', import.meta.url)
  const trials = readFileSync(log, 'utf8').trim().split('\n').map(line => JSON.parse(line) as Trial)
  const { options, defaultsChosen } = models.ease
  expect(trials.reduce((a, b) => b['ndcg@10'] > a['ndcg@10'] ? b : a).config).toEqual({ regularization: options.regularization.default, dropout: options.dropout.default })
  expect(defaultsChosen).toContain(`among ${trials.length} configurations`)
})

interface Look extends Trial { readonly model: string, readonly seed: number }

test.each(['bpr', 'warp', 'lightfm'] as const)('the defaults of %s are the best of the drawn configurations that were fitted with three seeds', name => {
  const log = new URL('../../../../bench/results/factorization-defaults.jsonl', import.meta.url)
  const looks = readFileSync(log, 'utf8').trim().split('\n').map(line => JSON.parse(line) as Look).filter(({ model }) => model === name)
  const bySeeds = Map.groupBy(looks, ({ config }) => JSON.stringify(config))
  const mean = (each: readonly Look[]): number => each.reduce((sum, look) => sum + look['ndcg@10'], 0) / each.length
  const finalists = [...bySeeds.values()].filter(each => each.length === 3)
  const best = finalists.reduce((a, b) => mean(b) > mean(a) ? b : a)
  const { options, defaultsChosen } = models[name]
  expect(Object.fromEntries(Object.entries(options).map(([option, spec]) => [option, spec.default]))).toEqual(best[0].config)
  expect(defaultsChosen).toContain(`among ${bySeeds.size} configurations`)
})

test.each(['item-knn', 'transitions'] as const)('the defaults of %s are the best of the logged configurations', name => {
  const log = new URL(`../../../../bench/results/${name}-defaults.jsonl`, import.meta.url)
  const trials = readFileSync(log, 'utf8').trim().split('\n').map(line => JSON.parse(line) as Trial)
  const { options, defaultsChosen } = models[name]
  expect(trials.reduce((a, b) => b['ndcg@10'] > a['ndcg@10'] ? b : a).config)
    .toEqual(Object.fromEntries(Object.entries(options).map(([option, spec]) => [option, spec.default])))
  expect(defaultsChosen).toContain(`${trials.length} configurations`)
})
