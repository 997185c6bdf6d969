// `matinee tune`: what it saves, what it keeps, how it goes on, and what it refuses.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { allModels } from '@matinee/core'
import type { TuningRecord } from '../../src/tune/index.ts'
import { COLUMNS, fails, json, matinee, scratchFolder, writeEvents } from './help.ts'

const cwd = scratchFolder()
const place = { cwd }
beforeAll(() => writeEvents(cwd))
const FAST = ['--range', 'factors=2:8', '--range', 'iterations=1:3', '--k', '3', '--resamples', '100'] as const
const TUNE = ['tune', 'events.csv', ...COLUMNS, ...FAST, '--trials', '8'] as const

interface Document { model: string, version: string, wasThere: boolean, log: string, tuning: TuningRecord, metrics: { protocol: Record<string, unknown> } & Record<string, unknown> }
interface Line { look?: { trial: number, options: object, seed: number, metrics?: Record<string, number>, error?: { code: string } }, cut?: object, ended?: object, version?: string, subject?: object, id?: string }

// what may be written at this moment has no end yet
const linesOf = (path: string): Line[] => readFileSync(path, 'utf8').split('\n').slice(0, -1).map(line => JSON.parse(line) as Line)
const looksOf = (path: string): object[] => linesOf(path).flatMap(({ look }) => look ? [{ trial: look.trial, options: look.options, seed: look.seed, metrics: look.metrics }] : [])

test('it saves the winner as a version whose metrics.json says how it was found, and logs every look', async () => {
  const [als] = await json<Document[]>([...TUNE, '--out', 'one'], place)
  const folder = join(cwd, 'one', als.version)
  const metrics = JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')) as Document['metrics'] & { tuning: TuningRecord }
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { tuning: string, config: { modelOptions: object } }
  const lines = linesOf(als.log)
  expect(metrics.tuning).toEqual(als.tuning)
  expect(als.tuning).toMatchObject({ objective: 'ndcg@3', evaluatedOn: 'validation', repeatable: true, budget: { trials: 8 }, effort: { name: 'iterations', rungs: [1, 3] } })
  expect(als.tuning.trials).toHaveLength(8)
  expect(als.tuning.trials.filter(({ stopped }) => stopped === 'won')).toHaveLength(1)
  expect(als.tuning.winner.mean).toBeGreaterThanOrEqual(als.tuning.defaults?.mean ?? Infinity)
  expect(manifest).toMatchObject({ tuning: lines[0].id, config: { modelOptions: als.tuning.winner.options } })
  expect(metrics.protocol).toMatchObject({ evaluatedOn: 'test', configurationsTried: als.tuning.configurationsTried, defaultsChosen: expect.stringContaining('matinee tune chose among') })
  expect(looksOf(als.log)).toHaveLength(als.tuning.trials.reduce((sum, { looks }) => sum + looks.length, 0))
  expect(als.tuning.configurationsTried).toBe(new Set(looksOf(als.log).map(look => JSON.stringify((look as { options: object }).options))).size)
  expect(lines.at(-1)).toEqual({ version: als.version })
})

test('train with the winner\'s options and the same seed gives the same model, byte for byte', async () => {
  const [{ version, tuning }] = await json<Document[]>([...TUNE, '--out', 'again'], place)
  const flags = Object.entries(tuning.winner.options).flatMap(([name, value]) => [`--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`, String(value)])
  const trained = await json<{ version: string }>(['train', 'events.csv', ...COLUMNS, '--k', '3', '--resamples', '100', ...flags, '--out', 'again'], place)
  const model = (name: string): Buffer => readFileSync(join(cwd, 'again', name, 'als_model.safetensors'))
  expect(model(trained.version).equals(model(version))).toBe(true)
})

test('the same looks, in whatever order, and the same winner with one thread, with two, and with two trials at once', async () => {
  const [one, two, workers] = [['--threads', '1'], ['--threads', '2'], ['--threads', '2', '--parallel', '2']].map((flags, at) => json<Document[]>([...TUNE, ...flags, '--out', `same-${at}`], place))
  const sorted = (path: string): string[] => looksOf(path).map(look => JSON.stringify(look)).sort()
  const [expected] = await one
  for (const [other] of [await two, await workers]) {
    expect(sorted(other.log)).toEqual(sorted(expected.log))
    expect(other.tuning.winner).toEqual(expected.tuning.winner)
  }
})

