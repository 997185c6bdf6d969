// Our side of the benchmark: takes commands from stdin, one JSON document a line, and answers with one a line.
//
// The counterpart of bench/peers/worker.py, with the same commands and the same files.
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import {
  buildCsr, decodeSafetensors, encodeSafetensors, fitAls, modelDefinition, models, resolveOptions, transpose, trainingSet, wasmKernels,
  type AlsWork, type Features, type Kernels, type TensorFile, type TrainingSet,
} from '@matinee/core'
import { measurePeak } from '../harness/peak.ts'
import { allScores } from './scores.ts'
import { loadRows, predictRows, trainRanker } from './ranking.ts'
import { packFactors, topKOfUsers } from './top-k.ts'

interface FitCommand {
  readonly factors: number
  readonly alpha: number
  readonly regularization: number
  readonly iterations: number
  readonly threads: number
  readonly solver: 'cg' | 'cholesky'
  readonly seed: number
  /** After which iterations the factors go to `out`-N.safetensors, as that iteration left them. */
  readonly snapshots?: readonly number[]
  readonly out?: string
  /** Where the factors go that are served: after the last solve of the users, which implicit does not have. */
  readonly served?: string
}

interface TopKCommand {
  readonly file: string
  readonly k: number
  readonly threads: number
  readonly users: number
}

let training: TrainingSet | undefined
const loaded = (): TrainingSet => {
  if (!training) throw new Error('nothing is loaded')
  return training
}

function load({ file }: { file: string }) {
  const { tensors, metadata } = decodeSafetensors(new Uint8Array(readFileSync(file)), file)
  const [users, items, values] = [tensors.users.data as Int32Array, tensors.items.data as Int32Array, tensors.weights.data as Float32Array]
  training = trainingSet({ nUsers: Number(metadata.nUsers), nItems: Number(metadata.nItems), users, items, values, valueKind: 'weight' }, 'log', featuresIn({ tensors, metadata }))
  return { interactions: users.length }
}

function featuresIn({ tensors, metadata }: TensorFile): { itemFeatures?: Features } {
  if (!('features' in tensors)) return {}
  const [items, features] = [tensors.featureItems.data as Int32Array, tensors.features.data as Int32Array]
  const names = JSON.parse(metadata.featureNames) as string[]
  const ones = new Float32Array(items.length).fill(1)
  return { itemFeatures: { matrix: buildCsr(items, features, ones, Number(metadata.nItems), names.length), names } }
}

/** Milliseconds of each iteration and of the whole fit, from the matrix by users as implicit's fit has it; the loss after each. */
async function fit({ threads, seed, snapshots = [], out, served, ...given }: FitCommand) {
  const { factors } = given
  const options = resolveOptions(models.als.options, given)
  const write = (file: string, users: Float32Array, items: Float32Array): void => {
    const tensor = (data: Float32Array) => ({ shape: [data.length / factors, factors], data })
    writeFileSync(file, encodeSafetensors({ tensors: { users: tensor(users), items: tensor(items) }, metadata: {} }))
  }
  let work: AlsWork | undefined
  const kernels: Kernels = { ...wasmKernels, als: async (problem, context) => work = await wasmKernels.als(problem, context) }
  const each: number[] = []
  const begun = performance.now()
  const { weighting, byUser } = loaded()
  const ours: TrainingSet = { weighting, byUser, byItem: transpose(byUser) }
  let at = performance.now()
  const fitted = await fitAls(ours, options, { seed, threads, onProgress: ({ done }) => {
    each.push(performance.now() - at)
    if (work && snapshots.includes(done)) write(`${out}-${done}.safetensors`, work.readFactors('users'), work.readFactors('items'))
    at = performance.now()
  } }, kernels)
  const total = performance.now() - begun
  if (served !== undefined) write(served, fitted.userFactors, fitted.itemFactors)
  return { each, toLoss: at - begun, total, losses: fitted.losses.map(loss => loss.total), cgSteps: options.cgSteps }
}

interface FitModelCommand {
  readonly model: string
  readonly config: Readonly<Record<string, number | string>>
  readonly seed: number
  readonly threads: number
  readonly out: string
}

/** Milliseconds of a whole fit of any model, from the matrix by users; its scores of all items for all users go to `out`. */
async function fitModel({ model, config, seed, threads, out }: FitModelCommand) {
  const definition = modelDefinition(model)
  const options = resolveOptions(definition.options, config)
  const { weighting, byUser, itemFeatures } = loaded()
  const parts = itemFeatures && definition.uses?.includes('itemFeatures') ? { itemFeatures } : {} // who does not ask is not told
  const begun = performance.now()
  const fitted = await definition.fit({ weighting, byUser, byItem: transpose(byUser), ...parts }, options, { seed, threads })
  const ms = performance.now() - begun
  writeFileSync(out, allScores(fitted))
  return { ms }
}

let lists: { readonly file: string, readonly packed: Awaited<ReturnType<typeof packFactors>> } | undefined
/** Milliseconds of the lists of the first users. */
async function topK({ file, k, threads, users }: TopKCommand) {
  if (lists?.file !== file) {
    const { tensors } = decodeSafetensors(new Uint8Array(readFileSync(file)), file)
    lists = { file, packed: await packFactors(tensors.users, tensors.items, loaded().byUser) }
  }
  const begun = performance.now()
  const found = await topKOfUsers(lists.packed, users, k, threads)
  const ms = performance.now() - begun
  const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0)
  return { ms, scoreSum: sum(found.scores) }
}

const commands = { load, fit, fitModel, topK, peak: measurePeak, loadRows, trainRanker, predictRows } as Readonly<Record<string, (command: never) => object | Promise<object>>>

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...command } = JSON.parse(line) as { do: string }
  let answer: object
  try {
    answer = await commands[name](command as never)
  } catch (error) {
    answer = { error: error instanceof Error ? error.stack ?? error.message : String(error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
