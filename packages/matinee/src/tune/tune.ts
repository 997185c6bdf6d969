// Tuning, top to bottom: for each model load → hide test and validation → search; then each winner is refitted on
// everything but test and tested once, the best of them last, so that it is the live version.
import { modelDefinition, type Dataset, type MetricsReport } from '@matinee/core'
import { loadAndHide, run, stopwatch, type RunConfig, type RunContext } from '../experiment/index.ts'
import { listVersions, readVersion, type Lock } from '../shelf/index.ts'
import { choose, type Search, type SearchState } from './choose.ts'
import { openLog, type Ended, type Log, type Subject } from './log.ts'
import { startLooker } from './looker.ts'
import { chosenBy, tuningRecord, type TuningRecord } from './record.ts'
import { largest, spaceOf, type Narrowed, type Space } from './space.ts'

/** What is tuned, and for how long. */
export interface TuneConfig {
  /** What holds for every trial and for the test; its model and model options are not looked at. */
  readonly run: Omit<RunConfig, 'model' | 'modelOptions'>
  readonly models: readonly { readonly model: RunConfig['model'], readonly narrowed: Narrowed }[]
  /** For each model: configurations, and milliseconds, at most. */
  readonly trials: number
  readonly budgetMs?: number
  /** Trials at once; changes no result of theirs. */
  readonly parallel: number
  /** What else decides which data there are, for the log: preparation, and how a file is read. */
  readonly preparation: Subject
}

export interface TuneContext extends Omit<RunContext, 'now' | 'chosen'> {
  readonly now: () => Date
  readonly onState?: (model: string, search: Search, state: SearchState) => void
}

/** Where logs and versions go. */
export interface TuneShelf {
  readonly dir: string
  readonly lock: Lock
  readonly retain?: number
}

/** What came of one model's search. */
export interface Tuned {
  readonly model: string
  readonly logPath: string
  readonly tuning: TuningRecord
  readonly version: string
  /** True where the version was there already, and the test item was not asked again. */
  readonly wasThere: boolean
  /** Of the test; absent where the version is no longer there. */
  readonly metrics?: MetricsReport
}

interface Searched {
  readonly model: RunConfig['model']
  readonly log: Log
  readonly search: Search
  readonly ended: Ended
}

/**
 * Searches, refits, tests, saves. What the logs in the folder hold is not done again, and a search whose winner was
 * tested is not tested again.
 *
 * Throws ERR_OPTION where a log is that of another search, ERR_ABORTED (the logs stay), and what run throws.
 */
export async function tune(load: () => Promise<Dataset>, config: TuneConfig, context: TuneContext, shelf: TuneShelf): Promise<Tuned[]> {
  const searched: Searched[] = []
  try {
    for (const { model, narrowed } of config.models) searched.push(await searchModel(load, model, narrowed, config, context, shelf))
    const tuned: Tuned[] = []
    for (const one of searched.toSorted((a, b) => a.ended.winner.mean - b.ended.winner.mean)) tuned.push(await testOnce(load, one, config, context, shelf))
    return tuned.reverse()
  } finally {
    for (const { log } of searched) await log.close()
  }
}

async function searchModel(
  load: () => Promise<Dataset>, model: RunConfig['model'], narrowed: Narrowed, config: TuneConfig, context: TuneContext, { dir }: TuneShelf,
): Promise<Searched> {
  const { signal, threads, availableBytes } = context
  const { trials, budgetMs, run: { seed, k } } = config
  const space = spaceOf(modelDefinition(model), narrowed)
  const hidden = await loadAndHide(load, { ...config.run, model, modelOptions: largest(space) }, stopwatch().time, 'validation')
  const log = await openLog(dir, model, subjectOf(model, space, config, hidden.dataset.provenance.checksum, context))
  const { training, split } = hidden
  const looker = startLooker({ model, training, split, k }, config.parallel, { threads, availableBytes })
  try {
    const search: Search = { space, seed, objective: `ndcg@${k}`, trials, ...(budgetMs !== undefined && { budgetMs }) }
    const ended = await choose(search, log, { looker, signal, onState: state => context.onState?.(model, search, state) })
    return { model, log, search, ended }
  } catch (error) {
    await log.close()
    throw error
  } finally {
    await looker.close()
  }
}

// What decides the answers. Neither threads nor how long is searched: a longer search may go on where a shorter one was.
function subjectOf(
  model: string, { dimensions, fixed, effort }: Space, { run: { split, ties, weight, k, seed }, preparation }: TuneConfig, data: string | undefined, { software }: TuneContext,
): Subject {
  const ranges = dimensions.map(dimension =>
    [`range of ${dimension.name}`, dimension.kind === 'choice' ? dimension.choices.join(', ') : `${dimension.range.min}:${dimension.range.max}`])
  const efforts = effort ? { [`steps of ${effort.name}`]: effort.rungs.join(', ') } : {}
  return { model, matinee: software.matinee, data, ...preparation, split, ties, weight, k, seed, ...fixed, ...Object.fromEntries(ranges), ...efforts }
}

async function testOnce(
  load: () => Promise<Dataset>, { model, log, search, ended }: Searched, config: TuneConfig, context: TuneContext, shelf: TuneShelf,
): Promise<Tuned> {
  const tuning = tuningRecord(search, log, ended)
  const told = { model, logPath: log.path, tuning }
  const version = log.version ?? await versionOf(log.id, shelf.dir)
  if (version !== undefined) {
    if (log.version === undefined) await log.done(version)
    return { ...told, version, wasThere: true, metrics: await metricsOf(version, shelf.dir) }
  }
  const chosen = chosenBy(log.id, tuning, modelDefinition(model).defaultsChosen)
  const winner: RunConfig = { ...config.run, model, modelOptions: ended.winner.options }
  const { version: saved = '', metrics } = await run(load, winner, { ...context, now: context.now(), chosen }, shelf)
  await log.done(saved)
  return { ...told, version: saved, wasThere: false, metrics }
}

// A process that was killed may have saved the version and not said so in the log.
async function versionOf(id: string, dir: string): Promise<string | undefined> {
  return (await listVersions(dir)).find(({ manifest }) => manifest?.tuning === id)?.name
}

async function metricsOf(version: string, dir: string): Promise<MetricsReport | undefined> {
  if (!(await listVersions(dir)).some(({ name }) => name === version)) return undefined
  const bytes = (await readVersion(dir, version)).files.get('metrics.json')
  return bytes && JSON.parse(new TextDecoder().decode(bytes)) as MetricsReport
}
