// `--rank lambdamart`: two stages by every command that has to do with a version.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '@matinee/core'
import { beforeAll, expect, test } from 'vitest'
import { open } from '../../src/folders.ts'
import { openStore } from '../../src/store/index.ts'
import { fails, json, matinee, scratchFolder } from './help.ts'

const cwd = scratchFolder()
const place = { cwd }
const RUN = ['events.csv', '--user', 'user', '--item', 'item', '--time', 'time', '--k', '3', '--resamples', '100', '--threads', '1'] as const
const TREES = ['--positions', '3', '--negatives', '10', '--trees', '5', '--num-leaves', '5', '--min-data-in-leaf', '5'] as const
interface Trained { version: string, config: Record<string, unknown>, metrics: object }
interface List { recommendations: { itemId: string, score: number }[] }
let trained: Trained

beforeAll(async () => {
  const { below } = seededRandom(3)
  const lines = Array.from({ length: 30 }, (_, user) => {
    let item = below(40)
    return Array.from({ length: 12 }, (__, step) => `u${user},i${(item += 1 + below(3)) % 40},${1_700_000_000 + 100 * step + user}`)
  })
  writeFileSync(join(cwd, 'events.csv'), `${['user,item,time', ...lines.flat()].join('\n')}\n`)
  trained = await json<Trained>(['train', ...RUN, ...TREES, '--rank', 'lambdamart', '--out', 'ranked'], place)
})

test('--rank lambdamart is the model lambdamart, byte for byte, and beside a model that is not its first source it is refused', async () => {
  const named = await json<Trained>(['train', ...RUN, ...TREES, '--model', 'lambdamart', '--out', 'named'], place)
  expect(trained.config).toEqual(named.config)
  expect(trained.config).toMatchObject({ model: 'lambdamart', modelOptions: { trees: 5 } })
  const folder = (out: string, version: string): string => join(cwd, out, version)
  const files = readdirSync(folder('ranked', trained.version)).filter(name => name !== 'manifest.json')
  expect(files).toContain('lambdamart_model.safetensors')
  for (const file of files) expect(readFileSync(join(folder('ranked', trained.version), file)).equals(readFileSync(join(folder('named', named.version), file))), file).toBe(true)
  const says = 'rank is lambdamart and model is ease, expected als'
  for (const command of ['train', 'evaluate', 'tune']) await fails([command, ...RUN, '--rank', 'lambdamart', '--model', 'ease'], place, { code: 2, error: 'ERR_OPTION', says })
  await fails(['train', ...RUN, '--rank', 'forest'], place, { code: 2, error: 'ERR_OPTION', says: 'rank is "forest", expected one of none, lambdamart' })
})

test('evaluate and tune measure it, and tune saves it', async () => {
  expect((await json<Trained>(['evaluate', ...RUN, ...TREES, '--rank', 'lambdamart'], place)).metrics).toEqual(trained.metrics)
  const [tuned] = await json<{ model: string, version: string }[]>(['tune', ...RUN, ...TREES, '--rank', 'lambdamart', '--trials', '2', '--out', 'tuned'], place)
  expect(tuned).toMatchObject({ model: 'lambdamart', version: expect.stringMatching(/-lambdamart$/) })
})

test('recommend, explain and similar answer from it', async () => {
  const at = ['--artifacts', 'ranked']
  const { recommendations: [first] } = await json<List>(['recommend', '--user-id', 'u3', ...at], place)
  const explained = await json<{ score: number, byFeature: { base: number, features: { contribution: number }[], proposedBy: object[] } }>(['explain', '--user-id', 'u3', '--item-id', first.itemId, ...at], place)
  const { score, byFeature: { base, features, proposedBy } } = explained
  expect(Math.fround(score)).toBe(Math.fround(first.score))
  expect(base + features.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 9)
  expect(proposedBy.length).toBeGreaterThan(0)
  const { stdout } = await matinee(['explain', '--user-id', 'u3', '--item-id', first.itemId, ...at], place)
  expect(stdout).toMatch(/for user u3, proposed by \w+ \(place \d+\)/)
  expect(stdout).toMatch(/what any candidate has/)
  const had = readFileSync(join(cwd, 'events.csv'), 'utf8').split('\n').find(line => line.startsWith('u3,'))?.split(',')[1] ?? ''
  expect((await matinee(['explain', '--user-id', 'u3', '--item-id', had, ...at], place)).stdout).toMatch('no source proposes it')
  expect((await json<{ similar: object[] }>(['similar', '--item-id', first.itemId, '--n', '4', ...at], place)).similar).toHaveLength(4)
})

test('inspect, versions and report show it', async () => {
  const at = ['--artifacts', 'ranked']
  expect((await matinee(['inspect', ...at], place)).stdout).toMatch(/lambdamart positions 3, .*trees 5/)
  expect((await matinee(['versions', 'list', ...at], place)).stdout).toContain(trained.version)
  const { versions } = await json<{ versions: { label: string, metrics: object }[] }>(['report', ...at, '--out', 'report.html'], place)
  expect(versions).toEqual([expect.objectContaining({ label: expect.stringContaining('lambdamart'), metrics: expect.objectContaining(trained.metrics) })])
  expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toContain('lambdamart')
})

test('retrain from als to two stages, and on; erase takes a user out of every part', async () => {
  await json(['train', ...RUN, '--factors', '4', '--iterations', '2', '--out', 'live'], place)
  const store = await openStore(join(cwd, 'live', 'feedback.sqlite'))
  await store.append([{ userId: 'u1', itemId: 'i7', type: 'view', timestamp: null }, { userId: 'somebody-new', itemId: 'i8', type: 'view', timestamp: null }])
  const at = ['--artifacts', 'live', '--store', 'live/feedback.sqlite']
  const ranked = await json<{ outcome: string, model: string, starts: number }>(['retrain', ...at, '--rank', 'lambdamart', ...TREES], place)
  expect(ranked).toMatchObject({ outcome: 'accepted', model: 'lambdamart', starts: 0 })
  await store.append([{ userId: 'u1', itemId: 'i9', type: 'view', timestamp: null }])
  await store.close()
  expect(await json(['retrain', ...at], place)).toMatchObject({ outcome: 'accepted', model: 'lambdamart' })
  const live = await open(join(cwd, 'live'))
  expect(live.contents.state.options).toMatchObject({ trees: 5, positions: 3 })
  expect(live.history('u1').at(-1)?.itemId).toBe('i9') // in order of time, what was told last at the end
  const before = live.recommend('u2', { n: 3 }).recommendations.length
  await json(['erase', ...at, '--user-id', 'u1'], place)
  const without = await open(join(cwd, 'live'))
  expect(without.users.indexOf('u1')).toBeUndefined()
  expect(without.model.nUsers).toBe(live.model.nUsers - 1)
  expect(without.recommend('u2', { n: 3 }).recommendations).toHaveLength(before)
  for (const [name, { shape }] of Object.entries(without.contents.state.tensors)) {
    if (/history_indptr|user_factors/.test(name)) expect([live.model.nUsers - 1, live.model.nUsers], name).toContain(shape[0])
    expect(without.contents.state.tensors[name].shape.length).toBe(live.contents.state.tensors[name].shape.length)
  }
})
