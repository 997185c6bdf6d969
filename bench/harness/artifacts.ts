// Folders of versions that a service is measured with: MovieLens, synthetic sets, and a catalogue of a million items.
import {
  allModels, assemble, IdMap, models, prepareDataset, resolveOptions, seededRandom, synthetic, trainingParts, trainingSet, type Dataset, type FittedModel, type ItemId, type UserId,
} from '@matinee/core'
import { save } from 'matinee'
import { benchData, movieLens, shapeOf, syntheticShape, type DataName, type DataShape } from './data.ts'

/** Enough for factors of the usual kind; how good they are does not matter here. */
const ITERATIONS = 3
const GENRES = ['Action', 'Comedy', 'Crime', 'Drama', 'Documentary', 'Horror', 'Romance', 'Thriller']

/** A folder with versions of one model that differ by their seed. */
export interface Served {
  readonly folder: string
  readonly userIds: readonly string[]
  readonly data: DataShape
  readonly factors: number
  /** The names of the versions; CURRENT names the last. */
  readonly versions: readonly string[]
}

type Shown = Pick<Dataset, 'interactions' | 'users' | 'items' | 'catalogue'>

/** Fits models, or draws them for the catalogue that nobody could fit, and writes them as versions below `folder`. */
export async function writeArtifacts(name: DataName, folder: string, factors: number, versions = 1): Promise<Served> {
  const isDrawn = name.startsWith('1m-items')
  const dataset: Shown = name.startsWith('ml-') ? await movieLens(name)
    : isDrawn ? await madeUpCatalogue(name) : prepareDataset(synthetic(syntheticShape(name)))
  const training = trainingSet(dataset.interactions, 'log')
  const names: string[] = []
  for (let seed = 1; seed <= versions; seed++) {
    const options = resolveOptions(models.als.options, { factors, iterations: ITERATIONS })
    const model = isDrawn ? await drawn(dataset, factors, seed) : await models.als.fit(training, options, { seed })
    names.push(await save(assemble(model, dataset, training), folder))
  }
  return { folder, userIds: dataset.users.ids, data: shapeOf(name, dataset.interactions), factors, versions: names }
}

/** Two stages with their defaults, fitted on all of a MovieLens set. */
export async function writeTwoStages(name: DataName, folder: string): Promise<Omit<Served, 'factors'>> {
  const dataset = await movieLens(name)
  const { uses = [], options, fit } = allModels.lambdamart
  const training = trainingSet(dataset.interactions, 'log', trainingParts(uses, dataset, { ties: 'hash', seed: 1 }))
  const version = await save(assemble(await fit(training, resolveOptions(options, {}), { seed: 1 }), dataset, training), folder)
  return { folder, userIds: dataset.users.ids, data: shapeOf(name, dataset.interactions), versions: [version] }
}

async function madeUpCatalogue(name: DataName): Promise<Shown> {
  const interactions = await benchData[name].load()
  const ids = (prefix: string, length: number): string[] => Array.from({ length }, (_, index) => `${prefix}${index + 1}`)
  return {
    interactions,
    users: new IdMap(ids('u', interactions.nUsers) as UserId[]),
    items: new IdMap(ids('i', interactions.nItems) as ItemId[]),
    catalogue: Array.from({ length: interactions.nItems }, (_, item) => ({
      title: `Synthetic film ${item + 1} (${1930 + item % 70})`,
      attributes: { year: 1930 + item % 70, genres: [GENRES[item % 8], GENRES[(item >> 3) % 8]] },
    })),
  }
}

/** Normal numbers, as a catalogue of that size may have. */
function drawn({ interactions: { nUsers, nItems } }: Shown, factors: number, seed: number): Promise<FittedModel> {
  const { normal } = seededRandom(seed)
  const draw = (rows: number) => ({ shape: [rows, factors], data: Float32Array.from({ length: rows * factors }, normal) })
  return models.als.restore({ model: 'als', options: resolveOptions(models.als.options, { factors }), tensors: { item_factors: draw(nItems), user_factors: draw(nUsers) } })
}
