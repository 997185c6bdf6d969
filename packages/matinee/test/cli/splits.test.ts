// Every split by command, what it leaves to be served, and what --metrics all and --sampled print.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allModels, splitters } from '@matinee/core'
import { describe, expect, test } from 'vitest'
import { runOptions } from '../../src/experiment/index.ts'
import { COLUMNS, fails, json, matinee, scratchFolder, SMALL, writeEvents } from './help.ts'

const cwd = scratchFolder()
const place = { cwd }
writeEvents(cwd)
const RUN = ['events.csv', ...COLUMNS, ...SMALL, '--items', 'items.csv', '--k', '3'] as const
const events = readFileSync(join(cwd, 'events.csv'), 'utf8').trimEnd().split('\n').slice(1).map(line => line.split(','))

describe.each(Object.keys(splitters))('--split %s', split => {
  test('trains, and nobody is recommended what they have had, hidden or not', async () => {
    const { protocol } = await json<{ protocol: object }>(['train', ...RUN, '--split', split], place)
    expect(protocol).toMatchObject({ split })
    for (const user of ['c0', 'c7', 'c13', 'c29']) {
      const { recommendations } = await json<{ recommendations: { itemId: string }[] }>(['recommend', '--user-id', user, '--n', '25'], place)
      const had = new Set(events.filter(([userId]) => userId === user).map(([, itemId]) => itemId))
      expect(recommendations.filter(({ itemId }) => had.has(itemId))).toEqual([])
    }
  })
  test('refits on everything', async () => {
    const { code, stderr } = await matinee(['train', ...RUN, '--split', split, '--refit', 'all', '--quiet'], place)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

test('a splitter\'s options are flags, stand in the configuration and decide the split; those of another are refused', async () => {
  const run = (...flags: string[]) => json<{ config: { splitOptions: object }, protocol: object }>(['evaluate', ...RUN, ...flags], place)
  const { config, protocol } = await run('--split', 'user-holdout', '--test-users', '0.5', '--history-share', '0.6', '--tie-seed', '7')
  expect(config.splitOptions).toEqual({ testUsers: 0.5, validationUsers: 0.1, historyShare: 0.6, ties: 'hash', seed: 7 })
  expect(protocol).toMatchObject({ usersWithTest: 15, historyShare: 0.6, seed: 7 })
  expect((await run('--n', '2', '--ties', 'file')).protocol).toMatchObject({ n: 2, ties: 'file', relevantItems: 60 })
  await fails(['evaluate', ...RUN, '--n', '2', '--split', 'random'], place, { code: 2, error: 'ERR_OPTION', says: 'there is no option "n"; expected one of testShare, validationShare, of, seed.' })
})

test('a model that cannot take a history is refused by user-holdout', async () => {
  const flags = ['events.csv', ...COLUMNS, '--model', 'random', '--split', 'user-holdout']
  await fails(['evaluate', ...flags], place, { code: 1, error: 'ERR_NOT_SUPPORTED', says: 'the random model cannot score a history it never saw' })
})

test('no option of a splitter has the name of another option of a run, but the tie rule and the seed', () => {
  const others = [runOptions, ...Object.values(allModels).map(({ options }) => options)].flatMap(options => Object.keys(options))
  const own = Object.values(splitters).flatMap(({ options }) => Object.keys(options)).filter(name => name !== 'ties' && name !== 'seed')
  expect(own.filter(name => others.includes(name))).toEqual([])
})

test('--metrics all prints the lists\' numbers and the slices, --sampled a labelled column', async () => {
  const plain = await matinee(['evaluate', ...RUN, '--quiet'], place)
  const { stdout } = await matinee(['evaluate', ...RUN, '--metrics', 'all', '--sampled', '5', '--quiet'], place)
  for (const word of ['auc', 'coverage@3', 'diversity@3', 'ndcg@3 by slice', 'activity: users with', 'ties: users whose', 'SAMPLED 5: ndcg@3']) {
    expect(stdout).toContain(word)
    expect(plain.stdout).not.toContain(word)
  }
})
