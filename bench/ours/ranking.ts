// Our side of the measurement lambdamart: the commands of bench/peers/rankers.py.
import { readFileSync, writeFileSync } from 'node:fs'
import {
  decodeSafetensors, encodeSafetensors, forestOf, shareableBuffer, trainLambdaMart, type RankingRows, type TreeRanker,
} from '@matinee/core'

const rowsBy = new Map<string, RankingRows>()
let ranker: TreeRanker | undefined

const rowsOf = (name: string): RankingRows => {
  const rows = rowsBy.get(name)
  if (!rows) throw new Error(`no rows "${name}" are loaded`)
  return rows
}

/** Rows of a file, in memory that threads share. */
export function loadRows({ name, file }: { name: string, file: string }) {
  const { tensors } = decodeSafetensors(new Uint8Array(readFileSync(file)), file)
  const labels = Uint8Array.from(tensors.labels.data)
  const shared = new Float32Array(shareableBuffer(4 * tensors.columns.data.length))
  shared.set(tensors.columns.data)
  const columns = Array.from({ length: tensors.columns.shape[0] }, (_, feature) => shared.subarray(feature * labels.length, (feature + 1) * labels.length))
  rowsBy.set(name, { blocks: [columns], groups: Uint32Array.from(tensors.groups.data), labels })
  return { rows: labels.length }
}

/** rows: of a leaf at least; share: of the features for a tree. */
interface Budget { readonly trees: number, readonly leaves: number, readonly rate: number, readonly rows: number, readonly penalty: number, readonly share: number }

/** Milliseconds from the columns to the trained model. */
export async function trainRanker({ trees, leaves, rate, rows, penalty, share, threads, seed }: Budget & { readonly threads: number, readonly seed: number }) {
  const training = rowsOf('training')
  const featureNames = training.blocks[0].map((_, feature) => `f${feature}`)
  const begun = performance.now()
  const options = { trees, numLeaves: leaves, learningRate: rate, minDataInLeaf: rows, lambda: penalty, featureFraction: share }
  ranker = (await trainLambdaMart({ featureNames, training }, options, { threads, seed })).ranker
  return { ms: performance.now() - begun }
}

/** Milliseconds of the scores of rows, the trees' layout included. */
export async function predictRows({ name, threads, out }: { name: string, threads: number, out: string }) {
  if (!ranker) throw new Error('no ranker is trained')
  const [columns] = rowsOf(name).blocks
  const begun = performance.now()
  const scores = await (await forestOf(ranker)).scores(columns, { threads })
  const ms = performance.now() - begun
  writeFileSync(out, encodeSafetensors({ tensors: { scores: { shape: [scores.length], data: scores } }, metadata: {} }))
  return { ms }
}
