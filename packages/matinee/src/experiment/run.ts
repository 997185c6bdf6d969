// The main job, top to bottom: split → fit → measure → save.
import {
  assemble, encodeVersion, measure, modelDefinition, splitterDefinition, trainingSet,
  type Dataset, type FittedModel, type LossParts, type MetricsReport, type Progress, type Recommender,
} from '@matinee/core'
import { writeVersion, type Lock } from '../shelf/index.ts'
import { checkK, type RunConfig } from './config.ts'
import { fingerprint } from './fingerprint.ts'
import { checkMemory, fitBytes } from './memory.ts'
import { stopwatch } from './stopwatch.ts'

/** What a run is given besides data and configuration; nothing here changes a result. */
export interface RunContext {
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Bytes that fitting may take. */
  readonly availableBytes: number
  /** `matinee`'s own version and Node's, for the manifest. */
  readonly software: Readonly<Record<string, string>>
  readonly now: Date
  /** Milliseconds of what was done before, e.g. loading. */
  readonly timings: Readonly<Record<string, number>>
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
  readonly metrics: MetricsReport
  readonly recommender: Recommender
  readonly losses: readonly LossParts[]
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>
  /** The version's name; absent where nothing was to be saved. */
  readonly version?: string
}

/**
 * Hides the last interactions, fits on the rest, measures on what was hidden, and writes a version.
 *
 * Throws what the steps throw; whatever it is, the live version stays the live one.
 */
export async function run(dataset: Dataset, config: RunConfig, context: RunContext, shelf?: Shelf): Promise<RunResult> {
  checkK(config, dataset)
  const { time, timings } = stopwatch(context.timings)
  const split = await time('split', () => splitterDefinition(config.split).split(dataset, { ties: config.ties, seed: config.seed }))
  const training = await time('prepare', () => trainingSet(dataset.interactions, config.weight, split.isFitted))
  checkMemory(fitBytes(config, training, context.threads), context.availableBytes)

  const definition = modelDefinition(config.model)
  const fit = (rows: typeof training): Promise<FittedModel> => definition.fit(rows, config.modelOptions, { ...context, seed: config.seed })
  const model = await time('fit', () => fit(training))
  const { defaultsChosen } = definition
  const measured = { ...config, training, split, evaluatedOn: 'test', configurationsTried: 1, defaultsChosen } as const
  const metrics = await time('evaluate', () => measure(model, measured, context))

  const everything = config.refit === 'all' ? trainingSet(dataset.interactions, config.weight) : undefined
  const recommender = everything
    ? assemble(await time('refit', () => fit(everything)), dataset, everything)
    : assemble(model, dataset, training, split.test)
  const losses = model.losses ?? []
  if (!shelf) return { metrics, recommender, losses, timings }

  const files = await time('encode', () => encodeVersion(recommender.contents))
  files.set('metrics.json', new TextEncoder().encode(`${JSON.stringify(metrics, null, 2)}\n`))
  const manifest = describeRun(dataset, config, context, { losses, timings })
  const version = await time('save', () => writeVersion(shelf.dir, { label: config.model, now: context.now, manifest, files, signal: context.signal, retain: shelf.retain, lock: shelf.lock }))
  return { metrics, recommender, losses, timings, version }
}

// What the manifest says; the shelf adds schema version and checksums.
function describeRun(dataset: Dataset, config: RunConfig, context: RunContext, measured: Pick<RunResult, 'losses' | 'timings'>): object {
  const { name, synthetic, provenance, users, items, interactions } = dataset
  return {
    createdAt: context.now.toISOString(),
    dataset: { name, synthetic, users: users.size, items: items.size, interactions: interactions.users.length, ...provenance },
    config,
    seed: config.seed,
    fingerprint: fingerprint(config, provenance.checksum, context.software),
    software: context.software,
    ...measured,
  }
}
