// From events to a recommender in one call, and to bytes and back.
import { resolveOptions, type RunContext } from '../base/index.ts'
import { decodeBundle, decodeVersion, encodeBundle, encodeVersion, type StoredHistory, type VersionContents } from '../artifact/index.ts'
import {
  fromEvents, prepareDataset, trainingParts, trainingSet, type CatalogueEntry, type Dataset, type EventSource, type Interactions, type Sequences, type TrainingSet, type UserEntry, type Weighting,
} from '../dataset/index.ts'
import type { FittedModel } from '../model/index.ts'
import { modelDefinition } from '../rank/index.ts'
import { mergeRows } from '../sparse/index.ts'
import { Recommender } from './recommender.ts'

/** What to fit and how; every model's own options (`factors`, `alpha` …) stand beside these. */
export interface FitOptions extends RunContext {
  /** A model's name; default `als`. */
  readonly model?: string
  /** What a rating counts; default `log`. */
  readonly weight?: Weighting
  /** Ratings below are left out. */
  readonly minRating?: number
  /** Users and items with fewer interactions are left out. */
  readonly kCore?: number
  /** An integer in [0, 2³²); default 42. */
  readonly seed?: number
  /** Titles and attributes of the items. */
  readonly items?: Iterable<CatalogueEntry> | AsyncIterable<CatalogueEntry>
  /** Attributes of the users, for a model with features. */
  readonly users?: Iterable<UserEntry> | AsyncIterable<UserEntry>
  readonly [modelOption: string]: unknown
}

/**
 * Fits a model to all events.
 *
 * Throws ERR_EVENT, ERR_EMPTY, ERR_OPTION, ERR_UNKNOWN_NAME, and what the model's fit throws.
 */
export async function fit(events: EventSource, options: FitOptions = {}): Promise<Recommender> {
  const { model = 'als', weight = 'log', minRating, kCore, seed = 42, items, users, threads, signal, onProgress, onPhase, ...modelOptions } = options
  const definition = modelDefinition(model)
  const resolved = resolveOptions(definition.options, modelOptions)
  const { uses = [] } = definition
  const raw = await fromEvents(events, { ...(items && { items }), ...(users && { users }) })
  const dataset = prepareDataset(raw, { minRating, kCore }, uses.includes('itemFeatures'))
  const parts = trainingParts(uses, dataset, { ties: 'hash', seed })
  const training = trainingSet(dataset.interactions, weight, parts)
  const fitted = await definition.fit(training, resolved, { threads, signal, onProgress, onPhase, seed })
  return assemble(fitted, dataset, training)
}

/**
 * A recommender over a fitted model. training: what it was fitted on; heldOut: what else the users are known to have had; sequences: of
 * both together, for a model that asks what follows what. Where nothing was held out and nothing follows, the training set's arrays are shared.
 */
export function assemble(
  model: FittedModel, { users, items, catalogue }: Pick<Dataset, 'users' | 'items' | 'catalogue'>, training: TrainingSet, heldOut?: Interactions,
  sequences = heldOut ? undefined : training.sequences,
): Recommender {
  const contents: VersionContents = {
    state: model.state(),
    userIds: users.ids,
    itemIds: items.ids,
    catalogue,
    history: inOrder(storedHistory(training, heldOut), sequences),
  }
  return new Recommender(model, contents)
}

function storedHistory({ byUser, weighting }: TrainingSet, heldOut?: Interactions): StoredHistory {
  if (!heldOut) {
    const { indptr, indices, values } = byUser
    return { weighting, indptr, items: indices, weights: values, fitted: new Uint8Array(indices.length).fill(1) }
  }
  const { matrix: { indptr, indices, values }, isFirst } = mergeRows(byUser, trainingSet(heldOut, weighting).byUser)
  return { weighting, indptr, items: indices, weights: values, fitted: isFirst }
}

// Each user's history in the order of the sequences, as it was to the model, with its times.
function inOrder(history: StoredHistory, sequences: Sequences | undefined): StoredHistory {
  if (!sequences) return history
  const { weighting, indptr, items } = history
  const { timestamps } = sequences
  const rows = new Uint32Array(items.length)
  const times = timestamps && new Float64Array(items.length)
  const rowOf = new Map<number, number>()
  for (let user = 0, to = 0; user + 1 < indptr.length; user++) {
    rowOf.clear()
    for (let row = indptr[user]; row < indptr[user + 1]; row++) rowOf.set(items[row], row)
    for (let at = sequences.indptr[user]; at < sequences.indptr[user + 1]; at++) {
      const row = rowOf.get(sequences.items[at])
      if (row === undefined) continue
      if (times && timestamps) times[to] = timestamps[at]
      rows[to++] = row
    }
  }
  const picked = <Column extends Int32Array | Float32Array | Uint8Array>(column: Column): Column => column.map((_, at) => column[rows[at]]) as Column
  return { weighting, indptr, items: picked(items), weights: picked(history.weights), fitted: picked(history.fitted), ...(times && { times }) }
}

/** A recommender as bytes; equal ones give equal bytes. */
export function save(recommender: Recommender): Uint8Array {
  return encodeBundle(encodeVersion(recommender.contents))
}

/** The inverse of save. Throws ERR_FORMAT, ERR_UNKNOWN_NAME. */
export async function open(bytes: Uint8Array): Promise<Recommender> {
  return openVersion(decodeVersion(decodeBundle(bytes)))
}

/** A recommender from a version's contents. Throws ERR_FORMAT, ERR_UNKNOWN_NAME. */
export async function openVersion(contents: VersionContents): Promise<Recommender> {
  return new Recommender(await modelDefinition(contents.state.model).restore(contents.state), contents)
}
