// The sets that are measured on, prepared once a run and handed to every worker as a file.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { encodeSafetensors, synthetic, type Csr, type Dataset, type Features, type Interactions } from '@matinee/core'
import { weigh } from '../../packages/core/src/dataset/index.ts'
import { datasetDefinition, locateDataset, readDataset } from '../../packages/matinee/src/files/index.ts'

const ITEMS = 26_744

interface BenchData {
  readonly title: string
  /** Iterations of a timed fit, the first of which is not counted: as many as make a second or so, and two at least. */
  readonly iterations: number
  readonly load: () => Promise<Interactions>
}

/** The folder of a MovieLens set, and its definition. Throws where it is not there. */
export async function movieLensFolder(name: string) {
  const definition = datasetDefinition(name)
  const located = await locateDataset(definition, { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
  if (!located) throw new Error(`there is no ${name}; set MATINEE_DATA_DIR to the folder that holds ${name}/, or leave it out with --data.`)
  return { definition, folder: located.folder }
}

/** A MovieLens set, read. */
export async function movieLens(name: string): Promise<Dataset> {
  const { definition, folder } = await movieLensFolder(name)
  return readDataset(definition, folder)
}

/** As MovieLens 20M has it, users in proportion: 138,493 at 20 million. */
export const usersOf = (millions: number): number => Math.round(138_493 * millions / 20)

/** One user with a hundred items, spread over the catalogue: for the lists of a service, not for fitting. */
const oneUser = (nItems: number): Interactions => ({
  nUsers: 1, nItems, users: new Int32Array(100), items: Int32Array.from({ length: 100 }, (_, at) => at * nItems / 100), values: new Float32Array(100).fill(1), valueKind: 'weight',
})

/** The shape of a synthetic set, whose name is like 20m. Throws for a set that is not made. */
export function syntheticShape(name: string) {
  const millions = Number(/^(\d+)m$/.exec(name)?.[1])
  if (Number.isNaN(millions)) throw new Error(`${name} is not a synthetic set; expected one like 20m.`)
  return { users: usersOf(millions), items: ITEMS, interactions: millions * 1e6 }
}

/** Ten thousand users with a hundred items each, so that every item is somebody's: a catalogue to be served. */
const everyItemHad = (nItems: number, nUsers: number): Interactions => ({
  nUsers, nItems, valueKind: 'weight', values: new Float32Array(nItems).fill(1),
  users: Int32Array.from({ length: nItems }, (_, row) => Math.floor(row * nUsers / nItems)),
  items: Int32Array.from({ length: nItems }, (_, row) => Math.floor(row * nUsers / nItems) + nUsers * (row % (nItems / nUsers))),
})

const made = (millions: number, iterations: number): BenchData => ({
  title: `synthetic, ${millions} M`,
  iterations,
  load: async () => synthetic(syntheticShape(`${millions}m`)).interactions,
})

/** Every set by name. */
export const benchData = {
  'ml-100k': { title: 'MovieLens 100K', iterations: 20, load: async () => (await movieLens('ml-100k')).interactions },
  'ml-1m': { title: 'MovieLens 1M', iterations: 8, load: async () => (await movieLens('ml-1m')).interactions },
  '20m': { ...made(20, 2), title: 'synthetic at the shape of ML-20M' },
  '1m': made(1, 8),
  '3m': made(3, 5),
  '10m': made(10, 4),
  '30m': made(30, 2),
  '100m': made(100, 2),
  '1m-items': { title: 'one user of a million items', iterations: 1, load: async () => oneUser(1_000_000) },
  '1m-items-10k-users': { title: 'ten thousand users of a million items', iterations: 1, load: async () => everyItemHad(1_000_000, 10_000) },
} as const satisfies Record<string, BenchData>

/** A name of `benchData`. */
export type DataName = keyof typeof benchData

/** What a results document says of a set. */
export interface DataShape {
  readonly name: DataName
  readonly nUsers: number
  readonly nItems: number
  readonly interactions: number
  /** SHA-256 of users, items and weights, little-endian, one after the other. */
  readonly checksum: string
}

/** A prepared set: its shape, and the file that workers load. */
export interface Problem extends DataShape {
  /** users, items I32 [n] and weights F32 [n] = ln(1 + rating); of items with features each pair, featureItems and features I32 [m]. */
  readonly file: string
  /** [nItems], 1 where somebody had the item. */
  readonly seen: Uint8Array
}

function weightsOf({ values, valueKind }: Interactions): Float32Array {
  const weights = values.slice()
  weigh(weights, valueKind, 'log')
  return weights
}

/** The shape of a set and its checksum. */
export function shapeOf(name: DataName, interactions: Interactions, weights = weightsOf(interactions)): DataShape {
  const { nUsers, nItems, users, items } = interactions
  const hash = createHash('sha256')
  for (const column of [users, items, weights]) hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  return { name, nUsers, nItems, interactions: users.length, checksum: hash.digest('hex') }
}

/** Writes a set below `folder` for the workers. label: distinguishes parts of one set. features: of the items. */
export function writeProblem(name: DataName, interactions: Interactions, folder: string, label: string = name, features?: Features): Problem {
  const { nUsers, nItems, users, items } = interactions
  const weights = weightsOf(interactions)
  const file = path.join(folder, `${label}.safetensors`)
  const column = (data: Int32Array | Float32Array) => ({ shape: [data.length], data })
  writeFileSync(file, encodeSafetensors({
    tensors: { users: column(users), items: column(items), weights: column(weights), ...(features && featurePairs(features.matrix)) },
    metadata: { nUsers: String(nUsers), nItems: String(nItems), ...(features && { featureNames: JSON.stringify(features.names) }) },
  }))
  const seen = new Uint8Array(nItems)
  for (const item of items) seen[item] = 1
  return { ...shapeOf(name, interactions, weights), file, seen }
}

function featurePairs({ nRows, indptr, indices }: Csr) {
  const items = new Int32Array(indices.length)
  for (let item = 0; item < nRows; item++) items.fill(item, indptr[item], indptr[item + 1])
  return { featureItems: { shape: [items.length], data: items }, features: { shape: [indices.length], data: indices } }
}
