// Measuring in several fits, keeping what came of it, and comparing.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeSafetensors, meanOf, type Comparison } from '@matinee/core'
import { decodeResult, encodeResult } from '../../src/experiment/index.ts'
import { open, save } from '../../src/folders.ts'
import { COLUMNS, fails, json, matinee, scratchFolder, SMALL, writeEvents } from './help.ts'

const cwd = scratchFolder()
const place = { cwd }
const DATA = ['events.csv', ...COLUMNS, ...SMALL, '--k', '3'] as const
const EVALUATE = ['evaluate', ...DATA] as const
const POPULARITY = ['events.csv', ...COLUMNS, '--resamples', '100', '--k', '3', '--model', 'popularity'] as const

interface Run {
  version: string, metrics: Record<string, number>, intervals: Record<string, [number, number]>, protocol: Record<string, unknown>, baselines: Record<string, Record<string, unknown>>
  runs?: Record<string, number>[]
}
type Compared = Comparison & { protocol: Record<string, unknown>, configs: { model: string }[] }

const bytes = (file: string): Uint8Array => readFileSync(join(cwd, file))

beforeAll(() => writeEvents(cwd))

describe('evaluate', () => {
  test('--seeds and --tie-seeds: the mean of all fits, which stand beside it, over users counted in every split', async () => {
    const all = await json<Run>([...EVALUATE, '--seeds', '3', '--tie-seeds', '2', '--tie-seed', '7'], place)
    expect(all.protocol).toMatchObject({ seeds: [42, 43, 44], tieSeeds: [7, 8], seed: 7, intervals: expect.stringContaining('3 seeds and 2 tie seeds') })
    expect(all.runs?.map(({ seed, tieSeed }) => [tieSeed, seed])).toEqual([[7, 42], [7, 43], [7, 44], [8, 42], [8, 43], [8, 44]])
    expect(all.metrics['ndcg@3']).toBeCloseTo(meanOf((all.runs ?? []).map(run => run['ndcg@3'])), 12)
    const one = await json<Run>([...EVALUATE, '--seed', '43', '--tie-seed', '8'], place)
    expect(one.metrics).toEqual(Object.fromEntries(Object.entries(all.runs?.[4] ?? {}).filter(([name]) => !['seed', 'tieSeed'].includes(name))))
    expect(one.runs).toBeUndefined()
    for (const values of [all.intervals, all.baselines.popularity.intervals as typeof all.intervals]) {
      for (const [low, high] of Object.values(values)) expect(low).toBeLessThanOrEqual(high)
    }
  })

  test('gives what train gives, and its result the bytes of the version\'s', async () => {
    const { version, metrics } = await json<Run>(['train', ...DATA], place)
    const evaluated = await json<Run>([...EVALUATE, '--out', 'one.safetensors'], place)
    expect(evaluated.metrics).toEqual(metrics)
    expect(bytes('one.safetensors')).toEqual(bytes(join('artifacts', version, 'per_user.safetensors')))
  })

  test('the same seeds give the same bytes; values are [tie seeds × seeds × users], and their mean is the metric', async () => {
    const flags = ['--seeds', '2', '--tie-seeds', '2', '--out'] as const
    const { metrics } = await json<Run>([...EVALUATE, ...flags, 'a.safetensors'], place)
    await json([...EVALUATE, ...flags, 'b.safetensors', '--threads', '2'], place)
    expect(bytes('b.safetensors')).toEqual(bytes('a.safetensors'))
    const { tensors } = decodeSafetensors(bytes('a.safetensors'), 'a.safetensors')
    expect(tensors['ndcg@3'].shape).toEqual([2, 2, tensors.users.data.length])
    expect(meanOf(tensors['ndcg@3'].data)).toBeCloseTo(metrics['ndcg@3'], 12)
    expect([...tensors.tie_seeds.data, ...tensors.seeds.data]).toEqual([42, 43, 42, 43])
    const result = decodeResult(bytes('a.safetensors'), 'a.safetensors')
    expect(Buffer.concat(encodeResult(result))).toEqual(bytes('a.safetensors'))
  })

  test('refuses tie seeds where none decides, ranks among random items of several fits, seeds beyond the last, and a folder that is not there', async () => {
    const option = (says: RegExp) => ({ code: 2, error: 'ERR_OPTION', says })
    await fails([...EVALUATE, '--ties', 'file', '--tie-seeds', '2'], place, option(/there are 2 tie seeds, expected 1: no seed decides this split \(leave-last-n, ties file\)/))
    await fails([...EVALUATE, '--seeds', '2', '--sampled', '5'], place, option(/sampled is 5, expected 0/))
    await fails([...EVALUATE, '--seeds', '2', '--seed', '4294967295'], place, option(/seed is 4294967296/))
    await fails([...EVALUATE, '--out', 'no/such/a.safetensors'], place, { code: 1, error: 'ERR_IO', says: /there is no folder/ })
  })
})

