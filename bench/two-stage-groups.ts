// What each group of features and each source of candidates gains: NDCG@10 on the validation item, never the test item.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/two-stage-groups.ts [ml-1m-next-item [file]]
//
// The examples' rows are made once; trees are grown over the columns of all groups, of all but one, and of `sources` alone, and asked as the
// model is: as many as early stopping keeps, and 100 each, since where it stops is partly chance. A user's value is the mean over three seeds
// of the trees, and differences are taken user by user. Writes bench/results/two-stage-groups-<data>.json.
import { writeFileSync } from 'node:fs'
import { questionsOf, resolveOptions, splitterDefinition, trainingParts, trainingSet } from '@matinee/core'
import { trainLambdaMart, type RankingRows } from '../packages/core/src/rank/index.ts'
import { cutOff, historiesOf } from '../packages/core/src/rank/two-stage/examples.ts'
import { columnsOf, fitFeatures } from '../packages/core/src/rank/two-stage/feature-set.ts'
import { fitFirstStage } from '../packages/core/src/rank/two-stage/first-stage.ts'
import { fittedTwoStages } from '../packages/core/src/rank/two-stage/fitted.ts'
import { twoStageOptions } from '../packages/core/src/rank/two-stage/options.ts'
import { proposer } from '../packages/core/src/rank/two-stage/proposals.ts'
import { exampleRows } from '../packages/core/src/rank/two-stage/rows.ts'
import { lambdamart } from '../packages/core/src/rank/two-stage/two-stage.ts'
import { datasetDefinition, locateDataset, readDataset } from '../packages/matinee/src/files/index.ts'
import { inRoot } from '../tools/paths.mjs'
import { commit, machine } from './harness/machine.ts'

const SEED = 42
const TREE_SEEDS = [42, 43, 44]
const EACH = 100
const [data = 'ml-1m-next-item', tieRule = 'file'] = process.argv.slice(2)
const begun = performance.now()
const { positions, examples, negatives, ...trees } = resolveOptions(twoStageOptions, {})

