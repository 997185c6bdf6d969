import { allModels, modelDefinition, pickOptions, prepareOptions, resolveOptions } from '@matinee/core'
import { checkedThreads, loadData, originFrom, originRecord, runOptions, type Origin } from '../../experiment/index.ts'
import { judgeOptions, retrain as retrainFolder, retrainConfig, type Decision, type Judgement } from '../../retrain/index.ts'
import { readCurrent, readManifest } from '../../shelf/index.ts'
import type { CommandDefinition } from '../command.ts'
import { print, remark, type Io } from '../io.ts'
import { DEFAULT_ARTIFACTS, folder } from '../open-artifacts.ts'
import { addFlags, checkedCount, parseNumber, pickOptionsOf } from '../option-flags.ts'
import { software } from '../package-version.ts'
import { progressBar } from '../progress-bar.ts'
import { addDataFlags, addModelFlags, dataJobFrom } from '../run-flags.ts'
import { addStoreFlag, storeUrl } from '../store-flags.ts'

const { model, rank, weight, ties, tieSeed, k, resamples, seed } = runOptions
const ownOptions = { model, rank, weight, ties, tieSeed, k, resamples, seed }

type Options = Readonly<Record<string, unknown>>

export const retrain: CommandDefinition = {
  summary: 'Fit the live version anew with all feedback, and make it live unless it is worse on what was told since.',
  examples: [
    ['retrain', 'base data and options as the live version\'s, events from artifacts/feedback.sqlite'],
    ['retrain events.csv --user customer --item sku --retain 5', 'other base data; five versions stay'],
    ['retrain --factors 128 --margin 0.02', 'another option, and at most two percent to lose'],
    ['retrain --artifacts artifacts --store postgres://matinee@db/matinee --json', 'as a service starts it'],
  ],
  configure(command) {
    addDataFlags(command, ['[file]', 'base data, where not those of the live version'])
    command.optionsGroup('Versions:').option('--artifacts <dir>', 'folder of the versions', DEFAULT_ARTIFACTS)
    addStoreFlag(command)
    command.option('--retain <integer>', 'afterwards keep only so many versions, the live one always', parseNumber)
    addFlags(command, judgeOptions, 'Judgement:')
    command
      .optionsGroup('Judgement:')
      .option('--judged-only', 'with too few users for a judgement the live version stays; by default it is taken for not worse')
      .option('--always', 'also where the store holds nothing new')
      .option('--cold', 'begin from nothing; by default als makes one iteration from the live version\'s factors, every fifth time all of them from nothing')
    addFlags(command, ownOptions, 'Run (by default as the live version):')
    addModelFlags(command)
  },
  async run(args, options, io) {
    const dir = folder(options.artifacts as string, io)
    const manifest = await readManifest(dir, await readCurrent(dir))
    const config = retrainConfig(manifest, pickOptions(options, ownOptions), pickOptionsOf(allModels, options))
    const origin = originOf(args, options, dir, manifest)
    const threads = checkedThreads(options.threads as number | undefined)
    const { signal } = io
    const { openStore } = await import('../../store/index.ts')
    const store = await openStore(storeUrl(options, io), { mustExist: true })
    const bar = await progressBar(io, options)
    const { onProgress } = bar
    const place = { dataDir: io.env.MATINEE_DATA_DIR, cwd: io.cwd, threads, signal, onProgress, onRemark: (text: string) => remark(io, options, text) }
    const { kCore, ...load } = origin.load
    const retraining = {
      config,
      load: () => loadData(origin.data, load, place),
      preparation: { kCore },
      judging: resolveOptions(judgeOptions, pickOptions(options, judgeOptions)),
      judgedOnly: options.judgedOnly === true,
      always: options.always === true,
      cold: options.cold === true,
      effortGiven: options[modelDefinition(config.model).effort ?? ''] !== undefined,
      ...(options.retain !== undefined && { retain: checkedCount('retain', options.retain as number) }),
    }
    const context = {
      threads, signal, onProgress, availableBytes: () => process.availableMemory(), software, now: io.now(), source: originRecord(origin, dir, io.cwd),
    }
    try {
      answer(await retrainFolder(dir, store, retraining, context), options, io)
    } finally {
      bar.stop()
      await store.close()
    }
  },
}

// What was named, or what the live version was trained on; flags of preparation count in both cases.
function originOf(args: readonly string[], options: Options, dir: string, manifest: Options): Origin {
  const isNamed = args.length > 0 || options.dataset !== undefined
  const origin: Origin = isNamed ? dataJobFrom(args, options) : originFrom(manifest, dir)
  return { data: origin.data, load: { ...origin.load, ...pickOptions(options, prepareOptions) } }
}

function answer(decision: Decision, options: Options, io: Io): void {
  if (options.json) return print(io, JSON.stringify(decision, null, 2))
  const { outcome, because, live, version, feedback: { after, sequence, events }, judgement } = decision
  if (judgement) for (const line of judgementLines(judgement, live)) print(io, line)
  if (outcome === 'accepted') print(io, `Version ${version} is live, with the store's events up to number ${sequence}: ${events} more.`)
  else if (outcome === 'nothing new') print(io, `Nothing is new after number ${after}, so ${live} stays the live version.`)
  else if (outcome === 'refused') print(io, `Refused: ${because} ${live} stays the live version.`)
  else print(io, `Nothing was written: ${because}`)
}

function judgementLines({ outcome, because, users, items, unknownUsers, unknownItems, repeated, metric, candidate, live, interval }: Judgement, version: string): string[] {
  const besides = `${unknownUsers} users and ${unknownItems} items that one of the models does not know, ${repeated} had before`
  const heldOut = `Held out: ${items} items of ${users} users; besides ${besides}.`
  if (metric === undefined || candidate === undefined || live === undefined || !interval) return [heldOut, `No judgement: ${because}`]
  const [lower, upper] = interval.map(end => end.toFixed(4))
  const numbers = `${metric}: ${candidate.toFixed(4)} without these events, ${live.toFixed(4)} by ${version}, difference ${lower} to ${upper}.`
  return [heldOut, numbers, `The candidate is ${outcome}: ${because}`]
}
