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
