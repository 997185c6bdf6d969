// The main job, top to bottom: load → split → fit → measure → save.
import {
  assemble, encodeVersion, measureUsers, modelDefinition, readyKernels, userRuns, withHeldOut,
  type Dataset, type FittedModel, type LossParts, type MetricsReport, type Progress, type Recommender, type TimedPhase, type UserRuns,
} from '@matinee/core'
import { writeVersion, type Lock } from '../shelf/index.ts'
import type { RunConfig } from './config.ts'
import { fingerprint } from './fingerprint.ts'
import { datasetRecord, loadAndHide, type DatasetSummary } from './hide.ts'
import { checkMemory } from './memory.ts'
import { encodeResult, PER_USER } from './result.ts'
import { stopwatch } from './stopwatch.ts'

/** What a run is given besides data and configuration; nothing here changes a result. */
export interface RunContext {
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Told of the phases of the fit, not of a refit's. */
  readonly onPhase?: (phase: TimedPhase) => void
  /** Bytes that fitting may take, asked when the data are there. */
  readonly availableBytes: () => number
  /** `matinee`'s own version and Node's, for the manifest. */
  readonly software: Readonly<Record<string, string>>
  readonly now: Date
  /** How to load the data again, for the manifest. */
  readonly source?: object
  /** How the configuration was chosen, where a search did it; by default it was given. */
  readonly chosen?: Chosen
}

/** What a search for the configuration says of itself. */
export interface Chosen {
  /** Its name, for the manifest. */
  readonly id: string
  readonly configurationsTried: number
  readonly defaultsChosen: string
  /** What stands under `tuning` in metrics.json. */
  readonly record: object
}

/** Where a version goes. */
export interface Shelf {
  readonly dir: string
  readonly lock: Lock
  /** Versions to keep afterwards; all by default. */
  readonly retain?: number
}

/** What a run gives. */
export interface RunResult {
  readonly dataset: DatasetSummary
  readonly metrics: MetricsReport
  /** The model's values user by user. */
  readonly perUser: UserRuns
  readonly recommender: Recommender
  readonly losses: readonly LossParts[]
  /** What the model says of its fit besides. */
  readonly about?: FittedModel['about']
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>
  /** The version's name; absent where nothing was to be saved. */
  readonly version?: string
}

/**
 * Loads, hides the last interactions, fits on the rest, measures on what was hidden, and writes a version.
 *
 * The columns of the dataset that `load` gives are used up: they are empty afterwards.
 * Throws what the steps throw; whatever it is, the live version stays the live one.
 */
export async function run(load: () => Promise<Dataset>, config: RunConfig, context: RunContext, shelf?: Shelf): Promise<RunResult> {
  const { time, timings } = stopwatch()
  readyKernels(context)
  const measured = await fitAndMeasure(load, config, context, time)
  if (!shelf) return { ...measured, timings }

  const { dataset, metrics, perUser, recommender, losses, about } = measured
  const files = await time('encode', () => encodeVersion(recommender.contents))
  const measurement = { ...metrics, ...(context.chosen && { tuning: context.chosen.record }) }
  files.set('metrics.json', [new TextEncoder().encode(`${JSON.stringify(measurement, null, 2)}\n`)])
  files.set(PER_USER, encodeResult({ dataset: datasetRecord(dataset), config, metrics, perUser }))
  const manifest = describeRun(dataset, config, context, { losses, about, timings })
  const version = await time('save', () => writeVersion(shelf.dir, { label: config.model, now: context.now, manifest, files, signal: context.signal, retain: shelf.retain, lock: shelf.lock }))
  return { ...measured, timings, version }
}

// Everything before the version. By itself, so that the training set is garbage when the version's bytes are made.
async function fitAndMeasure(
  load: () => Promise<Dataset>, config: RunConfig, context: RunContext, time: ReturnType<typeof stopwatch>['time'],
): Promise<Pick<RunResult, 'dataset' | 'metrics' | 'perUser' | 'recommender' | 'losses' | 'about'>> {
  const definition = modelDefinition(config.model)
  const { dataset, split, training, everyPart } = await loadAndHide(load, config, time)
  checkMemory(definition.bytesNeeded?.(training, config.modelOptions, context) ?? 0, context.availableBytes())

  const fit = (rows: typeof training, onPhase?: RunContext['onPhase']): Promise<FittedModel> =>
    definition.fit(rows, config.modelOptions, { ...context, onPhase, seed: config.seed })
  const model = await time('fit', () => fit(training, context.onPhase))
  const { configurationsTried, defaultsChosen } = context.chosen ?? { configurationsTried: 1, ...definition }
  const measured = { ...config, training, split, catalogue: dataset.catalogue, evaluatedOn: 'test', configurationsTried, defaultsChosen } as const
  const { report: metrics, evaluation } = await time('evaluate', () => measureUsers(model, measured, context))
  const perUser = userRuns([[evaluation]], [config.seed], [config.tieSeed])

  const everything = config.refit === 'all' ? withHeldOut(training, split.heldOut, everyPart) : undefined
  const recommender = everything
    ? assemble(await time('refit', () => fit(everything)), dataset, everything)
    : assemble(model, dataset, training, split.heldOut, everyPart?.sequences)
  return { dataset, metrics, perUser, recommender, losses: model.losses ?? [], about: model.about }
}

// What the manifest says; the shelf adds schema version and checksums.
function describeRun(dataset: DatasetSummary, config: RunConfig, context: RunContext, measured: Pick<RunResult, 'losses' | 'about' | 'timings'>): object {
  return {
    createdAt: context.now.toISOString(),
    dataset: datasetRecord(dataset),
    source: context.source,
    config,
    seed: config.seed,
    fingerprint: fingerprint(config, dataset.provenance.checksum, context.software),
    software: context.software,
    tuning: context.chosen?.id,
    ...measured,
  }
}
