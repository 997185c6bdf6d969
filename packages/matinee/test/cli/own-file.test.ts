// Somebody's own CSV from end to end: train, then every command on what was saved.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { COLUMNS, fails, json, matinee, scratchFolder, SMALL, writeEvents } from './help.ts'

const cwd = scratchFolder()
const place = { cwd }
const TRAIN = ['train', 'events.csv', ...COLUMNS, ...SMALL, '--items', 'items.csv', '--k', '3'] as const

interface List { version: string, userId: string | null, recommendations: { rank: number, itemId: string, title: string, score: number, attributes: object }[], reason?: string }
interface Run { version: string, dataset: Record<string, unknown>, config: Record<string, unknown>, protocol: Record<string, unknown>, metrics: Record<string, number>,
  intervals: Record<string, [number, number]>, baselines: Record<string, Record<string, unknown>>, losses: { total: number }[], timings: Record<string, number>, peakMemoryBytes: number }
interface Entry { name: string, live: boolean, dataset: string | null, sizeBytes: number, error: string | null }

let trained: Run
beforeAll(async () => {
  writeEvents(cwd)
  trained = await json<Run>(TRAIN, place)
})
const read = (file: string): Record<string, unknown> => JSON.parse(readFileSync(join(cwd, 'artifacts', trained.version, file), 'utf8')) as Record<string, unknown>

describe('train --json', () => {
  test('says what was done: data, configuration, protocol, numbers, timings in ms, peak memory, version', () => {
    expect(trained.dataset).toMatchObject({ name: 'events.csv', synthetic: false, users: 30, items: 25, rowsRead: 600, badRows: 0, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(trained.config).toMatchObject({ model: 'als', ties: 'hash', k: 3, seed: 42, modelOptions: { factors: 4, iterations: 2 } })
    expect(trained.protocol).toMatchObject({ split: 'leave-last-n', ties: 'hash', evaluatedOn: 'test', usersCounted: 30 })
    expect(Object.keys(trained.metrics)).toEqual(['recall@3', 'ndcg@3', 'cappedRecall@3', 'mrr@3', 'hitRate@3', 'precision@3', 'map@3', 'debiasedNdcg@3'])
    expect(Object.keys(trained.baselines)).toEqual(['popularity', 'recentPopularity', 'random'])
    expect(Object.keys(trained.timings)).toEqual(['load', 'split', 'prepare', 'fit', 'evaluate', 'encode', 'save', 'total'])
    expect(trained.losses).toHaveLength(2)
    expect(trained.peakMemoryBytes).toBeGreaterThan(10_000_000)
    for (const [low, high] of Object.values(trained.intervals)) expect(low).toBeLessThanOrEqual(high)
  })

  test('agrees with metrics.json, where recall@k and ndcg@k stand at the top', () => {
    const { intervals, baselines, protocol, ...metrics } = read('metrics.json')
    expect({ intervals, baselines, protocol, metrics }).toEqual({ intervals: trained.intervals, baselines: trained.baselines, protocol: trained.protocol, metrics: trained.metrics })
    expect(metrics['recall@3']).toBeTypeOf('number')
  })

  test('leaves a version with exactly the files that the manifest vouches for, and CURRENT naming it', () => {
    const files = Object.keys(read('manifest.json').files as object)
    expect(readdirSync(join(cwd, 'artifacts', trained.version)).sort()).toEqual([...files, 'manifest.json'].sort())
    expect(files).toEqual(['als_model.safetensors', 'history.safetensors', 'item_attributes.json', 'item_map.json', 'item_titles.json', 'metrics.json', 'per_user.safetensors', 'user_map.json'])
    expect(readFileSync(join(cwd, 'artifacts', 'CURRENT'), 'utf8')).toContain(trained.version)
  })
})

describe('train --users', () => {
  const hybrid = ['train', 'events.csv', ...COLUMNS, '--model', 'lightfm', '--factors', '4', '--epochs', '2', '--out', 'hybrid', '--quiet'] as const
  const ids = Array.from({ length: 30 }, (_, user) => `c${user}`)
  const users = (column: string): string => `${column},plan\n${ids.map((id, at) => `${id},${at % 2 ? 'free' : 'paid'}`).join('\n')}\n`

  test('attributes of users are part of the data, and change what a model with features learns', async () => {
    writeFileSync(join(cwd, 'users.csv'), users('user_id'))
    const [plain, told] = [await json<Run>(hybrid, place), await json<Run>([...hybrid, '--users', 'users.csv'], place)]
    expect(told.dataset.checksum).not.toBe(plain.dataset.checksum)
    const lists = await Promise.all([plain, told].map(({ version }) =>
      json<List>(['recommend', '--user-id', String(ids[0]), '--n', '3', '--artifacts', 'hybrid', '--artifact-version', version], place)))
    expect(lists[1].recommendations.map(({ score }) => score)).not.toEqual(lists[0].recommendations.map(({ score }) => score))
  })

  test('a file without a column of user ids is refused with the columns it has', async () => {
    writeFileSync(join(cwd, 'people.csv'), users('person'))
    const refused = await matinee([...hybrid, '--users', 'people.csv'], place)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/ERR_FILE_FORMAT: people\.csv.*user id.*"person", "plan"/) })
  })
})

