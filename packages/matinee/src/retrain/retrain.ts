// From a live version and what was told since to the next one, top to bottom: read → fit without the news → judge → fit with them → write.
import { join } from 'node:path'
import {
  assemble, decodeVersion, encodeVersion, modelDefinition, openVersion, prepareDataset, readyKernels, startOf, trainingParts, trainingSet, withoutUsers,
  type Dataset, type FittedModel, type PrepareOptions, type TrainingSet, type VersionContents,
} from '@matinee/core'
import { checkMemory, datasetRecord, stopwatch, type RunConfig, type RunContext } from '../experiment/index.ts'
import { openJournal, readCurrent, readManifest, readVersion, withLock, writeVersion, type Manifest } from '../shelf/index.ts'
import type { Store } from '../store/index.ts'
import { combine } from './combine.ts'
import { erasedBy, feedbackSequence } from './erase.ts'
import { readFeedback, type Feedback } from './feedback.ts'
import { judge, type JudgeOptions, type Judgement } from './judge.ts'

/** Beside the versions: a line for each decision. */
const RETRAIN_LOG = 'retrain.jsonl'

/**
 * What a fit that starts from the live version gets of the option that gives a fit more time, unless that is given: one iteration is enough,
 * and each is one more than the configuration was chosen for. After so many such versions in a row the next one begins from nothing.
 */
const START_EFFORT = 1
const STARTS_IN_A_ROW = 4

/** What is trained, and on what. */
export interface Retraining {
  readonly config: RunConfig
  /** The base data, with no k-core. */
  readonly load: () => Promise<Dataset>
  readonly preparation: PrepareOptions
  readonly judging: JudgeOptions
  /** Whether a judgement is needed to go on: with too few users the live version stays then. */
  readonly judgedOnly: boolean
  /** Whether to go on without any news. */
  readonly always: boolean
  /** Whether models that can start from the live one begin from nothing all the same. */
  readonly cold: boolean
  /** Whether the option that gives a fit more time was given for this retraining. */
  readonly effortGiven: boolean
  /** Versions to keep afterwards; all by default. */
  readonly retain?: number
}

/** What was decided, and by which numbers. */
export interface Decision {
  readonly at: string
  /** `overtaken`: another version was made the live one meanwhile, so nothing was written. */
  readonly outcome: 'accepted' | 'refused' | 'nothing new' | 'overtaken'
  /** A sentence. */
  readonly because: string
  readonly model: string
  /** The live version that it was judged beside. */
  readonly live: string
  /** The new one; only of `accepted`. */
  readonly version?: string
  /** The store's numbers: the live version's data go up to `after`, the new one's up to `sequence`; what was between. */
  readonly feedback: { readonly after: number, readonly sequence: number, readonly news: number, readonly events: number }
  readonly judgement?: Judgement
  /** Users of the base data who were left out because they are erased. */
  readonly erasedUsers?: number
  /** How many versions in a row began where the one before stood, this one included; 0 for a fit that began from nothing. */
  readonly starts?: number
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>
}

/**
 * Fits anew with all feedback and makes it the live version, unless it is worse than the live one on what was told since.
 *
 * One retraining of a folder at a time, which holds a lock of its own; the folder's is taken only to write, so that erasing does not wait.
 * Whoever is erased meanwhile is not in the version that is written. Every decision is a line of retrain.jsonl. Throws ERR_LOCKED,
 * ERR_ABORTED with nothing left behind, ERR_ARTIFACT_MISSING where there is no live version, and what the steps throw.
 */
export async function retrain(dir: string, store: Store, retraining: Retraining, context: RunContext): Promise<Decision> {
  await readCurrent(dir) // a lock would make the folder
  return withLock(join(dir, '.retrain'), 'retrain', async () => {
    const decision = await decide(dir, store, retraining, context)
    const journal = await openJournal(join(dir, RETRAIN_LOG))
    await journal.append(decision).finally(() => journal.close())
    return decision
  })
}