test('with --split user-holdout users whom the fit has not seen are asked for by their histories, in one trial at a time and in two', async () => {
  const argv = ['tune', 'events.csv', ...COLUMNS, '--model', 'popularity,ease', '--split', 'user-holdout', '--validation-users', '0.3', '--k', '3', '--resamples', '100', '--trials', '3']
  const [alone, beside] = [await json<Document[]>([...argv, '--out', 'folded'], place), await json<Document[]>([...argv, '--parallel', '2', '--out', 'folded-2'], place)]
  for (const { tuning: { winner } } of alone) expect(winner.mean).toBeGreaterThan(0) // by what it was fitted on it knows nothing of them
  expect(beside.map(({ tuning }) => tuning.winner)).toEqual(alone.map(({ tuning }) => tuning.winner))
})

test('two trials at once are cut short by a budget and by Ctrl-C as one is', async () => {
  const argv = [...TUNE, '--parallel', '2', '--trials', '100000']
  const [{ tuning }] = await json<Document[]>([...argv, '--budget', '1s', '--out', 'parallel-budget'], place)
  expect(tuning.repeatable).toBe(false)
  const controller = new AbortController()
  const running = matinee([...argv, '--out', 'parallel-stopped'], { cwd, signal: controller.signal })
  while (!existsSync(join(cwd, 'parallel-stopped', 'tune-als.jsonl')) || linesOf(join(cwd, 'parallel-stopped', 'tune-als.jsonl')).length < 5) await new Promise(resolve => setTimeout(resolve, 5))
  controller.abort()
  expect((await running).code).toBe(130)
})

test('once finished it is not tested again: the same version, nothing new in the folder', async () => {
  const [first] = await json<Document[]>([...TUNE, '--out', 'twice'], place)
  const before = [readdirSync(join(cwd, 'twice')), readFileSync(first.log, 'utf8')]
  const [second] = await json<Document[]>([...TUNE, '--trials', '20', '--out', 'twice'], place)
  expect(second).toMatchObject({ version: first.version, wasThere: true, metrics: first.metrics })
  expect([readdirSync(join(cwd, 'twice')), readFileSync(first.log, 'utf8')]).toEqual(before)
  const { stdout } = await matinee([...TUNE, '--out', 'twice'], place)
  expect(stdout).toContain('the test item is not asked again')
})

describe('a search that ended anywhere', () => {
  const finished = join(cwd, 'whole')
  let lines: string[] = []
  let whole: Document
  beforeAll(async () => {
    [whole] = await json<Document[]>([...TUNE, '--out', 'whole', '--threads', '1'], place)
    lines = readFileSync(join(finished, 'tune-als.jsonl'), 'utf8').trimEnd().split('\n')
  })

  test('goes on from every line of its log to the same looks and winner, none of them twice', async () => {
    for (let kept = 0; kept < lines.length - 2; kept += 3) {
      const out = `cut-${kept}`
      writeLog(out, `${lines.slice(0, kept).map(line => `${line}\n`).join('')}${lines[kept].slice(0, 20)}`)
      const [resumed] = await json<Document[]>([...TUNE, '--out', out, '--threads', '1'], place)
      expect(looksOf(resumed.log), `after ${kept} lines`).toEqual(looksOf(join(finished, 'tune-als.jsonl')))
      expect(resumed.tuning.winner).toEqual(whole.tuning.winner)
    }
  })

  test('goes on with more trials where it was a shorter search', async () => {
    writeLog('longer', lines.slice(0, -2).map(line => `${line}\n`).join(''))
    const [longer] = await json<Document[]>([...TUNE, '--trials', '12', '--out', 'longer', '--threads', '1'], place)
    expect(longer.tuning.trials).toHaveLength(12)
    expect(looksOf(longer.log).slice(0, lines.length - 3)).toEqual(looksOf(join(finished, 'tune-als.jsonl')))
  })

  test('does not save a second version where only the last line of the log was lost', async () => {
    writeFileSync(join(finished, 'tune-als.jsonl'), lines.slice(0, -1).map(line => `${line}\n`).join(''))
    const [found] = await json<Document[]>([...TUNE, '--out', 'whole', '--threads', '1'], place)
    expect(found).toMatchObject({ version: whole.version, wasThere: true })
    expect(linesOf(join(finished, 'tune-als.jsonl')).at(-1)).toEqual({ version: whole.version })
  })

  test.each([
    [['--range', 'alpha=1:2'], /range of alpha is "1:2" and was "0.1:50"/],
    [['--alpha', '3'], /range of alpha is nothing and was "0.1:50"/],
    [['--seed', '7'], /seed is 7 and was 42/],
    [['--ties', 'file'], /ties is "file" and was "hash"/],
    [['--min-rating', '2'], /minRating/],
  ])('is not gone on with under %j', async (flags, says) => {
    await fails([...TUNE, ...flags, '--out', 'whole'], place, { code: 2, error: 'ERR_OPTION', says })
  })

  function writeLog(out: string, text: string): void {
    mkdirSync(join(cwd, out))
    writeFileSync(join(cwd, out, 'tune-als.jsonl'), text)
  }
})

