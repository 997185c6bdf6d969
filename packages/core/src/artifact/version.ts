// What a version holds, and the files it becomes. matinee's shelf adds the manifest and the checksums; here are
// only names and bytes, so that a page can open a version too.
import { MatineeError, type ItemId, type UserId } from '../base/index.ts'
import type { Catalogue, ItemInfo, Weighting } from '../dataset/index.ts'
import type { ModelState, Tensor } from '../model/index.ts'
import { decodeSafetensors, safetensorsParts } from './safetensors.ts'

/** Everything that a recommender needs, in the form in which it is stored. */
export interface VersionContents {
  readonly state: ModelState
  /** position = index */
  readonly userIds: readonly UserId[]
  /** position = index */
  readonly itemIds: readonly ItemId[]
  readonly catalogue: Catalogue
  readonly history: StoredHistory
}

/** Everything the users are known to have had: what the model was fitted on, and what was held out. */
export interface StoredHistory {
  readonly weighting: Weighting
  /** [nUsers + 1] */
  readonly indptr: Uint32Array
  /** [n], item indices; within a user rising, or in order of time where the model asks what follows what */
  readonly items: Int32Array
  /** [n], weights > 0 */
  readonly weights: Float32Array
  /** [n], 1 where the model was fitted on the interaction, 0 where it was held out */
  readonly fitted: Uint8Array
  /** [n], seconds, where the model asks what follows what and the data have times. */
  readonly times?: Float64Array
}

const MODEL_FILE = /^[a-z0-9-]+_model\.safetensors$/
const FORMAT = 'matinee 1'

/** The files of a version by name, each in parts, large ones not copied; equal contents give equal bytes. */
export function encodeVersion({ state, userIds, itemIds, catalogue, history }: VersionContents): Map<string, readonly Uint8Array[]> {
  const json = (value: unknown): Uint8Array[] => [new TextEncoder().encode(JSON.stringify(value))]
  const vector = (data: Tensor['data']): Tensor => ({ shape: [data.length], data })
  return new Map<string, readonly Uint8Array[]>([
    [`${state.model}_model.safetensors`, safetensorsParts({
      tensors: state.tensors,
      metadata: { format: FORMAT, model: state.model, options: JSON.stringify(state.options) },
    })],
    ['history.safetensors', safetensorsParts({
      tensors: { indptr: vector(history.indptr), items: vector(history.items), weights: vector(history.weights), fitted: vector(history.fitted), ...(history.times && { times: vector(history.times) }) },
      metadata: { format: FORMAT, weighting: history.weighting },
    })],
    ['user_map.json', json(userIds)],
    ['item_map.json', json(itemIds)],
    ['item_titles.json', json(catalogue.map(({ title }) => title ?? null))],
    ['item_attributes.json', json(catalogue.map(({ attributes }) => attributes))],
  ])
}

/** The inverse of encodeVersion. Throws ERR_FORMAT, naming the file, for anything it would not have written. */
export function decodeVersion(files: ReadonlyMap<string, Uint8Array>): VersionContents {
  const modelFile = [...files.keys()].find(name => MODEL_FILE.test(name))
  if (!modelFile) throw new MatineeError('ERR_FORMAT', `no model file is among ${[...files.keys()].join(', ') || 'no files'}, expected NAME_model.safetensors.`)
  const state = decodeState(fileBytes(files, modelFile), modelFile)
  const userIds = stringArray<UserId>(files, 'user_map.json')
  const itemIds = stringArray<ItemId>(files, 'item_map.json')
  const catalogue = decodeCatalogue(files, itemIds.length)
  return { state, userIds, itemIds, catalogue, history: decodeHistory(fileBytes(files, 'history.safetensors'), userIds.length, itemIds.length) }
}

function decodeState(bytes: Uint8Array, fileName: string): ModelState {
  const { tensors, metadata } = decodeSafetensors(bytes, fileName)
  if (metadata.format !== FORMAT) throw new MatineeError('ERR_FORMAT', `${fileName} has the format "${metadata.format}", expected "${FORMAT}".`)
  const options = parseJson(metadata.options ?? '', fileName)
  if (typeof options !== 'object' || options === null || typeof metadata.model !== 'string') {
    throw new MatineeError('ERR_FORMAT', `${fileName} does not name its model and options.`)
  }
  return { model: metadata.model, options: options as ModelState['options'], tensors }
}

function decodeHistory(bytes: Uint8Array, nUsers: number, nItems: number): StoredHistory {
  const fail = (): never => { throw new MatineeError('ERR_FORMAT', `history.safetensors does not fit ${nUsers} users and ${nItems} items.`) }
  const { tensors, metadata } = decodeSafetensors(bytes, 'history.safetensors')
  const [indptr, items, weights, fitted] = [tensors.indptr?.data, tensors.items?.data, tensors.weights?.data, tensors.fitted?.data]
  const times = tensors.times?.data
  const { weighting } = metadata
  if (weighting !== 'log' && weighting !== 'linear' && weighting !== 'binary') return fail()
  if (!(indptr instanceof Uint32Array && items instanceof Int32Array && weights instanceof Float32Array && fitted instanceof Uint8Array)) return fail()
  if (times !== undefined && !(times instanceof Float64Array)) return fail()
  const n = items.length
  const rising = indptr.every((start, row) => row === 0 ? start === 0 : start >= indptr[row - 1])
  if (indptr.length !== nUsers + 1 || !rising || indptr[nUsers] !== n || weights.length !== n || fitted.length !== n || (times && times.length !== n)) return fail()
  if (!items.every(item => item >= 0 && item < nItems) || !weights.every(weight => weight > 0 && weight < Infinity)) return fail()
  return { weighting, indptr, items, weights, fitted, ...(times && { times }) }
}

function decodeCatalogue(files: ReadonlyMap<string, Uint8Array>, nItems: number): Catalogue {
  const titles = jsonArray(files, 'item_titles.json', nItems)
  const attributes = jsonArray(files, 'item_attributes.json', nItems)
  return titles.map((title, index): ItemInfo => {
    const own = attributes[index]
    if ((title !== null && typeof title !== 'string') || typeof own !== 'object' || own === null) {
      throw new MatineeError('ERR_FORMAT', `item ${index} has the title ${JSON.stringify(title)} and the attributes ${JSON.stringify(own)}, expected text and an object.`)
    }
    return { ...(title !== null && { title }), attributes: own as ItemInfo['attributes'] }
  })
}

function stringArray<Id extends string>(files: ReadonlyMap<string, Uint8Array>, name: string): Id[] {
  const ids = jsonArray(files, name)
  if (ids.every(id => typeof id === 'string') && new Set(ids).size === ids.length) return ids as Id[]
  throw new MatineeError('ERR_FORMAT', `${name} holds something else than different strings.`)
}

function jsonArray(files: ReadonlyMap<string, Uint8Array>, name: string, length?: number): unknown[] {
  const value = parseJson(new TextDecoder().decode(fileBytes(files, name)), name)
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value
  throw new MatineeError('ERR_FORMAT', `${name} holds ${Array.isArray(value) ? `${value.length} entries` : typeof value}, expected an array${length === undefined ? '' : ` of ${length}`}.`)
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MatineeError('ERR_FORMAT', `${name} is not JSON: ${(cause as Error).message}`, { cause })
  }
}

function fileBytes(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name)
  if (bytes) return bytes
  throw new MatineeError('ERR_FORMAT', `${name} is missing; the files are ${[...files.keys()].join(', ')}.`)
}