describe('recommend', () => {
  test('gives n items with rank, id, title, score and attributes, none of which the user has had', async () => {
    const { version, userId, recommendations } = await json<List>(['recommend', '--user-id', 'c3', '--n', '2'], place)
    expect({ version, userId }).toEqual({ version: trained.version, userId: 'c3' })
    expect(recommendations.map(({ rank }) => rank)).toEqual([1, 2])
    const had = new Set(readFileSync(join(cwd, 'events.csv'), 'utf8').split('\n').filter(line => line.startsWith('c3,')).map(line => line.split(',')[1]))
    for (const { itemId, title, attributes } of recommendations) {
      expect(had).not.toContain(itemId)
      expect(title).toBe(`Thing № ${itemId.slice(1)}`)
      expect(attributes).toEqual({ tags: Number(itemId.slice(1)) % 2 === 0 ? ['new', 'red'] : ['old'], price: 10 + Number(itemId.slice(1)) })
    }
  })

  test('obeys --exclude, --allow, --where and --include-seen, and says why there are fewer', async () => {
    const list = (...flags: string[]) => json<List>(['recommend', '--user-id', 'c3', '--include-seen', '--n', '25', ...flags], place)
    const ids = (found: List): string[] => found.recommendations.map(({ itemId }) => itemId)
    expect(ids(await list())).toHaveLength(25)
    expect(ids(await list('--exclude', 's1,s2'))).not.toEqual(expect.arrayContaining(['s1', 's2']))
    expect(ids(await list('--allow', 's1,s2')).sort()).toEqual(['s1', 's2'])
    const red = await list('--where', 'tags=red', '--where', 'price=14')
    expect(ids(red)).toEqual(['s4'])
    expect(red.reason).toMatch(/^25 items were asked for and 1 may be shown/)
  })

  test('obeys --mmr and --cap, several of them, and says why there are fewer', async () => {
    const list = (...flags: string[]) => json<List>(['recommend', '--user-id', 'c3', '--include-seen', '--n', '4', ...flags], place)
    const tags = ({ recommendations }: List): string[] => recommendations.map(({ attributes }) => (attributes as { tags: string[] }).tags[0])
    expect(tags(await list('--mmr', '0.9'))).toEqual(expect.arrayContaining(['new', 'old']))
    const capped = await list('--cap', 'tags=2', '--cap', 'price=1')
    expect(tags(capped).sort()).toEqual(['new', 'new', 'old', 'old'])
    expect((await list('--cap', 'tags=1')).reason).toMatch(/^4 items were asked for and 2 may be shown/)
    expect(await list('--mmr', '0')).toEqual(await list())
    await fails(['recommend', '--user-id', 'c3', '--mmr', '1.5'], place, { code: 2, error: 'ERR_OPTION', says: /mmr is 1.5, expected a number from 0 to 1/ })
    await fails(['recommend', '--user-id', 'c3', '--cap', 'tags'], place, { code: 2, error: 'ERR_OPTION', says: /the cap is "tags", expected ATTRIBUTE=N/ })
    await fails(['recommend', '--user-id', 'c3', '--cap', 'tag=1'], place, { code: 2, error: 'ERR_OPTION', says: /no item has; expected one of tags, price/ })
  })

  test('folds in a history of somebody new and tells which items it does not know', async () => {
    const { userId, recommendations, unknownItems } = await json<List & { unknownItems: string[] }>(['recommend', '--history', 's1:5,nothing:3', '--n', '3'], place)
    expect({ userId, unknownItems }).toEqual({ userId: null, unknownItems: ['nothing'] })
    expect(recommendations.map(({ itemId }) => itemId)).not.toContain('s1')
  })

  test('prints a table for people, with titles, and what was used on stderr', async () => {
    const { code, stdout, stderr } = await matinee(['recommend', '--user-id', 'c3', '--n', '2'], place)
    expect(code).toBe(0)
    expect(stdout).toContain('Thing № ')
    expect(stderr).toBe(`${trained.version}, events.csv\n`)
    expect((await matinee(['recommend', '--user-id', 'c3', '--quiet'], place)).stderr).toBe('')
  })
})