async function decide(dir: string, store: Store, retraining: Retraining, context: RunContext): Promise<Decision> {
  const { time, timings } = stopwatch()
  readyKernels(context)
  const { config, judging } = retraining
  const { version: live, manifest, files } = await time('open', () => readVersion(dir))
  const contents = decodeVersion(files)
  const after = feedbackSequence(manifest)
  const feedback = await time('feedback', () => readFeedback(store, after))
  const heldOut = feedback.events.filter(({ sequence }) => sequence > after)
  const said = {
    at: context.now.toISOString(), model: config.model, live, timings,
    feedback: { after, sequence: feedback.sequence, news: feedback.news, events: heldOut.length },
  }
  if (feedback.news === 0 && !retraining.always) return { ...said, outcome: 'nothing new', because: `the store holds nothing after number ${after}.` }

  const base = await time('load', retraining.load)
  const erasedUsers = base.users.ids.filter(userId => feedback.isErased(userId, 0)).length
  const before = await time('prepare', () => layOut(base, feedback, retraining, after))
  const starts = startsOf(manifest, contents, retraining)
  const start = starts > 0 ? contents : undefined
  const candidate = await time('fit', () => fit(before, start, retraining, context))
  const liveModel = (await openVersion(contents)).model
  const judgement = await time('judge', () => judge(
    { model: liveModel, ...contents }, { model: candidate, userIds: before.dataset.users.ids, itemIds: before.dataset.items.ids },
    before.training, heldOut, { ...judging, ...config }, context))
  const known = { ...said, judgement, erasedUsers, starts }
  if (judgement.outcome === 'worse' || (judgement.outcome === 'too few' && retraining.judgedOnly)) {
    return { ...known, outcome: 'refused', because: judgement.because }
  }

  const all = await time('prepare', () => layOut(base, feedback, retraining))
  const model = await time('refit', () => fit(all, start, retraining, context))
  const { contents: next } = assemble(model, all.dataset, all.training)
  const version = await time('save', () => write(dir, store, next, { ...known, ...all, losses: model.losses ?? [] }, retraining, context))
  if (version === undefined) return { ...known, outcome: 'overtaken', because: `${live} is no longer the live version.` }
  return { ...known, outcome: 'accepted', because: judgement.because, version }
}

interface LaidOut {
  readonly dataset: Dataset
  readonly training: TrainingSet
}

// Base data and events, up to a number or all.
function layOut(base: Dataset, { events, isErased }: Feedback, { config, preparation }: Retraining, upTo = Infinity): LaidOut {
  const raw = combine(base, events.filter(({ sequence }) => sequence <= upTo), config.weight, userId => isErased(userId, 0))
  const { uses = [] } = modelDefinition(config.model)
  const dataset = prepareDataset(raw, { kCore: preparation.kCore }, uses.includes('itemFeatures'))
  return { dataset, training: trainingSet(dataset.interactions, config.weight, trainingParts(uses, dataset, { ties: config.ties, seed: config.tieSeed })) }
}

// The number of the next start in a row, 0 where there is to be none.
function startsOf({ retrained }: Manifest, { state }: VersionContents, { config, cold }: Retraining): number {
  const before = (retrained as { readonly starts?: number } | undefined)?.starts ?? 0
  const canStart = modelDefinition(config.model).startsFrom?.(state, config.modelOptions) ?? false
  return canStart && !cold && before < STARTS_IN_A_ROW ? before + 1 : 0
}

function fit(
  { dataset, training }: LaidOut, start: VersionContents | undefined, retraining: Retraining, { threads, signal, onProgress, availableBytes }: RunContext,
): Promise<FittedModel> {
  const { config: { model, modelOptions, seed }, effortGiven } = retraining
  const definition = modelDefinition(model)
  const { effort } = definition
  const options = { ...modelOptions, ...(start && effort !== undefined && !effortGiven && { [effort]: START_EFFORT }) }
  const context = { ...(threads !== undefined && { threads }), ...(signal && { signal }), ...(onProgress && { onProgress }) }
  checkMemory(definition.bytesNeeded?.(training, options, context) ?? 0, availableBytes())
  return definition.fit(training, options, { ...context, seed, ...(start && { start: startOf(start, dataset) }) })
}

type Accepted = Omit<Decision, 'outcome' | 'because' | 'version'> & Pick<LaidOut, 'dataset'> & { readonly losses: readonly object[] }

// Under the folder's lock: nobody erases between the look at the list of erased users and the version; undefined where another is live now.
async function write(
  dir: string, store: Store, contents: VersionContents,
  { dataset, live, feedback, judgement, timings, losses, starts }: Accepted, { config, retain }: Retraining, context: RunContext,
): Promise<string | undefined> {
  return withLock(dir, 'retrain', async lock => {
    if (!await isStill(dir, live)) return undefined
    const isErased = await erasedBy(store)
    const files = encodeVersion(withoutUsers(contents, userId => isErased(userId, feedback.sequence)).contents)
    const { now, signal, software, source } = context
    const { interactions, ...described } = dataset
    const manifest = {
      createdAt: now.toISOString(),
      dataset: datasetRecord({ ...described, nInteractions: interactions.items.length }),
      source,
      config,
      seed: config.seed,
      software,
      feedback: { sequence: feedback.sequence },
      retrained: { from: live, starts, judgement },
      losses,
      timings,
    }
    return writeVersion(dir, { label: config.model, now, manifest, files, lock, ...(signal && { signal }), ...(retain !== undefined && { retain }) })
  })
}

// Whether the live version is that one, or took its place because users were erased from it: then it is named after the same second.
async function isStill(dir: string, version: string): Promise<boolean> {
  const current = await readCurrent(dir)
  const isOfItsPlace = (name: string): boolean => name.replace(/-\d+$/, '') === version.replace(/-\d+$/, '')
  return current === version || (isOfItsPlace(current) && (await readManifest(dir, current)).replaces !== undefined)
}
