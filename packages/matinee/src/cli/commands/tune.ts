import { allModels, checkOption, MatineeError, pickOptions, type AnyModelName, type OptionSpecs, type Progress } from '@matinee/core'
import { loadData, originRecord, rankedModel, runConfig, runOptions } from '../../experiment/index.ts'
import { withLock } from '../../shelf/index.ts'
import { tune as search, type Narrowed, type TuneConfig, type Tuned } from '../../tune/index.ts'
import type { CommandDefinition } from '../command.ts'
import { print, remark, type Io } from '../io.ts'
import { metricsTable, protocolLines } from '../metrics-table.ts'
import { DEFAULT_ARTIFACTS, folder } from '../open-artifacts.ts'
import { checkedCount, checkedKeep, parseNumber, pickOptionsOf } from '../option-flags.ts'
import { software } from '../package-version.ts'
import { progressBar } from '../progress-bar.ts'
import { addRunFlags, dataJobFrom, splitOptions } from '../run-flags.ts'
import { tuneLines, tuneView } from '../tune-view.ts'

const { model: _, ...sharedOptions } = runOptions

export const tune: CommandDefinition = {
  summary: 'Search for the best options on the validation item, then refit, test once, and save a version.',
  examples: [
    ['tune --dataset ml-100k --trials 60 --budget 10m', 'als; the same line again goes on where it was stopped'],
    ['tune --dataset ml-100k --model als,popularity --budget 5m', 'the same budget for each; the best on validation becomes the live version'],
    ['tune events.csv --user customer --item sku --factors 64 --range alpha=1:20', 'factors stay, alpha is searched between 1 and 20'],
  ],
  configure(command) {
    addRunFlags(command, sharedOptions)
    command
      .optionsGroup('Search:')
      .option('--model <names>', `models to tune, with commas between them, or all: ${Object.keys(allModels).join(', ')}`, 'als')
      .option('--trials <integer>', 'configurations for each model, the defaults among them', parseNumber, 60)
      .option('--budget <duration>', 'time for each model\'s search, e.g. 90s, 10m, 1h; no end by default')
      .option('--parallel <integer>', 'trials at once, each with its share of the threads; changes no result', parseNumber, 1)
      .option('--range <option=min:max>', 'search this option between these ends; may be given again', collect)
      .optionsGroup('Output:')
      .option('--out <dir>', 'folder of the versions and of the logs', DEFAULT_ARTIFACTS)
      .option('--keep <integer>', 'afterwards keep only so many versions, the live one always', parseNumber)
  },
  async run(args, options, io) {
    const dir = folder(options.out as string, io)
    const retain = options.keep === undefined ? undefined : checkedKeep(options.keep as number)
    const { data, load, threads } = dataJobFrom(args, options)
    const preparation = { load, ...('file' in data ? { reading: data.reading, itemsFile: data.itemsFile, usersFile: data.usersFile } : {}) }
    const config = configFrom(options, preparation)
    const { signal } = io
    const bar = await progressBar(io, options)
    const view = tuneView(config, options, io)
    const onProgress = (progress: Progress): void => {
      view.stop() // what has a bar is no look
      bar.onProgress(progress)
    }
    const place = { dataDir: io.env.MATINEE_DATA_DIR, cwd: io.cwd, threads, signal, onProgress, onRemark: (text: string) => remark(io, options, text) }
    const context = { threads, signal, onProgress, availableBytes: () => process.availableMemory(), software, now: io.now, onState: view.show, source: originRecord({ data, load }, dir, io.cwd) }
    try {
      const tuned = await withLock(dir, `tune ${config.models.map(({ model }) => model).join(', ')}`, lock =>
        search(() => loadData(data, load, place), config, context, { dir, lock, retain }))
      view.stop()
      answer(tuned, options, io)
    } catch (error) {
      view.stop()
      if (error instanceof MatineeError && error.code === 'ERR_ABORTED') remark(io, options, `What was tried stands in ${dir}; the same command goes on from there.`)
      throw error
    } finally {
      bar.stop()
    }
  },
}

function answer(tuned: readonly Tuned[], options: Readonly<Record<string, unknown>>, io: Io): void {
  if (options.json) return print(io, JSON.stringify(tuned.map(({ logPath, metrics = null, ...one }) => ({ ...one, log: logPath, metrics })), null, 2))
  for (const { model, version, wasThere, tuning, metrics } of tuned) {
    for (const line of tuneLines(model, tuning)) print(io, line)
    print(io, wasThere
      ? `The winner was tested before; the test item is not asked again. Version ${version}:`
      : `The winner, refitted on everything but the test item and tested once, is version ${version}:`)
    if (!metrics) {
      print(io, 'It is no longer in the folder.')
      continue
    }
    print(io, metricsTable(model, metrics))
    for (const line of protocolLines(metrics)) print(io, line)
  }
}

function configFrom(options: Readonly<Record<string, unknown>>, preparation: TuneConfig['preparation']): TuneConfig {
  const { model: _model, modelOptions: _options, ...run } = runConfig(pickOptions(options, sharedOptions as OptionSpecs), {}, splitOptions(options))
  const names = modelNames(options.model as string).map(name => rankedModel(name, options.rank as 'none' | 'lambdamart' | undefined))
  const fixed = pickOptionsOf(allModels, options)
  const ranges = Object.fromEntries((options.range as string[] | undefined ?? []).map(parseRange))
  for (const name of [...Object.keys(fixed), ...Object.keys(ranges)]) {
    if (names.some(model => Object.hasOwn(allModels[model].options, name))) continue
    throw new MatineeError('ERR_OPTION', `there is no option "${name}" of ${names.join(', ')}.`)
  }
  const own = (model: AnyModelName): Narrowed => ({ fixed: pickOptions(fixed, allModels[model].options), ranges: pickOptions(ranges, allModels[model].options) as Narrowed['ranges'] })
  return {
    run,
    models: names.map(model => ({ model, narrowed: own(model) })),
    trials: checkedCount('trials', options.trials as number),
    parallel: Number(checkOption('parallel', { kind: 'integer', default: 1, min: 1, max: 64, help: '' }, options.parallel)),
    ...(options.budget !== undefined && { budgetMs: parseDuration(options.budget as string) }),
    preparation,
  }
}

const isModel = (name: string): name is AnyModelName => Object.hasOwn(allModels, name)

function modelNames(text: string): AnyModelName[] {
  const names = text === 'all' ? Object.keys(allModels) : [...new Set(text.split(','))]
  return names.map(name => {
    if (isModel(name)) return name
    throw new MatineeError('ERR_UNKNOWN_NAME', `there is no model "${name}"; expected all, or some of ${Object.keys(allModels).join(', ')}.`)
  })
}

const collect = (text: string, before: string[] = []): string[] => [...before, text]

function parseRange(text: string): [string, { min: number, max: number }] {
  const [, name, min, max] = /^([\w-]+)=([^:]+):([^:]+)$/.exec(text) ?? []
  if (name === undefined || !Number.isFinite(Number(min)) || !Number.isFinite(Number(max))) throw new MatineeError('ERR_OPTION', `--range is "${text}", expected OPTION=MIN:MAX.`)
  return [name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase()), { min: Number(min), max: Number(max) }]
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? []
  if (amount !== undefined && Number(amount) > 0) return Number(amount) * UNITS[unit]
  throw new MatineeError('ERR_OPTION', `--budget is "${text}", expected a duration such as 90s, 10m or 1h.`)
}