describe('similar, explain, inspect, evaluate', () => {
  test('similar gives items and users with cosines from high to low', async () => {
    const items = await json<{ similar: { itemId: string, score: number }[] }>(['similar', '--item-id', 's4', '--n', '4'], place)
    const users = await json<{ similar: { userId: string, score: number }[] }>(['similar', '--user-id', 'c4', '--n', '4'], place)
    for (const { similar } of [items, users]) {
      const scores = similar.map(({ score }) => score)
      expect(scores).toHaveLength(4)
      expect(scores).toEqual(scores.toSorted((a, b) => b - a))
      expect(Math.max(...scores.map(Math.abs))).toBeLessThanOrEqual(1.000001)
    }
    expect(items.similar.map(({ itemId }) => itemId)).not.toContain('s4')
    expect((await matinee(['similar', '--item-id', 's4'], place)).stdout).toContain('Thing № ')
    expect((await matinee(['similar', '--user-id', 'c4'], place)).stdout).toContain('Users similar to c4')
  })

  test('explain gives contributions that sum to the score', async () => {
    const { score, contributions } = await json<{ score: number, contributions: { contribution: number }[] }>(['explain', '--user-id', 'c3', '--item-id', 's9'], place)
    const { recommendations } = await json<List>(['recommend', '--user-id', 'c3', '--include-seen', '--allow', 's9'], place)
    expect(contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 10)
    expect(score / recommendations[0].score).toBeCloseTo(1, 5)
    const { stdout } = await matinee(['explain', '--user-id', 'c3', '--item-id', 's9'], place)
    expect(stdout).toContain('because of')
  })

  test('inspect shows data, configuration, numbers and every file', async () => {
    const document = await json<{ version: string, manifest: { files: object }, metrics: object }>(['inspect'], place)
    expect(document).toMatchObject({ version: trained.version, metrics: trained.metrics, manifest: { dataset: { name: 'events.csv' } } })
    const { stdout } = await matinee(['inspect'], place)
    for (const file of Object.keys(document.manifest.files)) expect(stdout).toContain(file)
    expect(stdout).toContain('600 interactions of 30 users'.replace('600', String(trained.dataset.interactions)))
  })

  test('evaluate measures the same numbers as train and saves nothing', async () => {
    const before = readdirSync(join(cwd, 'artifacts'))
    const { version, metrics, intervals } = await json<Partial<Run>>(['evaluate', ...TRAIN.slice(1)], place)
    expect({ version, metrics, intervals }).toEqual({ version: undefined, metrics: trained.metrics, intervals: trained.intervals })
    expect(readdirSync(join(cwd, 'artifacts'))).toEqual(before)
    const { stdout } = await matinee(['evaluate', ...TRAIN.slice(1)], place)
    for (const label of ['als', 'popularity', 'recent popularity', 'random', 'recall@3']) expect(stdout).toContain(label)
  })

  test('evaluate with --mmr and --cap says what they cost and gain, and nothing else changes', async () => {
    interface LastStep { mmr: number, caps: object, before: Numbers, after: Numbers, difference: Numbers & { intervals: Record<string, number[]> } }
    type Numbers = Record<string, number>
    const { lastStep, metrics } = await json<Run & { lastStep: LastStep }>(['evaluate', ...TRAIN.slice(1), '--mmr', '0.3', '--cap', 'tags=2'], place)
    expect(metrics).toEqual(trained.metrics)
    expect(lastStep).toMatchObject({ mmr: 0.3, caps: { tags: 2 } })
    for (const name of ['ndcg@3', 'recall@3', 'diversity@3', 'coverage@3']) expect(lastStep.difference[name]).toBeCloseTo(lastStep.after[name] - lastStep.before[name], 12)
    expect(lastStep.difference['diversity@3']).toBeGreaterThan(0)
    const [low, high] = lastStep.difference.intervals['ndcg@3']
    expect(low <= lastStep.difference['ndcg@3'] && lastStep.difference['ndcg@3'] <= high).toBe(true)
    const { stdout } = await matinee(['evaluate', ...TRAIN.slice(1), '--mmr', '0.3', '--cap', 'tags=2', '--seeds', '2'], place)
    expect(stdout).toMatch(/lists, mmr 0\.3, tags=2 +│ +before │ +after │ +difference/)
    expect(stdout).toMatch(/ndcg@3 +│ +\.\d{4} │ +\.\d{4} │ +-?\.\d{4} \[-?\.\d{3}, -?\.\d{3}\]/)
    await fails(['evaluate', ...TRAIN.slice(1), '--cap', 'colour=1'], place, { code: 2, error: 'ERR_OPTION', says: /"colour", which no item has/ })
  })

  test('without a time column the order of the rows is the time, and the numbers say so', async () => {
    writeFileSync(join(cwd, 'plain.csv'), readFileSync(join(cwd, 'events.csv'), 'utf8').replace(/^(.*?,.*?),.*$/gm, '$1'))
    const { code, stdout } = await matinee(['evaluate', 'plain.csv', '--user', 'customer', '--item', 'sku', '--model', 'popularity', '--resamples', '100'], place)
    expect({ code, tells: stdout.includes('the order of the rows is the time'), recent: stdout.includes('recent popularity') }).toEqual({ code: 0, tells: true, recent: false })
  })

  test('datasets lists what is known and where it is', async () => {
    const known = await json<{ name: string, folder: string | null }[]>(['datasets'], place)
    expect(known.map(({ name }) => name)).toContain('ml-100k')
    expect(known.every(({ folder }) => folder === null)).toBe(true)
    expect((await matinee(['datasets'], place)).stdout).toContain('synthetic')
  })

  test('the synthetic set that it lists can be named like any other', async () => {
    const { dataset } = await json<{ dataset: object }>(['evaluate', '--dataset', 'synthetic', '--model', 'popularity', '--resamples', '100'], place)
    expect(dataset).toMatchObject({ name: 'synthetic', synthetic: true })
  })
})

