// From a file and a store to the next version, by the command as a service starts it.
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeVersion } from '@matinee/core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Decision, ErasedVersion } from '../../src/retrain/index.ts'
import { open } from '../../src/folders.ts'
import { listVersions, readCurrent, readManifest, withLock, writeVersion } from '../../src/shelf/index.ts'
import { openStore, type FeedbackEvent } from '../../src/store/index.ts'
import { COLUMNS, fails, json, matinee, scratchFolder, SMALL, writeEvents } from '../cli/help.ts'
import { filesWith } from './help.ts'

const cwd = scratchFolder()
const place = { cwd }
const told = (userId: string, itemId: string, more: Partial<FeedbackEvent> = {}): FeedbackEvent => ({ userId, itemId, type: 'rate', timestamp: null, ...more })
const train = (out: string, options: readonly string[]) => json(['train', 'events.csv', ...COLUMNS, ...options, '--items', 'items.csv', '--out', out], place)
/** A folder of versions of its own with a store in it; the arguments that name them. */
async function folderWith(name: string, events: readonly FeedbackEvent[], of = 'als') {
  cpSync(join(cwd, of), join(cwd, name), { recursive: true })
  const store = await openStore(join(cwd, name, 'feedback.sqlite'))
  await store.append(events)
  await store.close()
  return { dir: join(cwd, name), line: ['--artifacts', name, '--store', `${name}/feedback.sqlite`] }
}
const decisions = (dir: string): Decision[] => readFileSync(join(dir, 'retrain.jsonl'), 'utf8').trimEnd().split('\n').map(text => JSON.parse(text) as Decision)
/** Every customer rates four things of the file. */
const news = Array.from({ length: 30 }, (_, user) => Array.from({ length: 4 }, (__, at) => told(`c${user}`, `s${(7 * user + 3 * at) % 25}`, { rating: 5 }))).flat()

beforeAll(async () => {
  writeEvents(cwd, 400)
  await train('als', SMALL)
  await train('item-knn', ['--model', 'item-knn', '--neighbours', '20', '--resamples', '100'])
})

