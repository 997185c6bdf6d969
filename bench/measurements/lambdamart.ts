// LambdaMART beside LightGBM's lambdarank, by turns, and CatBoost's YetiRank, once: the table of two stages on a MovieLens set (--data), or
// seeded rankings of that shape; the same features, groups, trees, leaves and learning rate. Penalty, rows of a leaf and share of the features
// for a tree are those of two stages, but for CatBoost, which does better by its own; for the rest each library has its defaults. CatBoost's
// trees are symmetric, of as many levels as the leaves need. The times of training are from the arrays, bins included.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { decodeSafetensors, encodeSafetensors, meanNdcg, type RankingRows } from '@matinee/core'
import { inRoot } from '../../tools/paths.mjs'
import type { DataName } from '../harness/data.ts'
import { alternate } from '../harness/pairs.ts'
import { rankingSet } from '../harness/ranking-set.ts'
import { meanWithError, significant } from '../harness/statistics.ts'
import { twoStageRows } from '../harness/two-stage-rows.ts'
import { peerEnvironment, startWorker, type Worker } from '../harness/worker.ts'
import { pythonWith } from '../oracles/python.ts'
import type { BenchContext, Measurement } from './contract.ts'

const SHAPE = { candidates: 200, features: 34 }
const GROUPS = { training: 6000, heldOut: 6000 }
const BUDGET = { trees: 100, leaves: 31, rate: 0.1, rows: 100, penalty: 5, share: 0.5, seed: 1 }

// LightGBM's threads wait for each other in a loop; where they have not a core each, that takes it several times as long.
const environment = { ...peerEnvironment, OMP_WAIT_POLICY: 'passive' }

type Ask = (question: { readonly do: string, readonly threads: number }) => Promise<{ readonly ms: number }>
type Side = Readonly<Record<'train' | 'predict', Ask>>

export const lambdamart: Measurement = {
  summary: `A ranker of ${BUDGET.trees} trees of ${BUDGET.leaves} leaves on the table of two stages (--data), or on ${GROUPS.training} groups × ${SHAPE.candidates} candidates × ${SHAPE.features} features (seeded), `
    + `and its scores of rows that it has not seen: LightGBM's lambdarank in turns beside ours, CatBoost's YetiRank once. NDCG@10 is that of the latter rows.`,
  async run(context) {
    const python = context.choice.beside ? await pythonWith('rankers') : { missing: 'measured alone' }
    if (python.missing !== undefined) context.say(`lambdamart: no LightGBM and CatBoost beside it: ${python.missing}`)
    const peers = python.missing === undefined ? startWorker('rankers', python.program, [inRoot('bench', 'peers', 'rankers.py')], environment) : undefined
    try {
      for (const data of context.choice.data ?? ['seeded'] as const) {
        const rows = data === 'seeded' ? seeded() : await twoStageRows(data)
        for (const name of ['training', 'heldOut'] as const) {
          const file = writeRows(context, name, rows[name])
          await context.ours.ask({ do: 'loadRows', ...{ name, file } })
          await peers?.ask({ do: 'load', ...{ name, file } })
        }
        await beside(context, peers, data, rows)
      }
    } finally {
      await peers?.stop()
    }
  },
}

const seeded = () => ({ training: rankingSet({ ...SHAPE, groups: GROUPS.training, seed: 1 }), heldOut: rankingSet({ ...SHAPE, groups: GROUPS.heldOut, seed: 2 }) })

function writeRows({ scratch }: BenchContext, name: string, { blocks, groups, labels }: RankingRows): string {
  const file = path.join(scratch, `ranking-${name}.safetensors`)
  const nFeatures = blocks[0].length
  const columns = new Float32Array(nFeatures * labels.length)
  let from = 0
  for (const block of blocks) {
    block.forEach((column, feature) => columns.set(column, feature * labels.length + from))
    from += block[0].length
  }
  writeFileSync(file, encodeSafetensors({
    tensors: {
      columns: { shape: [nFeatures, labels.length], data: columns }, labels: { shape: [labels.length], data: labels },
      groups: { shape: [groups.length], data: groups },
    },
    metadata: {},
  }))
  return file
}

async function beside(
  { ours, choice, scratch, add }: BenchContext, peers: Worker | undefined, data: DataName | 'seeded', { training, heldOut }: Readonly<Record<'training' | 'heldOut', RankingRows>>,
): Promise<void> {
  const out = path.join(scratch, 'ranking-scores.safetensors')
  const own: Side = {
    train: question => ours.ask({ ...question, ...BUDGET, do: 'trainRanker' }),
    predict: question => ours.ask({ ...question, ...{ name: 'heldOut', out }, do: 'predictRows' }),
  }
  const theirs = (worker: Worker, library: string): Side => ({
    train: question => worker.ask({ ...question, ...BUDGET, ...{ library }, do: 'train' }),
    predict: () => worker.ask({ do: 'predict', ...{ library, name: 'heldOut', out } }),
  })
  const notes = peers ? [JSON.stringify(await peers.ask({ do: 'hello' }))] : []
  const most = Math.max(...choice.threads)
  const others: Readonly<Record<string, Side>> = peers ? { lightgbm: theirs(peers, 'lightgbm'), catboost: theirs(peers, 'catboost') } : {}
  const figures = await qualities({ ours: own, ...others }, most, out, heldOut)
  for (const threads of choice.threads) {
    for (const what of ['train', 'predict'] as const) {
      const question = { do: what, threads }
      const time = (side: Side) => async (): Promise<number> => (await side[what](question)).ms
      if (what === 'predict' && peers) await others.lightgbm.train({ do: 'train', threads }) // the threads of its scores too
      const measured = await alternate(time(own), peers ? { lightgbm: time(others.lightgbm) } : {}, choice.pairs, false)
      add({ measurement: 'lambdamart', case: { what, data, groups: training.groups.length - 1, rows: training.labels.length, trees: BUDGET.trees, threads }, unit: 'ms', ...measured, figures, notes })
    }
  }
}

/** NDCG@10 of the rows held out, by one function for whoever scored, and its differences to ours with their standard errors over groups. */
async function qualities(
  sides: Readonly<Record<string, Side>>, threads: number, out: string, { groups, labels }: RankingRows,
): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  let ours: Float64Array | undefined
  for (const [name, side] of Object.entries(sides)) {
    const { ms } = await side.train({ do: 'train', threads })
    await side.predict({ do: 'predict', threads })
    const scores = decodeSafetensors(new Uint8Array(readFileSync(out)), out).tensors.scores.data as Float64Array
    const ndcg = Float64Array.from({ length: groups.length - 1 }, (_, group) =>
      meanNdcg(scores.subarray(groups[group], groups[group + 1]), labels.subarray(groups[group], groups[group + 1]), Uint32Array.of(0, groups[group + 1] - groups[group]), 10))
      .filter(value => !Number.isNaN(value))
    ours ??= ndcg
    figures[`ndcg@10 ${name}`] = significant(meanWithError(ndcg).mean)
    if (name === 'catboost') figures['seconds catboost'] = significant(ms / 1000)
    if (ndcg === ours) continue
    const { mean, error } = meanWithError(ndcg.map((value, at) => (ours as Float64Array)[at] - value))
    figures[`ours less ${name}`] = significant(mean)
    figures[`its standard error, ${name}`] = significant(error)
  }
  return figures
}
