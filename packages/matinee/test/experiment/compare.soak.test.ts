// `compare` where the answer is known (bench/comparisons/trials.ts), on MovieLens; an hour or so.
import { availableParallelism } from 'node:os'
import { compareRuns, type Dataset } from '@matinee/core'
import { describe, expect, test } from 'vitest'
import { calibrate, FITS, groupTrial, world, type Found, type GroupTrial } from '../../../../bench/comparisons/trials.ts'
import { movieLens } from '../../../../bench/harness/data.ts'
import { evaluateRuns, runConfig } from '../../src/experiment/index.ts'

const context = { threads: availableParallelism(), availableBytes: () => process.availableMemory() }

describe.skipIf(!process.env.MATINEE_DATA_DIR)('on MovieLens (skipped: no MATINEE_DATA_DIR)', () => {
  test.each(['ml-100k', 'ml-1m'])('%s: two seeds show no difference in 90 of 100 pairs; on ml-1m a planted loss of 10 %% is seen', async name => {
    const here = world(await movieLens(name), {}, context)
    const blur = await calibrate(here, Array.from({ length: 10 }, (_, at) => 1000 + at))
    const groups: GroupTrial[] = []
    for (let group = 0; group < 100 / FITS; group++) groups.push(await groupTrial(here, group, blur))
    const pairs = groups.flatMap(group => group.pairs)
    expect(pairs.filter(({ twoSeeds }) => twoSeeds.outcome === 'none found').length).toBeGreaterThanOrEqual(90)
    if (name !== 'ml-1m') return
    const seen = (of: readonly Found[]): number => of.filter(({ outcome }) => outcome === 'better').length / of.length
    expect(seen(groups.map(({ planted }) => planted))).toBeGreaterThanOrEqual(0.8)
    // its power is near .8 (80 of 100 were found, docs/math/compare.md): less than .68 would be three standard errors below
    expect(seen(pairs.map(({ plantedInItself }) => plantedInItself))).toBeGreaterThan(0.68)
  })

  test('ml-100k, the test item: ease is found to be better than popularity', async () => {
    const measured = async (model: string) => {
      const load = (): Promise<Dataset> => movieLens('ml-100k')
      const { perUser } = await evaluateRuns(load, runConfig({ model, ties: 'file' }, {}), { seeds: [1], tieSeeds: [42] }, context)
      return { label: model, runs: perUser, seedless: true }
    }
    const { pairs: [{ verdict }] } = compareRuns([await measured('ease'), await measured('popularity')], 'ndcg@10')
    expect(verdict.text).toBe('ease is better than popularity.')
  })
})