describe('versions', () => {
  const dir = ['--artifacts', 'shelf'] as const
  const train = (...flags: string[]) => json<Run>([...TRAIN, '--out', 'shelf', ...flags], place)
  const list = () => json<Entry[]>(['versions', 'list', ...dir], place)

  test('list, use and prune: newest first, one is live, the live one is never removed', async () => {
    const names: string[] = []
    for (const seed of ['1', '2', '3']) names.unshift((await train('--seed', seed)).version)
    expect((await list()).map(({ name, live, dataset, error }) => ({ name, live, dataset, error }))).toEqual(
      names.map((name, at) => ({ name, live: at === 0, dataset: 'events.csv', error: null })))
    expect(await json(['versions', 'use', names[2], ...dir], place)).toEqual({ live: names[2] })
    expect((await json<List>(['recommend', '--user-id', 'c1', ...dir], place)).version).toBe(names[2])
    expect((await json<List>(['recommend', '--user-id', 'c1', '--artifact-version', names[1], ...dir], place)).version).toBe(names[1])
    expect(await json(['versions', 'prune', '--keep', '1', ...dir], place)).toEqual({ removed: [names[1]] })
    expect((await list()).map(({ name, live }) => [name, live])).toEqual([[names[0], false], [names[2], true]])
    const { stdout } = await matinee(['versions', 'list', ...dir], place)
    expect(stdout).toMatch(/live.*\n/)
  })

  test('train --keep removes older versions', async () => {
    const { version } = await train('--keep', '1')
    expect((await list()).map(({ name }) => name)).toEqual([version])
  })

  test('--refit all measures the same and serves a model of everything', async () => {
    const { version, metrics, timings } = await json<Run>([...TRAIN, '--refit', 'all', '--out', 'refit'], place)
    expect(metrics).toEqual(trained.metrics)
    expect(timings.refit).toBeTypeOf('number')
    const { manifest } = await json<{ manifest: { config: object, files: Record<string, { sha256: string }> } }>(['inspect', '--artifacts', 'refit'], place)
    expect(manifest.config).toMatchObject({ refit: 'all' })
    expect(manifest.files['als_model.safetensors']).not.toEqual((read('manifest.json').files as Record<string, object>)['als_model.safetensors'])
    expect(version).toContain('als')
  })

  test('the same command twice gives the same model, byte for byte', async () => {
    const { version } = await json<Run>([...TRAIN, '--out', 'again', '--threads', '2'], place)
    const file = (folder: string, name: string): Buffer => readFileSync(join(cwd, folder, name, 'als_model.safetensors'))
    expect(file('again', version).equals(file('artifacts', trained.version))).toBe(true)
  })
})
