// How the benchmark tunes models beside the peers' own, and measures whoever gives scores.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { evaluateModel, fromEvents, models, prepareDataset, resolveOptions, splitterDefinition, trainingSet } from '@matinee/core'
import { meanWithError } from '../../../../bench/harness/statistics.ts'
import { modelPairs, spaceOf, type PairName } from '../../../../bench/measurements/model-pairs.ts'
import { tune, type Range, type Space } from '../../../../bench/measurements/trials.ts'
import { allScores, scoredModel } from '../../../../bench/ours/scores.ts'
import { read, root } from './documents.ts'

// Values that are drawn are rounded to five digits.
const allows = (range: Range, value: number | string): boolean => 'scale' in range
  ? Number(value) >= range.min * 0.9999 && Number(value) <= range.max * 1.0001 && (!range.integer || Number.isInteger(value))
  : range.includes(value)

// The nearer to the first setting's upper end the better.
const towardsTheEnd = (space: Space) => tune(space, 40, async config => ({ ndcg: Number(config[Object.keys(space)[0]]) }))

describe.each(Object.keys(modelPairs) as PairName[])('%s', name => {
  const spaces: [string, Space][] = [['ours', spaceOf(name)], ['theirs', modelPairs[name].space]]
  test.each(spaces)('%s: every trial lies in its ranges, and the second half near the best so far', async (_, space) => {
    const trials = await towardsTheEnd(space)
    expect(Object.keys(space).length).toBeGreaterThan(1)
    for (const { config } of trials) {
      for (const [setting, range] of Object.entries(space)) expect(allows(range, config[setting]), `${setting} ${config[setting]}`).toBe(true)
    }
    const [first] = Object.keys(space)
    const mean = (some: typeof trials): number => meanWithError(some.map(({ config }) => Number(config[first]))).mean
    expect(mean(trials.slice(20))).toBeGreaterThan(mean(trials.slice(0, 20)))
  })

  test('our model takes what is drawn for it', async () => {
    for (const { config } of await towardsTheEnd(spaceOf(name))) expect(() => resolveOptions(models[name].options, config)).not.toThrow()
  })
})

test('sides that share a setting and its range draw the same values of it, whatever else they have', async () => {
  const common = { alpha: { min: 0.1, max: 40, scale: 'log' }, steps: [2, 3, 5] } as const
  const drawn = async (space: Space) => {
    const trials = await tune(space, 10, async () => ({ ndcg: 0 }))
    return trials.slice(0, 5).map(({ config: { alpha, steps } }) => [alpha, steps])
  }
  expect(await drawn({ other: { min: 0, max: 1, scale: 'linear' }, ...common })).toEqual(await drawn(common))
})

test('a mean and its standard error', () => {
  expect(meanWithError([1, 2, 3, 4])).toEqual({ mean: 2.5, error: Math.sqrt(5 / 3 / 4) })
})

test('a model and the file of its scores have the same ranks', async () => {
  const itemOf = (n: number): string => `i${(n * 7 + Math.floor(n / 12)) % 31}`
  const events = Array.from({ length: 120 }, (_, n) => ({ userId: `u${n % 12}`, itemId: itemOf(n), rating: 1 + n % 5, timestamp: n }))
  const { train, validation } = splitterDefinition('leave-last-n').split(prepareDataset(await fromEvents(events)), { ties: 'file' })
  const training = trainingSet(train, 'log')
  const model = await models.als.fit(training, resolveOptions(models.als.options, { factors: 4 }), { seed: 1, threads: 1 })
  const input = { training: training.byUser, holdout: validation, ks: [3, 10], stage: 'measure' }
  const own = await evaluateModel(model, input, {})
  expect(own.metrics['ndcg@10']).toBeGreaterThan(0)
  expect(await evaluateModel(scoredModel(allScores(model), 'scores'), input, {})).toEqual(own)
})

const logs = readdirSync(join(root, 'bench/results')).filter(name => /^models-.*\.jsonl$/.test(name))
test.each(logs)('bench/results/%s: both sides had as many trials', name => {
  const sides = read(`bench/results/${name}`).trim().split('\n').map(line => (JSON.parse(line) as { side: string }).side)
  expect(sides.filter(side => side === 'ours')).toHaveLength(sides.filter(side => side === 'theirs').length)
})
