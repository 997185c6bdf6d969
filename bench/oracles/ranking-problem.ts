// Rows of a ranking as lightgbm_rank.py reads them, and its answer.
import type { TensorFile } from '../../packages/core/src/artifact/index.ts'
import { writeLightGbm, type RankingRows, type TreeRanker } from '../../packages/core/src/rank/index.ts'

/** What LightGBM trains with; ours is given the same by other names. */
export const rankingParameters = {
  objective: 'lambdarank', learning_rate: 0.2, num_leaves: 10, min_data_in_leaf: 5, lambda_l2: 0.5, lambdarank_truncation_level: 30,
  verbosity: -1, num_threads: 1, deterministic: true, seed: 1,
}

export function rankingFile({ blocks, groups, labels }: RankingRows, ranker: TreeRanker, rounds: number): TensorFile {
  const columns = blocks[0]
  const features = new Float32Array(labels.length * columns.length)
  columns.forEach((column, feature) => column.forEach((value, row) => { features[row * columns.length + feature] = value }))
  return {
    tensors: {
      features: { shape: [labels.length, columns.length], data: features },
      sizes: { shape: [groups.length - 1], data: Int32Array.from(groups.subarray(1), (end, group) => end - groups[group]) },
      labels: { shape: [labels.length], data: labels },
      model: textTensor(writeLightGbm(ranker)),
    },
    metadata: { parameters: JSON.stringify(rankingParameters), rounds: String(rounds) },
  }
}

export function textTensor(text: string): { shape: number[], data: Uint8Array } {
  const data = new TextEncoder().encode(text)
  return { shape: [data.length], data }
}

export const textOf = (tensor: TensorFile['tensors'][string]): string => new TextDecoder().decode(Uint8Array.from(tensor.data))
