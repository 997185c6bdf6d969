// From events to a recommender in one call, and to bytes and back.
import { resolveOptions, type RunContext } from '../base/index.ts'
import { decodeBundle, decodeVersion, encodeBundle, encodeVersion, type StoredHistory, type VersionContents } from '../artifact/index.ts'
import {
  fromEvents, prepareDataset, trainingSet, weightsOf, type CatalogueEntry, type Dataset, type EventSource, type Interactions, type Weighting,
} from '../dataset/index.ts'
import { modelDefinition, type FittedModel } from '../model/index.ts'
import { buildCsr } from '../sparse/index.ts'
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
  readonly [modelOption: string]: unknown
}

/**
 * Fits a model to all events.
 *
 * Throws ERR_EVENT, ERR_EMPTY, ERR_OPTION, ERR_UNKNOWN_NAME, and what the model's fit throws.
 */
export async function fit(events: EventSource, options: FitOptions = {}): Promise<Recommender> {
  const { model = 'als', weight = 'log', minRating, kCore, seed = 42, items, threads, signal, onProgress, ...modelOptions } = options
  const definition = modelDefinition(model)
  const resolved = resolveOptions(definition.options, modelOptions)
  const dataset = prepareDataset(await fromEvents(events, { ...(items && { items }) }), { minRating, kCore })
  const training = trainingSet(dataset.interactions, weight)
  const fitted = await definition.fit(training, resolved, { threads, signal, onProgress, seed })
  return assemble(fitted, dataset, weight, dataset.interactions)
}

/** A recommender over a fitted model. fitRows: the interactions that it was fitted on; the dataset's rest was held out. */
export function assemble(model: FittedModel, dataset: Dataset, weighting: Weighting, fitRows: Interactions): Recommender {
  const contents: VersionContents = {
    state: model.state(),
    userIds: dataset.users.ids,
    itemIds: dataset.items.ids,
    catalogue: dataset.catalogue,
    history: storedHistory(dataset.interactions, weighting, fitRows),
  }
  return new Recommender(model, contents)
}

function storedHistory(all: Interactions, weighting: Weighting, fitRows: Interactions): StoredHistory {
  const csr = (rows: Interactions) => buildCsr(rows.users, rows.items, weightsOf(rows, weighting), rows.nUsers, rows.nItems)
  const { indptr, indices, values } = csr(all)
  const part = csr(fitRows)
  const fitted = new Uint8Array(indices.length)
  for (let user = 0; user < all.nUsers; user++) {
    let next = part.indptr[user] // both rows rise, so one walk over each finds what they share
    for (let at = indptr[user]; at < indptr[user + 1]; at++) {
      if (next < part.indptr[user + 1] && part.indices[next] === indices[at]) {
        fitted[at] = 1
        next++
      }
    }
  }
  return { weighting, indptr, items: indices, weights: values, fitted }
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