test('Ctrl-C ends it with 130, says how to go on, and the log is whole', async () => {
  const controller = new AbortController()
  const running = matinee([...TUNE, '--trials', '5000', '--out', 'stopped'], { cwd, signal: controller.signal })
  while (!existsSync(join(cwd, 'stopped', 'tune-als.jsonl')) || linesOf(join(cwd, 'stopped', 'tune-als.jsonl')).length < 5) await new Promise(resolve => setTimeout(resolve, 5))
  controller.abort()
  const { code, stderr } = await running
  expect(code).toBe(130)
  expect(stderr).toContain('the same command goes on from there')
  expect(looksOf(join(cwd, 'stopped', 'tune-als.jsonl')).length).toBeGreaterThanOrEqual(4)
  expect(readdirSync(join(cwd, 'stopped')).sort()).toEqual(['.lock', 'tune-als.jsonl'])
})

test('a budget in time ends it; the record says that another run may come elsewhere', async () => {
  const [{ tuning, log }] = await json<Document[]>([...TUNE, '--trials', '100000', '--budget', '0.5s', '--out', 'budget'], place)
  expect(tuning.repeatable).toBe(false)
  expect(tuning.budget).toEqual({ trials: 100_000, seconds: 0.5 })
  expect(tuning.trials.length).toBeLessThan(100_000)
  expect(looksOf(log).length).toBeGreaterThan(0)
})

test('what cannot be fitted is kept with its error and does not win', async () => {
  // 64 factors of 25 items and next to no regularization: the first of them is singular
  const argv = ['tune', 'events.csv', ...COLUMNS, '--k', '3', '--resamples', '100', '--range', 'alpha=1000:100000', '--range', 'regularization=0.000001:0.00001', '--range', 'factors=2:64', '--iterations', '2', '--trials', '12', '--out', 'failing']
  const [{ tuning, log }] = await json<Document[]>(argv, place)
  const failed = linesOf(log).flatMap(({ look }) => look?.error ? [look] : [])
  expect(failed.map(({ error }) => error?.code)).toContain('ERR_SINGULAR')
  for (const { trial } of failed) expect(tuning.trials[trial - 1].stopped).toMatch(/^ERR_/)
  expect(failed.map(({ trial }) => trial)).not.toContain(tuning.winner.trial)
})

test('several models have the same budget each; the best on validation is saved last and live', async () => {
  const all = await json<Document[]>([...TUNE, '--model', 'all', '--out', 'all'], place)
  expect(all.map(({ model }) => model).sort()).toEqual(Object.keys(allModels).sort())
  const means = all.map(({ tuning }) => tuning.winner.mean)
  expect(means).toEqual(means.toSorted((a, b) => b - a))
  expect(readFileSync(join(cwd, 'all', 'CURRENT'), 'utf8').split('\n')[0]).toBe(all[0].version)
  expect(all.find(({ model }) => model === 'random')?.tuning.trials).toHaveLength(1)
})

test('a line for each look goes to stderr, and nothing with --quiet', async () => {
  const loud = await matinee([...TUNE, '--out', 'loud'], place)
  expect(loud.stderr).toMatch(/^als: trial 8 of 8, ndcg@3 \.\d{4} ± \.\d{4}, \d\.\d s, factors \d/m)
  expect(loud.stdout).toMatch(/│ winner +│/)
  const quiet = await matinee([...TUNE, '--out', 'quiet', '--quiet'], place)
  expect({ code: quiet.code, stderr: quiet.stderr }).toEqual({ code: 0, stderr: '' })
})

describe('wrong usage', () => {
  test.each([
    [['--model', 'als,unheard'], 'ERR_UNKNOWN_NAME', 'there is no model "unheard"'],
    [['--budget', '10'], 'ERR_OPTION', 'expected a duration'],
    [['--trials', '0'], 'ERR_OPTION', 'trials is 0'],
    [['--parallel', '0'], 'ERR_OPTION', 'parallel is 0'],
    [['--range', 'factors'], 'ERR_OPTION', 'OPTION=MIN:MAX'],
    [['--days', '3'], 'ERR_OPTION', 'there is no option "days" of als'],
    [['--range', 'solver=1:2'], 'ERR_OPTION', 'solver is given a range'],
    [['--k', '1000'], 'ERR_OPTION', 'k is 1000'],
  ])('%j', (flags, error, says) => fails([...TUNE, ...flags, '--out', 'wrong'], place, { code: 2, error, says }))
})