describe('compare', () => {
  let versions: string[]
  beforeAll(async () => {
    const train = async (argv: readonly string[]): Promise<string> => (await json<Run>(['train', ...argv, '--out', 'shelf'], place)).version
    versions = [await train(DATA), await train(POPULARITY)]
    await json(['evaluate', ...DATA, '--seeds', '2', '--out', 'two.safetensors'], place)
    await json(['evaluate', ...POPULARITY, '--out', 'popular.safetensors'], place)
  })

  test('versions by name, a version\'s folder, a folder of versions and kept results are the same operands', async () => {
    const [als, popularity] = versions
    const compared = await json<Compared>(['compare', als, popularity, '--artifacts', 'shelf'], place)
    expect(compared).toMatchObject({ metric: 'ndcg@3', usersCounted: 30, operands: [{ label: 'als', seeds: [42] }, { label: 'popularity' }], configs: [{ model: 'als' }, { model: 'popularity' }] })
    expect(compared.pairs).toMatchObject([{ a: 'als', b: 'popularity', verdict: { about: 'fits' } }])
    for (const other of ['popular.safetensors', 'shelf', join('shelf', popularity)]) {
      expect(await json<Compared>(['compare', join('shelf', als), other], place)).toEqual(compared)
    }
  })

  test('--models fits and gives what comparing the kept results gives', async () => {
    const kept = await json<Compared>(['compare', 'two.safetensors', 'popular.safetensors', '--metric', 'recall@3'], place)
    const fitted = await json<Compared>(['compare', '--models', 'als,popularity', ...DATA, '--seeds', '2', '--metric', 'recall@3', '--resamples', '1000'], place)
    expect(fitted.operands).toEqual(kept.operands)
    expect(fitted.pairs).toEqual(kept.pairs)
    expect(kept.pairs[0].verdict.about).toBe('models')
  })

  test('prints both tables and the verdict', async () => {
    const { code, stdout } = await matinee(['compare', 'two.safetensors', 'popular.safetensors'], place)
    expect(code).toBe(0)
    expect(stdout).toMatch(/│ als +│ \.\d{4} \[\.\d{3}, \.\d{3}\] │ +2 │/)
    expect(stdout).toMatch(/als − popularity.*│ (no difference found|als is better|popularity is better)/)
    expect(stdout).toMatch(/30 users, paired/)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(130)
  })

  test('what was not measured alike is refused with the fields; the model and its seed are none of them', async () => {
    const keep = (out: string, ...flags: string[]) => json(['evaluate', ...DATA, '--out', out, ...flags], place)
    await keep('seed.safetensors', '--seed', '1', '--factors', '3', '--weight', 'binary')
    await json(['compare', 'two.safetensors', 'seed.safetensors'], place)
    const unlike = (says: RegExp) => ({ code: 1, error: 'ERR_UNLIKE', says })
    await keep('ties.safetensors', '--ties', 'file')
    await fails(['compare', 'two.safetensors', 'ties.safetensors'], place, unlike(/two.safetensors and ties.safetensors were not measured alike: ties is "hash" and "file"/))
    await keep('tie-seed.safetensors', '--tie-seed', '1')
    await fails(['compare', 'two.safetensors', 'tie-seed.safetensors'], place, unlike(/tie seeds is "42" and "1"/))
    await keep('one-fit.safetensors', '--ties', 'file', '--seed', '7') // no seed decides this split: one fit and two are alike
    await keep('two-fits.safetensors', '--ties', 'file', '--seeds', '2')
    await json(['compare', 'one-fit.safetensors', 'two-fits.safetensors'], place)
    await keep('k.safetensors', '--k', '2')
    await fails(['compare', 'two.safetensors', 'k.safetensors'], place, unlike(/k is "3" and "2"/))
    writeEvents(join(cwd), 500)
    await keep('data.safetensors')
    writeEvents(cwd)
    await fails(['compare', 'two.safetensors', 'data.safetensors'], place, unlike(/dataset checksum is "/))
  })

  test('refuses one result, an unknown metric, an option of nobody, a missing file, a damaged one, and a version without values by user', async () => {
    await fails(['compare', 'two.safetensors'], place, { code: 2, error: 'ERR_USAGE', says: /1 results were named, expected at least two/ })
    await fails(['compare', '--models', 'als', ...DATA], place, { code: 2, error: 'ERR_USAGE', says: /at least two different models/ })
    await fails(['compare', 'two.safetensors', 'popular.safetensors', '--metric', 'ndcg@5'], place, { code: 2, error: 'ERR_UNKNOWN_NAME', says: /als has no metric "ndcg@5"; expected one of .*recall@3/ })
    await fails(['compare', '--models', 'popularity,random', ...DATA], place, { code: 2, error: 'ERR_OPTION', says: /none of popularity, random has the option "factors"/ })
    await fails(['compare', 'two.safetensors', 'three.safetensors'], place, { code: 1, error: 'ERR_FILE_MISSING', says: /three.safetensors/ })
    await fails(['compare', 'two.safetensors', '2026-01-01T00-00-00Z-als', '--artifacts', 'shelf'], place, { code: 1, error: 'ERR_ARTIFACT_MISSING', says: /there is no version/ })
    writeFileSync(join(cwd, 'cut.safetensors'), bytes('two.safetensors').subarray(0, 500))
    await fails(['compare', 'two.safetensors', 'cut.safetensors'], place, { code: 1, error: 'ERR_FORMAT', says: /cut.safetensors is no safetensors file/ })
    copyFileSync(join(cwd, 'shelf', versions[0], 'history.safetensors'), join(cwd, 'history.safetensors'))
    await fails(['compare', 'two.safetensors', 'history.safetensors'], place, { code: 1, error: 'ERR_FORMAT', says: /history.safetensors is no result: its format is "matinee 1"/ })
    await save(await open(join(cwd, 'shelf'), versions[0]), join(cwd, 'by-program'))
    await fails(['compare', 'by-program', 'two.safetensors'], place, { code: 1, error: 'ERR_ARTIFACT_MISSING', says: /holds no per_user.safetensors: it was trained by an older matinee, or saved by a program/ })
    rmSync(join(cwd, 'shelf', versions[1], 'per_user.safetensors'))
    await fails(['compare', join('shelf', versions[0]), join('shelf', versions[1])], place, { code: 1, error: 'ERR_ARTIFACT_MISSING', says: /per_user.safetensors is missing/ })
  })
})