describe('retrain', () => {
  test('gives a version that knows new users and items, says what it was judged by, and is journalled; once more there is nothing new', async () => {
    const { dir, line } = await folderWith('grows', [...news, told('somebody', 's1', { rating: 4 }), told('somebody', 's5'), told('c1', 'brand new', { weight: 2 })])
    const before = await readCurrent(dir)
    const decision = await json<Decision>(['retrain', ...line, '--level', '0.001'], place)
    expect(decision).toMatchObject({
      outcome: 'accepted', live: before, model: 'als', starts: 1, erasedUsers: 0, feedback: { after: 0, sequence: 123, news: 123, events: 123 },
      judgement: { outcome: 'not worse', unknownUsers: 1, unknownItems: 1, metric: 'ndcg@10' },
    })
    expect(await readCurrent(dir)).toBe(decision.version)
    const live = await open(dir)
    expect(live.history('somebody').map(({ itemId }) => itemId as string).sort()).toEqual(['s1', 's5'])
    expect(live.recommend('somebody').recommendations[0].title).toMatch(/^Thing/)
    expect(live.history('c1').map(({ itemId }) => itemId as string)).toContain('brand new')
    expect(await readManifest(dir, decision.version ?? '')).toMatchObject({
      feedback: { sequence: 123 }, retrained: { from: before, judgement: decision.judgement }, source: { file: '../events.csv', itemsFile: '../items.csv' }, config: { modelOptions: { factors: 4 } },
    })
    expect(await json(['retrain', ...line], place)).toMatchObject({ outcome: 'nothing new', live: decision.version })
    expect(decisions(dir).map(({ outcome }) => outcome)).toEqual(['accepted', 'nothing new'])
    expect(decisions(dir)[0]).toEqual(decision)
    expect((await matinee(['retrain', ...line, '--always', '--retain', '1'], place)).stdout).toMatch(/No judgement: 0 users .*\nVersion .* is live, with the store's events up to number 123: 0 more\./)
    expect(await listVersions(dir)).toHaveLength(1)
  })

  test('refuses a planted candidate that is worse, and leaves the live version as it is', async () => {
    // people go on with what the item-knn model gives them: nobody does so well by a random order
    const { dir, line } = await folderWith('planted', [], 'item-knn')
    const live = await open(dir)
    const follow = live.users.ids.flatMap(userId => live.recommend(userId, { n: 2 }).recommendations.map(({ itemId }) => told(userId, itemId)))
    const store = await openStore(join(dir, 'feedback.sqlite'))
    await store.append(follow)
    await store.close()
    const before = readdirSync(dir).sort()
    const decision = await json<Decision>(['retrain', ...line, '--model', 'random', '--judges', '20'], place)
    expect(decision).toMatchObject({ outcome: 'refused', because: expect.stringMatching(/^its ndcg@10 is lower by 0\.\d+, p = 0\.0/), judgement: { outcome: 'worse' } })
    expect(decision.version).toBeUndefined()
    expect(readdirSync(dir).filter(name => name !== 'retrain.jsonl' && name !== '.retrain').sort()).toEqual(before)
    expect((await matinee(['retrain', ...line, '--model', 'random', '--judges', '20'], place)).stdout).toMatch(/Refused: its ndcg@10 is lower by .* stays the live version\./)
    expect(await json(['retrain', ...line, '--judges', '20', '--level', '0'], place)).toMatchObject({ outcome: 'accepted', model: 'item-knn', starts: 0 })
  })

  test('with too few users to judge goes on and says so, or stays where a judgement is asked for', async () => {
    const { dir, line } = await folderWith('few', [told('c1', 's2'), told('c2', 's3')])
    const live = await readCurrent(dir)
    expect(await json(['retrain', ...line, '--judged-only'], place)).toMatchObject({ outcome: 'refused', live, because: expect.stringMatching(/^\d users have something held out, 30 are asked for\.$/) })
    expect(await readCurrent(dir)).toBe(live)
    expect(await json(['retrain', ...line], place)).toMatchObject({ outcome: 'accepted', judgement: { outcome: 'too few' } })
  })

  test('begins from the live factors unless it is to be cold, with the same bits for any number of threads', async () => {
    const bytes = async (name: string, ...options: readonly string[]): Promise<Buffer> => {
      const { dir, line } = await folderWith(name, news)
      const { version } = await json<Decision>(['retrain', ...line, '--level', '0', ...options], place)
      return readFileSync(join(dir, version ?? '', 'als_model.safetensors'))
    }
    const [one, two, cold] = [await bytes('one', '--threads', '1'), await bytes('two', '--threads', '2'), await bytes('cold', '--cold')]
    expect(two).toEqual(one)
    expect(cold).not.toEqual(one)
  })

  test('makes one iteration from there, as many as it is told, and after four in a row all of them from nothing', async () => {
    const { dir, line } = await folderWith('chain', news)
    const next = async (...options: readonly string[]) => {
      const { version = '', starts } = await json<Decision>(['retrain', ...line, '--always', '--level', '0', ...options], place)
      return [starts, ((await readManifest(dir, version)).losses as unknown[]).length, ((await readManifest(dir, version)).config as { modelOptions: object }).modelOptions]
    }
    for (const starts of [1, 2, 3, 4]) expect(await next()).toEqual([starts, 1, expect.objectContaining({ iterations: 2 })])
    expect(await next()).toEqual([0, 2, expect.objectContaining({ iterations: 2 })])
    expect(await next('--iterations', '3')).toEqual([1, 3, expect.objectContaining({ iterations: 3 })])
    expect((await next('--factors', '5')).slice(0, 2)).toEqual([0, 3])
  })

  test('erased users are in no version, no file and not in the next model; what they do afterwards is', async () => {
    const { dir, line } = await folderWith('erased', news)
    await json(['retrain', ...line, '--level', '0'], place)
    expect(filesWith(dir, '"c7"')).toHaveLength(2)
    const { versions } = await json<{ versions: ErasedVersion[] }>(['erase', ...line, '--user-id', 'c7'], place)
    expect(versions.map(({ users }) => users)).toEqual([1, 1])
    expect(filesWith(dir, '"c7"')).toEqual([])
    expect(await json(['erase', ...line], place)).toEqual({ versions: [] })
    await json(['retrain', ...line], place)
    expect(filesWith(dir, '"c7"')).toEqual([])
    expect(decisions(dir).at(-1)).toMatchObject({ outcome: 'accepted', erasedUsers: 1, feedback: { news: 1, events: 0 } })
    const store = await openStore(join(dir, 'feedback.sqlite'))
    await store.append([told('c7', 's3')])
    await store.close()
    await json(['retrain', ...line], place)
    expect((await open(dir)).history('c7').map(({ itemId }) => itemId)).toEqual(['s3'])
    expect(await json(['erase', ...line], place)).toEqual({ versions: [] })
    expect((await open(dir)).users.indexOf('c7')).toBeDefined()
  })

  test('two at once: the second is told who is at work; cancelled, it leaves nothing', async () => {
    const { dir, line } = await folderWith('busy', news)
    await withLock(join(dir, '.retrain'), 'retrain', async () => {
      await fails(['retrain', ...line], place, { code: 1, error: 'ERR_LOCKED', says: new RegExp(`locked by process ${process.pid} on .* \\(retrain, since`) })
    })
    const before = readdirSync(dir).sort()
    await fails(['retrain', ...line], { ...place, signal: AbortSignal.abort() }, { code: 130, error: 'ERR_ABORTED', says: '' })
    expect(readdirSync(dir).sort()).toEqual(before)
    expect(existsSync(join(dir, 'retrain.jsonl'))).toBe(false)
  })

  test('a version that does not say where its data came from needs a file; a store that has not come so far is another one', async () => {
    const { dir, line } = await folderWith('saved', [told('c1', 's1')])
    const { contents } = await open(dir)
    await writeVersion(dir, { label: 'als', now: new Date('2027-01-01T00:00:00Z'), manifest: { config: { model: 'als', modelOptions: { factors: 4, iterations: 2 } } }, files: encodeVersion(contents) })
    await fails(['retrain', ...line], place, { code: 2, error: 'ERR_USAGE', says: 'does not say which data it was trained on, expected a file or --dataset NAME' })
    expect(await json(['retrain', 'events.csv', ...COLUMNS, ...line], place)).toMatchObject({ outcome: 'accepted', model: 'als' })
    await writeVersion(dir, { label: 'als', now: new Date('2027-01-02T00:00:00Z'), manifest: { feedback: { sequence: 99 } }, files: encodeVersion(contents) })
    await fails(['retrain', 'events.csv', ...COLUMNS, ...line], place, { code: 1, error: 'ERR_STORE', says: 'up to number 99, and the newest in this store is 1' })
    await fails(['retrain', 'events.csv', ...COLUMNS, ...line.slice(0, 2), '--store', 'nowhere.sqlite'], place, { code: 1, error: 'ERR_STORE', says: 'nowhere.sqlite' })
    await fails(['retrain', '--artifacts', 'nowhere'], place, { code: 1, error: 'ERR_ARTIFACT_MISSING', says: 'nowhere' })
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false)
  })

  test('rows that came to the base data since are in the next version too', async () => {
    const { dir, line } = await folderWith('base', [told('c1', 's1')])
    appendFileSync(join(cwd, 'events.csv'), 'c-late,s3,4,1700009999\n')
    await json(['retrain', ...line], place)
    expect((await open(dir)).users.indexOf('c-late')).toBeDefined()
  })
})