const definition = datasetDefinition(data)
const located = await locateDataset(definition, { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
if (!located) throw new Error(`set MATINEE_DATA_DIR to a folder that holds ${data}/`)
const dataset = await readDataset(definition, located.folder)
const ties = { ties: tieRule === 'hash' ? 'hash' : 'file', seed: SEED } as const
const split = splitterDefinition('leave-last-n').split(dataset, { ties: ties.ties, ...(ties.ties === 'hash' && { seed: SEED }) })
const isKept = split.roles.map(role => role === 0 ? 1 : 0)
const training = trainingSet(dataset.interactions, 'log', { isKept, ...trainingParts(lambdamart.uses ?? [], dataset, ties, isKept) })
const { sequences } = training
if (!sequences) throw new Error('the training set has no sequences')

// What the trees learn from, with all columns, and what they are asked of.
const cut = cutOff(training, sequences, { positions, examples }, SEED)
const cutStage = await fitFirstStage(cut.training, { seed: SEED })
const cutFeatures = fitFeatures(cut.training)
const rows = await exampleRows(cutStage, columnsOf(cutFeatures, cutStage), cut.examples, negatives, { seed: SEED })
const groups = Object.keys(cutFeatures)
const firstStage = await fitFirstStage(training, { seed: SEED })
const histories = historiesOf(training, sequences)
const questions = questionsOf({ training, split, evaluatedOn: 'validation', seed: SEED, k: 10 })

/** Users' values, means over the seeds; the other two by seed. */
interface Measured { readonly nFeatures: number, readonly trees: readonly number[], readonly bySeed: readonly number[], readonly ndcg: readonly number[], readonly recall: readonly number[] }

/** Trees over the columns of these groups; so many, or as many as early stopping keeps. */
async function measured(kept: readonly string[], nTrees?: number): Promise<Measured> {
  const columns = groups.flatMap(group => columnsOf({ [group]: cutFeatures[group] }, cutStage).names.map(name => ({ name, isKept: kept.includes(group) })))
  const of = ({ blocks, ...rest }: RankingRows): RankingRows => ({ ...rest, blocks: blocks.map(block => block.filter((_, at) => columns[at].isKept)) })
  const featureNames = columns.filter(({ isKept }) => isKept).map(({ name }) => name)
  const options = { ...trees, ...(nTrees !== undefined && { trees: nTrees, earlyStopping: 0 }) }
  const fits: { trees: number, ndcg: number[], recall: number[] }[] = []
  for (const seed of TREE_SEEDS) {
    const { ranker } = await trainLambdaMart({ featureNames, training: of(rows.training), validation: of(rows.validation) }, options, { seed })
    const model = await fittedTwoStages({ firstStage, features: fitFeatures(training, groups.filter(group => kept.includes(group))), histories, ranker }, {})
    const { perUser: { values } } = await questions.ofModel(model, {})
    fits.push({ trees: ranker.trees.length, ndcg: Array.from(values['ndcg@10']), recall: Array.from(values['recall@10']) })
  }
  const meanOf = (name: 'ndcg' | 'recall'): number[] => fits[0][name].map((_, user) => mean(fits.map(fit => fit[name][user])))
  const bySeed = fits.map(({ ndcg }) => rounded(mean(ndcg)))
  return { nFeatures: featureNames.length, trees: fits.map(fit => fit.trees), bySeed, ndcg: meanOf('ndcg'), recall: meanOf('recall') }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const rounded = (value: number): number => Number(value.toFixed(5))

/** The mean of the differences from all groups, and its standard error. */
function beside(all: readonly number[], values: readonly number[]) {
  const differences = values.map((value, user) => value - all[user])
  const center = mean(differences)
  const variance = differences.reduce((sum, difference) => sum + (difference - center) ** 2, 0) / (differences.length - 1)
  return { difference: rounded(center), standardError: rounded(Math.sqrt(variance / differences.length)) }
}

/** Shares of the validation items that are proposed: by all, by each source, and by all but each. */
function candidates() {
  const propose = proposer(firstStage)
  const { users, items } = split.validation
  const [found, alone] = [new Uint32Array(firstStage.sources.length), new Uint32Array(firstStage.sources.length)]
  let [nFound, nCandidates] = [0, 0]
  for (let row = 0; row < items.length; row++) {
    const [start, end] = [histories.indptr[users[row]], histories.indptr[users[row] + 1]]
    const proposals = propose({ items: histories.items.subarray(start, end), weights: histories.weights.subarray(start, end) })
    nCandidates += proposals.candidates.length
    const by = [...proposals.proposed.keys()].filter(source => proposals.proposed[source].includes(items[row]))
    for (const source of by) found[source]++
    if (by.length === 1) alone[by[0]]++
    if (by.length > 0) nFound++
  }
  const share = (n: number): number => rounded(n / items.length)
  return {
    perUser: rounded(nCandidates / items.length), recall: share(nFound),
    bySource: firstStage.sources.map(({ name, quota }, source) => ({ name, quota, recall: share(found[source]), recallWithoutIt: share(nFound - alone[source]) })),
  }
}

const proposed = candidates()
console.log(JSON.stringify(proposed))
const all = { stopped: await measured(groups), each: await measured(groups, EACH) }
const runs: Readonly<Record<string, readonly string[]>> = {
  all: groups, 'sources alone': ['sources'], ...Object.fromEntries(groups.map(group => [`without ${group}`, groups.filter(other => other !== group)])),
}
const report = ({ nFeatures, trees: nTrees, bySeed, ndcg, recall }: Measured, beyond: Measured) => ({
  nFeatures, trees: nTrees, 'ndcg@10 by seed': bySeed, 'ndcg@10': rounded(mean(ndcg)), 'recall@10': rounded(mean(recall)),
  'ndcg@10 beside all': beside(beyond.ndcg, ndcg), 'recall@10 beside all': beside(beyond.recall, recall),
})
const results: object[] = []
for (const [name, kept] of Object.entries(runs)) {
  const { stopped, each } = name === 'all' ? all : { stopped: await measured(kept), each: await measured(kept, EACH) }
  const result = { name, stopped: report(stopped, all.stopped), each: report(each, all.each) }
  results.push(result)
  console.log(JSON.stringify(result))
}
writeFileSync(inRoot('bench', 'results', `two-stage-groups-${data}.json`), `${JSON.stringify({
  ...commit(), machine: machine(), seconds: Math.round((performance.now() - begun) / 1000),
  data, ties: ties.ties, evaluatedOn: 'validation', seed: SEED, treeSeeds: TREE_SEEDS, nUsers: all.each.ndcg.length, examples: rows.coverage, candidates: proposed, groups: results,
}, null, 2)}\n`)
